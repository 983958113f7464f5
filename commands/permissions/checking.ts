// commands: a check's answers as text or JSON, with its progress where a person watches.
import {
  type CheckedRight,
  exitOf,
  type PolicySources,
  type Tally,
  tally,
  UNSEEN,
} from "../../lib/core/permissions/mod.ts";
import { printable, printableJson } from "../../lib/core/text/printable.ts";
import type { Session } from "../context.ts";
import type { CheckFlags } from "./check.ts";
import { selectionOf } from "./flags.ts";
import { type CheckHere, checkHere } from "./here.ts";

/** Runs a check and prints its answers. @returns the exit code: 0, 10 or 11 */
export async function check(session: Session, flags: CheckFlags): Promise<0 | 10 | 11> {
  const selection = selectionOf(flags);
  const chosen = Object.keys(selection).some((key) => key !== "requiredOnly");
  const used = flags.detect === true || (!chosen && flags.all !== true);
  const prepared = await checkHere(session, flags, { selection, used });
  const results = await collected(session, prepared);
  const counts = tally(results);
  const exitCode = exitOf(counts) || (isWhole(prepared) ? 0 : 11);
  if (await session.work.switchedOn("json")) {
    session.base.out(`${printableJson(answer(prepared, results, counts, exitCode))}\n`);
    return exitCode;
  }
  session.base.out(checkText(prepared, results, counts));
  if (!await session.work.switchedOn("quiet")) session.base.err(notes(prepared, used));
  return exitCode;
}

/** False where a profile's rights were not looked at, though nobody chose one profile alone. */
function isWhole({ here: { surroundings, source }, elsewhere }: CheckHere): boolean {
  const oneChosen = source !== null && "name" in source;
  return surroundings.broken.length === 0 && (oneChosen || elsewhere.length === 0);
}

/** Takes the answers as they come, and says how far it is on a terminal. */
async function collected(session: Session, check: CheckHere): Promise<CheckedRight[]> {
  const { base, work } = session;
  const told = base.talksToPerson && !await work.switchedOn("quiet");
  const results: CheckedRight[] = [];
  const say = (text: string) => base.err(`\r\x1b[K${text}`);
  try {
    if (told) say(`asking IAM: 0 of ${check.questions.length}`);
    for await (const result of check.results) {
      results.push(result);
      if (told) say(`asking IAM: ${results.length} of ${check.questions.length}`);
    }
  } finally {
    if (told) say("");
  }
  return results;
}

function answer(
  { here, sources, unused, elsewhere }: CheckHere,
  results: readonly CheckedRight[],
  counts: Tally,
  exitCode: number,
): unknown {
  return {
    caller: here.caller?.principal.arn ?? null,
    simulated: sources.kind === "known" ? sources.sources[0] : { arn: null, why: sources.why },
    scope: here.scope,
    results: results.map(({ context: _, absent: _absent, ...result }) => result),
    summary: counts,
    notUsed: unused,
    otherCredentials: elsewhere,
    notSimulated: UNSEEN,
    warnings: here.detection.warnings,
    exitCode,
  };
}

/** The answers, by feature. */
export function checkText(
  { here, sources, features }: Pick<CheckHere, "here" | "sources" | "features">,
  results: readonly CheckedRight[],
  counts: Tally,
): string {
  const lines = [
    `caller     ${printable(here.caller?.principal.arn ?? "-", 2048)}`,
    `simulated  ${simulatedText(sources)}`,
  ];
  for (const { id, rights, free } of features) {
    const own = results.filter(({ feature }) => feature === id);
    lines.push(
      "",
      id,
      ...own.flatMap((right, index) => {
        const before = own[index - 1];
        const again = right.message !== null && right.message === before?.message;
        return again
          ? [headLine(right)]
          : [headLine(right), ...reasonsOf(right).map((line) => `    ${line}`)];
      }),
    );
    const unseen = new Set(own.flatMap(({ unseen }) => unseen ?? []));
    lines.push(...[...unseen].map((text) => `  not simulated: ${text}`));
    if (rights.length === 0) {
      lines.push(...free.map(({ call }) => `  no right needed  ${call}`));
    } else if (own.length === 0) lines.push("  no right needed  by a user: only sessions use it");
  }
  const { allowed, denied, errors, notChecked, doubtful } = counts;
  const doubt = doubtful > 0 ? ` (${doubtful} in doubt)` : "";
  lines.push(
    "",
    `${allowed} allowed${doubt}, ${denied} denied, ${errors} errors, ${notChecked} not checked`,
  );
  return `${lines.join("\n")}\n`;
}

/** Whose policies are simulated, in words. */
export function simulatedText(sources: PolicySources): string {
  if (sources.kind === "none") return `nobody: ${sources.why}`;
  const [first] = sources.sources;
  const how = first?.from === "guess" ? "its path guessed" : `by ${first?.from ?? "-"}`;
  return `${printable(first?.arn ?? "-", 2048)} (${how})`;
}

const WORDS: Readonly<Record<CheckedRight["status"], string>> = {
  allowed: "allowed",
  denied: "denied",
  error: "error",
  not_checked: "not checked",
};

function headLine(right: CheckedRight): string {
  const { status, action, resource, example, by, profiles } = right;
  const whose = example
    ? "  (an example: nothing here uses one)"
    : profiles.length > 0
    ? `  (${profiles.map((name) => printable(name, 64)).join(", ")})`
    : "";
  const caller = by === null ? "" : `  by ${printable(by, 2048)}`;
  const head = `  ${WORDS[status].padEnd(11)}  ${action} on ${printable(resource, 2048)}`;
  return `${head}${caller}${whose}`;
}

/** What makes an answer so, line by line. */
export function reasonsOf(right: CheckedRight): string[] {
  const { status, denial, limit, policies, missing, message, hint } = right;
  const by = policies.length === 0 ? "" : `: ${policies.map((p) => printable(p, 128)).join(", ")}`;
  const lines: string[] = [];
  if (status === "allowed" && by !== "") lines.push(`by policy${by}`);
  if (status === "denied") {
    lines.push(
      limit === "organisation"
        ? "a service control policy keeps it"
        : denial === "explicit"
        ? `a policy denies it${by}`
        : limit === "boundary"
        ? "the permissions boundary doesn't allow it"
        : "no policy allows it",
    );
  }
  if (missing.length > 0) {
    lines.push(
      `in doubt: policies ask for ${missing.map((key) => printable(key, 128)).join(", ")}`,
    );
  }
  if (message !== null) lines.push(printable(message, 500));
  if (hint !== null) lines.push(`hint: ${printable(hint, 300)}`);
  return lines;
}

/** What the answers don't say. */
function notes({ unused, elsewhere, here }: CheckHere, used: boolean): string {
  const lines = [
    ...here.detection.warnings.map((warning) => `warning: ${printable(warning, 1000)}`),
    ...(used && unused.length > 0
      ? [`not in use here, not looked at: ${unused.join(", ")} (--all)`]
      : []),
    ...(elsewhere.length > 0
      ? [
        "other base credentials, not looked at: " +
        `${elsewhere.map((name) => printable(name, 64)).join(", ")} (--profile NAME)`,
      ]
      : []),
    "a simulation doesn't see:",
    ...UNSEEN.map((line) => `  ${line}`),
  ];
  return lines.map((line) => `sentinel: ${line}\n`).join("");
}
