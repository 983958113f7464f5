// gate: the decision. Which role, who, which policy, decide: in this order, and anything that throws denies.
import { SentinelError } from "../core/errors/mod.ts";
import type { RecordedFact } from "../core/journal/types.ts";
import type { Alternative, Decision, Mode } from "../core/policy/types.ts";
import type { Target } from "../core/profiles/types.ts";
import type { Caller } from "../core/sessions/types.ts";
import { quoted, shellWord } from "../core/text/printable.ts";
import type { Ask, Authorization, AuthorizePorts, PinnedProfile } from "./ports.ts";

/** What has become known on the way, so that a failure can be recorded with it. */
export type Trail = Partial<Omit<Authorization, "ask">> & { ask: Ask };

/**
 * Finds out what is asked for and by whom, and decides. Yields no credentials.
 * Each fact is put on `trail` as soon as it is known.
 */
export async function authorize(
  ask: Ask,
  ports: AuthorizePorts,
  trail: Trail,
): Promise<Authorization> {
  const pins = trail.pins = await ports.pinsFor(ask.profile);
  const target = trail.target = await ports.resolve(ask.profile);
  checkPinnedRole(target, pins);
  const caller = trail.caller = await ports.identify(target);
  checkUnstamped(target, caller);
  const policy = trail.policy = await ports.policyFor(target, caller);
  const known: Omit<Authorization, "request" | "decision" | "facts"> = {
    ask,
    target,
    caller,
    policy,
    pins,
  };
  return Object.assign(trail, decideNow(known, ports));
}

/** Takes the decision again, at this instant, about what was found out before. */
export function decideNow(
  known: Omit<Authorization, "request" | "decision" | "facts">,
  ports: Pick<AuthorizePorts, "now" | "device" | "sessionTable">,
): Authorization {
  const { ask, target, caller, policy } = known;
  const request = {
    principal: caller.principal,
    user: caller.user,
    profile: ask.profile,
    role: target.roleArn,
    mode: ask.mode,
    at: ports.now(),
    sessionTable: ports.sessionTable,
    device: ports.device,
  };
  const decision = policy.decide(request);
  return { ...known, request, decision, facts: factsOf(known, request.at) };
}

/**
 * The alternative that grants, or an error that says why none does.
 * Exhaustive over outcomes: whatever is not exactly an `allow` with everything met is refused.
 */
export function requireAllow(authorization: Authorization): Alternative {
  const { decision, ask, caller } = authorization;
  const best = decision.alternatives[0];
  if (decision.outcome === "allow" && best !== undefined && isMet(best)) return best;
  const who = `${quoted(ask.profile)} to ${quoted(caller.user)}`;
  const hint = `sentinel policy explain ${shellWord(ask.profile)}`;
  if (decision.outcome === "pending") {
    throw new SentinelError("OBLIGATION_OPEN", `Cannot grant ${who} yet: ${openText(decision)}`, {
      hint,
    });
  }
  throw new SentinelError("POLICY_DENIED", `Cannot grant ${who}: ${deniedText(decision)}`, {
    hint,
  });
}

function isMet(alternative: Alternative): boolean {
  return alternative.state === "met" && alternative.obligations.every((o) => o.state === "met");
}

function openText(decision: Decision): string {
  const open = decision.alternatives.flatMap((a) =>
    a.obligations.filter((o) => o.state === "open").map((o) =>
      `${o.why} (rule ${quoted(a.ruleName)})`
    )
  );
  return open.length > 0 ? [...new Set(open)].join("; or ") : "an obligation is open";
}

function deniedText(decision: Decision): string {
  if (decision.rule === null) return "no rule matches";
  const reason = decision.reason === "" ? "" : `: ${quoted(decision.reason, 500)}`;
  return `rule ${quoted(decision.rule)} decides${reason}`;
}

function checkPinnedRole(target: Target, pins: PinnedProfile): void {
  if (pins.role === null || pins.role === target.roleArn) return;
  throw new SentinelError(
    "PIN_CONFLICT",
    `Cannot use profile ${quoted(target.name)}: its role is ${
      quoted(target.roleArn ?? "none")
    }, the pins file wants ${quoted(pins.role)}`,
    { hint: "sentinel config show --origin" },
  );
}

// A leaf that carries somebody's source identity would make AWS refuse ours, or worse, keep theirs.
function checkUnstamped(target: Target, caller: Caller): void {
  if (caller.stamped === null || target.roleArn === null) return;
  throw new SentinelError(
    "ALREADY_STAMPED",
    `Cannot stamp profile ${quoted(target.name)}: its credentials carry the source identity ${
      quoted(caller.stamped)
    } already`,
    { hint: "use base credentials that come from no earlier grant: --aws-profile NAME" },
  );
}

const MODE_WORDS: Readonly<Record<Mode, string>> = {
  cli: "this program",
  credential_process: "this program",
  server: "this program",
};

function factsOf(
  known: Pick<Authorization, "ask" | "target" | "caller">,
  at: Date,
): RecordedFact[] {
  const { ask, target, caller } = known;
  return [
    { name: "principal", value: caller.principal.arn, vouchedBy: "STS" },
    { name: "user", value: caller.user, vouchedBy: "STS" },
    { name: "profile", value: ask.profile, vouchedBy: "the user's own word" },
    { name: "role", value: target.roleArn, vouchedBy: "the AWS config file" },
    { name: "mode", value: ask.mode, vouchedBy: MODE_WORDS[ask.mode] },
    { name: "time", value: at.toISOString(), vouchedBy: "this machine's clock" },
  ];
}
