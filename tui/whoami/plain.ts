// tui: everything that the whoami screen shows, as text from top to bottom: for pipes and screen readers.
import { printable } from "../../lib/core/text/printable.ts";
import type { LiveSession } from "../../lib/core/journal/look.ts";
import { type Failure, failureWords } from "../failure.ts";
import { type Asked, type ProfileRow, rowsOf, type State } from "./state.ts";
import {
  agoText,
  clockText,
  credentialsText,
  grantText,
  leftText,
  pinsText,
  sightText,
  ungatedText,
  whyText,
} from "./words.ts";

/**
 * The state as lines, each a whole statement, none of which needs the one above or a column to be
 * understood. Ends in a line break; safe to print.
 */
export function plainText(state: State): string {
  const lines = [
    "You",
    ...identityLines(state),
    "",
    ...profileLines(state),
    "",
    ...recordLines(state),
  ];
  return lines.map((one) => `${printable(one, 2_000)}\n`).join("");
}

function identityLines({ identity, pins, now }: State): string[] {
  const pinned = pins === null ? [] : [`  pins: ${pinsText(pins)}`];
  if (identity.state !== "known") return [...unknown(identity), ...pinned];
  const { arn, account, user, principal, wouldAssume, seal } = identity.value;
  return [
    `  ARN: ${arn}`,
    `  account: ${account}`,
    `  policy user: ${user}`,
    `  principal: ${principal}`,
    `  credentials: ${credentialsText(identity.value, now)}`,
    ...wouldAssume === null ? [] : [`  would assume: ${wouldAssume}`],
    `  session cache: ${seal}`,
    ...pinned,
  ];
}

function profileLines(state: State): string[] {
  const { profiles, ungated, now } = state;
  if (profiles.state !== "known") return ["Gated profiles", ...unknown(profiles)];
  const rows = rowsOf(state);
  const title = `Gated profiles: ${rows.length === 0 ? "none" : rows.length}`;
  const more = ungated === 0 ? [] : [`  ${ungatedText(ungated)}: sentinel list`];
  return [title, ...rows.map((row) => profileLine(row, now)), ...more];
}

function profileLine({ profile, role, answer }: ProfileRow, now: Date): string {
  const as = role === null ? "" : ` (role ${role})`;
  if (answer === null) return `  ${profile}: not asked${as}`;
  const by = answer.rule === null ? "" : ` by rule ${answer.rule}`;
  const why = whyText(answer, now);
  return `  ${profile}: ${answer.outcome}${by}${why === "" ? "" : `: ${why}`}${as}`;
}

function recordLines({ record, now }: State): string[] {
  if (record.state !== "known") return ["Journal", ...unknown(record)];
  const { sight, sessions } = record.value;
  const last = sight.last === null ? [] : [
    `  last entry: ${sight.last.kind}${
      sight.last.profile === null ? "" : ` for ${sight.last.profile}`
    } at ${sight.last.at} (${agoText(sight.last.at, now)})`,
  ];
  return [
    `Sessions out: ${sessions.length === 0 ? "none that the journal knows" : sessions.length}`,
    ...sessions.map((session) => sessionLine(session, now)),
    "",
    `Journal: ${sightText(sight)}`,
    ...last,
  ];
}

function sessionLine(session: LiveSession, now: Date): string {
  const { profile, user, accessKeyId, expiresAt } = session;
  const how = grantText(session);
  return `  ${profile ?? "unknown profile"}: ${leftText(expiresAt, now)} until ${
    clockText(expiresAt, now)
  }, key ${accessKeyId}${user === null ? "" : `, user ${user}`}${how === "" ? "" : `, ${how}`}`;
}

function unknown(asked: Asked<unknown>): string[] {
  return asked.state === "failed" ? failureLines(asked.failure) : ["  not asked"];
}

function failureLines(failure: Failure): string[] {
  return [
    `  ${failureWords(failure)}`,
    ...failure.hint === null ? [] : [`  hint: ${failure.hint}`],
  ];
}
