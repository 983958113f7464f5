// judges: whole cases from a seed, aimed so that about as many are allowed as denied.
import { type IamPrincipal, principalContext } from "../../lib/core/iam/mod.ts";
import type {
  Case,
  Document,
  JsonPrincipal,
  JsonStatement,
  Layer,
} from "./case.ts";
import { drawCondition } from "./conditions.ts";
import { Dice } from "./dice.ts";
import { AWAY, type Call, CALLERS, CALLS, HOME, KEYS } from "./world.ts";

/** What statements are drawn for. */
interface Aim {
  readonly dice: Dice;
  readonly call: Call;
  readonly caller: IamPrincipal;
  readonly context: Case["context"];
}

const FULL: JsonStatement = { Effect: "Allow", Action: "*", Resource: "*" };

/** The case of this number under this seed; the same for ever while this folder is unchanged. */
export function drawCase(seed: number, number: number): Case {
  const dice = new Dice(
    Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b),
  );
  const call = dice.pick(CALLS);
  const caller = dice.pick(CALLERS);
  const context = drawContext(dice, call, caller);
  const aim = { dice, call, caller, context };
  const owns = caller.kind === "user" || caller.kind === "role-session" ||
    caller.kind === "federated-user";
  const sessionable = caller.kind === "role-session" ||
    caller.kind === "federated-user";
  const across = caller.account !== call.owner;
  // Roles and keys are never without a policy of their own.
  const mustHave = call.action.startsWith("sts:") ||
    call.action.startsWith("kms:");
  return {
    action: dice.recase(call.action, 0.1),
    resource: call.resource,
    resourceAccount: call.owner,
    principal: caller,
    context,
    identity: owns
      ? dice.several(0, 2, () => drawDocument(aim, "identity"))
      : [],
    boundary: owns && caller.kind !== "federated-user" && dice.chance(0.25)
      ? drawDocument(aim, "boundary")
      : null,
    session:
      sessionable && dice.chance(caller.kind === "federated-user" ? 0.85 : 0.35)
        ? drawDocument(aim, "session")
        : null,
    resourcePolicy:
      call.resource !== "*" && (mustHave || dice.chance(across ? 0.9 : 0.5))
        ? drawDocument(aim, "resource")
        : null,
    scps: caller.kind !== "service" && dice.chance(0.4)
      ? dice.several(1, 3, () => drawScps(aim))
      : [],
    rcps: dice.chance(0.3)
      ? dice.several(
        1,
        2,
        () => dice.several(0, 1, () => drawDocument(aim, "rcp")),
      )
      : [],
  };
}

function drawContext(
  dice: Dice,
  call: Call,
  caller: IamPrincipal,
): Case["context"] {
  const extra: Record<string, string | string[]> = {};
  for (const key of KEYS) {
    if (key.only !== undefined && !call.action.startsWith(key.only)) continue;
    if (key.derived === true || !dice.chance(0.6)) continue;
    extra[key.name] = key.type === "list"
      ? [...new Set(dice.several(1, 3, () => dice.pick(key.values)))]
      : dice.pick(key.values);
  }
  const context: Case["context"] = {};
  for (const [key, value] of Object.entries(principalContext(caller, extra))) {
    context[key] = typeof value === "string" ? value : [...value];
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

function drawDocument(aim: Aim, layer: Layer): Document {
  const { dice } = aim;
  const Statement = dice.several(1, 3, () => drawStatement(aim, layer))
    .map((statement, index) =>
      dice.chance(0.3) ? { Sid: `Entry${index}`, ...statement } : statement
    );
  const version = layer === "rcp" ? 0 : dice.next(); // AWS takes RCPs of one version only
  if (version < 0.9) return { Version: "2012-10-17", Statement };
  return version < 0.95 ? { Version: "2008-10-17", Statement } : { Statement };
}

function drawStatement(aim: Aim, layer: Layer): JsonStatement {
  const { dice, call, context } = aim;
  const Effect = layer === "rcp" || dice.chance(0.22) ? "Deny" : "Allow";
  // An Allow is aimed at the call; a Deny that always hit would leave nothing to compare.
  const hit = Effect === "Allow" ? 0.93 : 0.6;
  const trust = layer === "resource" && call.action.startsWith("sts:");
  return {
    Effect,
    ...(layer === "rcp" ? { Principal: "*" as const } : {}),
    ...(layer === "resource" ? drawPrincipal(aim, Effect, hit, trust) : {}),
    ...drawActions(aim, layer, hit),
    ...(trust ? {} : drawResources(aim, hit)),
    ...(dice.chance(Effect === "Allow" ? 0.5 : 0.7)
      ? { Condition: drawCondition(dice, call.action, context) }
      : {}),
  };
}

/** AWS takes neither `NotAction` nor a bare `*` in an RCP. */
function drawActions(
  aim: Aim,
  layer: Layer,
  hit: number,
): Pick<JsonStatement, "Action" | "NotAction"> {
  const { dice, call } = aim;
  const not = layer !== "rcp" && dice.chance(0.12);
  const draw = () => {
    const action = drawAction(dice, call, dice.chance(hit) !== not);
    return layer === "rcp" && action === "*"
      ? call.action
      : dice.recase(action, 0.15);
  };
  const list = dice.unlist(dice.several(1, 2, draw));
  return not ? { NotAction: list } : { Action: list };
}

function drawAction(dice: Dice, call: Call, hit: boolean): string {
  if (!hit) {
    return dice.pick([
      "iam:*",
      "s3:DeleteObject",
      "sqs:Receive*",
      "ec2:Run*",
      "sts:Get*",
    ]);
  }
  const [service = "", name = ""] = call.action.split(":");
  return dice.pick([
    call.action,
    call.action,
    `${service}:*`,
    `${service}:${name.slice(0, 3)}*`,
    `${service}:*${name.slice(-4)}`,
    `${service}:${name.replace(/.$/, "?")}`,
    "*",
  ]);
}

function drawResources(
  aim: Aim,
  hit: number,
): Pick<JsonStatement, "Resource" | "NotResource"> {
  const { dice } = aim;
  const not = dice.chance(0.12);
  const list = dice.unlist(
    dice.several(1, 2, () => drawResource(aim, dice.chance(hit) !== not, not)),
  );
  return not ? { NotResource: list } : { Resource: list };
}

function drawResource(aim: Aim, hit: boolean, not: boolean): string {
  const { dice, call, context } = aim;
  if (!hit) {
    return dice.pick([
      "arn:aws:s3:::other/*",
      `arn:aws:sqs:eu-west-1:${AWAY}:jobs`,
      `arn:aws:iam::${HOME}:role/other`,
    ]);
  }
  if (call.resource === "*") return "*";
  const parts = call.resource.split(":");
  const name = parts.slice(5).join(":");
  const upTo = (length: number) =>
    [...parts.slice(0, 5), `${name.slice(0, length)}*`].join(":");
  const team = "aws:PrincipalTag/team";
  const variable = not && !(team in context)
    ? "blue"
    : `\${${dice.recase(team, 0.2)}}`;
  return dice.pick([
    call.resource,
    call.resource,
    "*",
    upTo(3),
    upTo(6),
    call.resource.replace(/.$/, "?"),
    call.resource.replace("blue", variable),
    call.resource.replace("blue", "${aws:PrincipalTag/none, 'blue'}"),
    call.resource.replace("eu-west-1", "*"),
    call.resource.replace(/[a-z]$/, (char) => char.toUpperCase()),
  ]);
}

type PrincipalPart = Pick<JsonStatement, "Principal" | "NotPrincipal">;

/** A trust policy takes no `NotPrincipal`. */
function drawPrincipal(
  aim: Aim,
  effect: "Allow" | "Deny",
  hit: number,
  trust: boolean,
): PrincipalPart {
  const { dice, caller } = aim;
  if (!trust && dice.chance(effect === "Deny" ? 0.3 : 0.003)) {
    // Half named, now and then: AWS says only that this "might" deny.
    if (dice.chance(0.04)) {
      return { NotPrincipal: { AWS: caller.account || HOME } };
    }
    return {
      NotPrincipal: dice.chance(0.5) ? wholeOf(caller) : stranger(dice),
    };
  }
  return { Principal: dice.chance(hit) ? named(dice, caller) : stranger(dice) };
}

/** All that a caller consists of: less than that leaves open what NotPrincipal does. */
function wholeOf(caller: IamPrincipal): JsonPrincipal {
  if (caller.kind === "service") return { Service: caller.arn };
  const root = `arn:aws:iam::${caller.account}:root`;
  return { AWS: [...new Set([root, caller.roleArn ?? root, caller.arn])] };
}

function named(dice: Dice, caller: IamPrincipal): JsonPrincipal {
  if (dice.chance(0.2)) return dice.pick<JsonPrincipal>(["*", { AWS: "*" }]);
  if (caller.kind === "service") {
    return { Service: dice.unlist(dice.several(1, 2, () => caller.arn)) };
  }
  const forms = [
    caller.arn,
    caller.arn,
    `arn:aws:iam::${caller.account}:root`,
    caller.account,
  ];
  if (caller.roleArn !== undefined) forms.push(caller.roleArn, caller.roleArn);
  return { AWS: dice.unlist(dice.several(1, 2, () => dice.pick(forms))) };
}

function stranger(dice: Dice): JsonPrincipal {
  return dice.pick<JsonPrincipal>([
    { AWS: `arn:aws:iam::${HOME}:user/nobody` },
    { AWS: ["777788889999", `arn:aws:iam::777788889999:role/ci/Deploy`] },
    { AWS: `arn:aws:sts::${HOME}:assumed-role/Deploy/other` },
    { Service: "sns.amazonaws.com" },
  ]);
}
