// judges: whole cases from a seed, aimed so that about as many are allowed as denied.
import { type IamPrincipal, principalContext } from "../../lib/core/iam/mod.ts";
import type { Case, Document, JsonStatement } from "./case.ts";
import { Dice } from "./dice.ts";
import { outsider } from "./principals.ts";
import { type Aim, drawDocument } from "./statements.ts";
import { type Call, CALLERS, CALLS, keysOf, WEB_IDENTITY } from "./world.ts";

const FULL: JsonStatement = { Effect: "Allow", Action: "*", Resource: "*" };

/** What may be attached to whom in this case. */
interface Room {
  /** Has the caller policies of its own? */
  readonly owns: boolean;
  readonly sessionable: boolean;
  /** Roles and keys are never without a policy of their own; `*` never has one. */
  readonly resource: "must" | "may" | "none";
}

/** The case of this number under this seed; the same for ever while this folder is unchanged. */
export function drawCase(seed: number, number: number): Case {
  const dice = new Dice(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const caller = dice.pick(CALLERS);
  const call = caller.kind === "federated-provider" ? WEB_IDENTITY : dice.pick(CALLS);
  const focused = dice.chance(0.5);
  const aim = { dice, call, caller, context: drawContext(dice, call, caller), focused };
  const sessionable = caller.kind === "role-session" || caller.kind === "federated-user";
  const room: Room = {
    owns: sessionable || caller.kind === "user",
    sessionable,
    resource: call.resource === "*" ? "none" : /^(sts|kms):/.test(call.action) ? "must" : "may",
  };
  return {
    action: dice.recase(call.action, 0.1),
    resource: call.resource,
    resourceAccount: call.owner,
    principal: caller,
    context: aim.context,
    ...(focused ? drawFocused(aim, room) : drawMixed(aim, room)),
  };
}

type Policies = Pick<
  Case,
  "identity" | "boundary" | "session" | "resourcePolicy" | "scps" | "rcps"
>;

/** Every layer drawn by itself; now and then all that the caller can have at once. */
function drawMixed(aim: Aim, { owns, sessionable, resource }: Room): Policies {
  const { dice, caller, call } = aim;
  const crowded = dice.chance(0.15);
  const federated = caller.kind === "federated-user";
  const across = caller.account !== call.owner;
  const share = (probability: number) => crowded || dice.chance(probability);
  const maybe = (probability: number, layer: "boundary" | "session" | "resource") =>
    share(probability) ? drawDocument(aim, layer) : null;
  const resourceShare = resource === "must" ? 1 : across ? 0.9 : 0.5;
  const least = crowded ? 1 : 0;
  return {
    identity: owns ? dice.several(least, 2, () => drawDocument(aim, "identity")) : [],
    boundary: owns && !federated ? maybe(0.25, "boundary") : null,
    session: sessionable ? maybe(federated ? 0.85 : 0.35, "session") : null,
    resourcePolicy: resource === "none" ? null : maybe(resourceShare, "resource"),
    scps: caller.account !== "" && share(0.4) ? dice.several(1, 3, () => drawScps(aim)) : [],
    rcps: share(0.3)
      ? dice.several(1, 2, () => dice.several(least, 1, () => drawDocument(aim, "rcp")))
      : [],
  };
}

/** A trust policy names no resource. */
function everyResource(call: Call): Pick<JsonStatement, "Resource"> {
  return call.action.startsWith("sts:") ? {} : { Resource: "*" };
}

/** Everything allows, but for one layer: what is drawn there decides. */
function drawFocused(aim: Aim, { owns, sessionable, resource }: Room): Policies {
  const { dice, caller } = aim;
  const full: Document = { Version: "2012-10-17", Statement: [FULL] };
  const open = outsider(caller) ?? { AWS: caller.account };
  const trust: Document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: open, Action: "*", ...everyResource(aim.call) }],
  };
  const base: Policies = {
    identity: owns ? [full] : [],
    boundary: null,
    session: caller.kind === "federated-user" ? full : null,
    resourcePolicy: resource === "none" ? null : trust,
    scps: [],
    rcps: [],
  };
  const layers = ["rcp" as const, ...(resource === "none" ? [] : ["resource" as const])];
  const own = ["identity", "boundary", "scp"] as const;
  const layer = dice.pick([
    ...layers,
    ...(owns ? own : []),
    ...(sessionable ? ["session" as const] : []),
  ]);
  const drawn = drawDocument(aim, layer);
  switch (layer) {
    case "identity":
      return { ...base, identity: [drawn] };
    case "resource":
      return { ...base, resourcePolicy: drawn };
    case "scp":
      return { ...base, scps: [[full], [drawn]] };
    case "rcp":
      return { ...base, rcps: [[], [drawn]] };
    default:
      return { ...base, [layer]: drawn };
  }
}

function drawContext(
  dice: Dice,
  call: Call,
  caller: IamPrincipal,
): Case["context"] {
  const extra: Record<string, string | string[]> = {};
  for (const key of keysOf(call.action)) {
    if (key.derived === true || !dice.chance(0.6)) continue;
    extra[key.name] = key.type === "list"
      ? [...new Set(dice.several(1, 3, () => dice.pick(key.values)))]
      : dice.pick(key.values);
  }
  const context: Case["context"] = {};
  for (const [key, value] of Object.entries(principalContext(caller, extra))) {
    const name = dice.recase(key, 0.05);
    context[name] = typeof value === "string" ? value : [...value];
  }
  return context;
}

/** A level of SCPs: mostly full access with limits beside it, else lists of what is allowed. */
function drawScps(aim: Aim): Document[] {
  const { dice } = aim;
  const limits = dice.several(0, 1, () => drawDocument(aim, "scp"));
  return dice.chance(0.75)
    ? [{ Version: "2012-10-17", Statement: [FULL] }, ...limits]
    : [drawDocument(aim, "scp"), ...limits];
}
