// doctor: what each gated profile comes to: its role, its base credentials, AWS's clock, its policy.
import { shellWord } from "../../text/printable.ts";
import { line, say } from "../line.ts";
import type { Facts, Line, ProfileFact, Trouble } from "../types.ts";

/** Seconds from which a rule that rests on the time is refused. */
const REFUSED_AFTER = 120;
const NOTICED_AFTER = 60;

/** Errors of the resolver that have a line of their own. */
const NAMED: Readonly<Record<string, string>> = {
  PROFILE_LOOP: "aws-config/source-loop",
  SELF_REFERENCE: "aws-config/self-reference",
  PROFILE_UNKNOWN: "aws-config/unknown-profile",
};

/** Said already, of the file itself. */
const FILES_OWN = new Set(["CONFIG_INVALID", "PINS_INVALID"]);

/** What keeps profiles from resolving. */
export function checkResolved({ profiles, config, pins }: Facts): Line[] {
  const told = new Set(
    [config, pins].flatMap((file) =>
      file.state === "failed" && FILES_OWN.has(file.why.code) ? [file.why.message] : []
    ),
  );
  return profiles.flatMap(({ name, broken }) =>
    broken === null || told.has(broken.message)
      ? []
      : [troubled(NAMED[broken.code] ?? "aws-config/profile", name, broken)]
  );
}

function troubled(id: string, profile: string, { code, message, hint }: Trouble): Line {
  const fix = hint === null ? null : say`${hint}`;
  return line(id, "problem", say`${code}: ${message}`, { profile, fix });
}

/** Base credentials, as STS says whose they are. */
export function checkCallers({ profiles, awsTrouble }: Facts): Line[] {
  if (awsTrouble !== null) {
    const says = say`credentials, clock and policies of profiles: the AWS config can't be read`;
    return [line("identity/caller", "could-not-look", says)];
  }
  return profiles.flatMap((profile) => callerLines(profile));
}

function callerLines({ name, caller }: ProfileFact): Line[] {
  const about = { profile: name };
  if (caller.state === "failed") return [troubled("identity/caller", name, caller.why)];
  if (caller.state === "not asked") {
    if (caller.why === "the profile is broken") return [];
    return [line(
      "identity/caller",
      "could-not-look",
      say`${name}: whose its base credentials are was not asked: ${caller.why}`,
      { ...about, fix: say`sentinel whoami --profile ${shellWord(name)}` },
    )];
  }
  const lines = [line(
    "identity/caller",
    "ok",
    say`${name}: base credentials are ${caller.arn}; policy calls them ${caller.user}`,
    about,
  )];
  if (caller.kind === "root") {
    lines.push(
      line("identity/root", "warning", say`${name}: base credentials are the account's root`, {
        ...about,
        fix: say`use an IAM user or Identity Center; delete the root's access keys`,
      }),
    );
  }
  return lines;
}

/** This machine's clock beside AWS's: asked once for all profiles. */
export function checkClock({ profiles, offline }: Facts): Line[] {
  const ahead = profiles.map(({ clockAhead }) => clockAhead).find((seconds) => seconds !== null);
  if (ahead === undefined || ahead === null) {
    const why = offline ? "AWS was not asked" : "AWS answered for no profile";
    if (profiles.length === 0) return [];
    return [line("clock/skew", "could-not-look", say`this machine's clock beside AWS's: ${why}`)];
  }
  const seconds = Math.round(Math.abs(ahead));
  const side = ahead > 0 ? "ahead of" : "behind";
  const state = seconds > REFUSED_AFTER ? "problem" : seconds > NOTICED_AFTER ? "warning" : "ok";
  if (state === "ok") {
    return [line("clock/skew", "ok", say`this machine's clock is with AWS's, to the minute`)];
  }
  return [line("clock/skew", state, say`this machine's clock is ${seconds} s ${side} AWS's`, {
    fix:
      say`set the clock (NTP): rules that rest on the time are refused beyond ${REFUSED_AFTER} s`,
  })];
}

/** Which policy decides for each profile, and whether it can be read. */
export function checkPolicies({ profiles }: Facts): Line[] {
  const lines = profiles.flatMap(policyLines);
  const unsigned = profiles.some(({ policy }) =>
    policy.state === "read" && policy.signature === "unsigned"
  );
  if (unsigned) {
    lines.push(line(
      "policy/signature",
      "note",
      say`policies are not signed: whoever may write the file decides`,
    ));
  }
  return lines;
}

function policyLines({ name, policy }: ProfileFact): Line[] {
  const about = { profile: name };
  if (policy.state === "failed") {
    const { code } = policy.why;
    const id = code === "POLICY_MISSING"
      ? "missing"
      : code === "POLICY_INVALID"
      ? "invalid"
      : "unreadable";
    return [troubled(`policy/${id}`, name, policy.why)];
  }
  if (policy.state === "not read") {
    return [
      line("policy/source", "could-not-look", say`${name}: policy was not read: ${policy.why}`, {
        ...about,
        fix: say`sentinel policy explain ${shellWord(name)}`,
      }),
    ];
  }
  return [
    line("policy/source", "ok", say`${name}: decided by ${policy.source}`, about),
    ...answerLine(name, policy.answer),
  ];
}

/** A no is what policies are for: no finding, but the first thing to look at. */
function answerLine(
  name: string,
  answer: { outcome: string; rule: string | null } | null,
): Line[] {
  if (answer === null) return [];
  const by = answer.rule === null ? say`no rule matches` : say`by rule ${answer.rule}`;
  const says = [...say`${name}: would answer ${answer.outcome} now, `, ...by];
  if (answer.outcome === "allow") return [line("policy/answer", "ok", says, { profile: name })];
  const fix = say`sentinel policy explain ${shellWord(name)}`;
  return [line("policy/answer", "note", says, { profile: name, fix })];
}
