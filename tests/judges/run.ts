// judges: holds our IAM evaluator to another one on generated cases. Run it by
// `deno run -A --config tests/judges/deno.json tests/judges/run.ts`; SENTINEL_JUDGE_CASES and
// SENTINEL_JUDGE_SEED change what is drawn, SENTINEL_JUDGE_SHOW how many differences are printed.
import type { Case, Verdict } from "./case.ts";
import { FEATURES, featuresOf } from "./coverage.ts";
import { drawCase } from "./generate.ts";
import { choicesFor, SETTLED, type Settled } from "./settled.ts";
import { shrink } from "./shrink.ts";
import { askJudge, askOurs, type Judge, loadJudge } from "./sides.ts";
import { namedCases, UNKNOWN_REASONS } from "./vectors.ts";

const setting = (name: string, otherwise: number): number =>
  Number(Deno.env.get(`SENTINEL_JUDGE_${name}`) ?? otherwise);
const CASES = setting("CASES", 3000);
const SEED = setting("SEED", 20260301);
const SHOW = setting("SHOW", 5);
/** No more of the cases may be unknown to ours. */
const MOST_UNKNOWN = 0.02;
/** At least so many of the cases must be allowed, and so many denied. */
const LEAST_SHARE = 0.25;

/** Failures that are printed at all. */
const MOST_LINES = 50;

interface Tally {
  agreed: number;
  unknown: number;
  /** Reasons of the unknown cases; one may have several. */
  readonly byReason: Map<string, number>;
  /** Cases that one or more entries of SETTLED explain. */
  settled: number;
  readonly bySettled: Map<Settled, number>;
  readonly verdicts: Map<Verdict, number>;
  readonly features: Map<string, number>;
  readonly failures: string[];
}

/** What explains that the judge says something else than ours; `null` if nothing on the list. */
async function explain(
  judge: Judge,
  given: Case,
  ours: Verdict,
): Promise<Settled[] | null> {
  for (const choice of choicesFor(given)) {
    const rewritten = choice.reduce((all, entry) => entry.rewrite(all), given);
    if (await askJudge(judge, rewritten) === ours) return choice;
  }
  return null;
}

async function judgeCase(
  judge: Judge,
  number: number,
  tally: Tally,
): Promise<void> {
  const given = drawCase(SEED, number);
  for (const feature of featuresOf(given)) count(tally.features, feature);
  const ours = askOurs(given);
  const theirs = await askJudge(judge, given);
  count(tally.verdicts, theirs);
  if (ours.decision === "unknown") {
    tally.unknown++;
    for (const reason of ours.unknown) count(tally.byReason, reason);
    const known = ours.unknown.length > 0 &&
      ours.unknown.every((reason) => reason in UNKNOWN_REASONS);
    if (!known) {
      tally.failures.push(
        `case ${number}: unknown for ${ours.unknown.join() || "nothing"}`,
      );
    }
    return;
  }
  if (ours.decision === theirs) {
    tally.agreed++;
    return;
  }
  const explained = await explain(judge, given, ours.decision);
  if (explained === null) {
    tally.failures.push(
      await describe(judge, given, number, ours.decision, theirs, tally),
    );
    return;
  }
  tally.settled++;
  for (const entry of explained) count(tally.bySettled, entry);
}

/** The difference in its smallest form; only the first few are worth the time. */
async function describe(
  judge: Judge,
  given: Case,
  number: number,
  ours: Verdict,
  theirs: Verdict,
  tally: Tally,
): Promise<string> {
  const title = `case ${number}: ours ${ours}, judge ${theirs}`;
  if (tally.failures.length >= SHOW) return title;
  const small = await shrink(given, async (smaller) => {
    try {
      return askOurs(smaller).decision === ours &&
        await askJudge(judge, smaller) === theirs &&
        await explain(judge, smaller, ours) === null;
    } catch {
      return false; // no question that either side takes
    }
  });
  return `${title}\n  ${JSON.stringify(small)}`;
}

/** Each entry must still differ where its vector shows it: a stale one excuses for nothing. */
async function* staleEntries(judge: Judge): AsyncGenerator<string | null> {
  const vectors = namedCases();
  for (const entry of SETTLED) {
    const vector = vectors.get(entry.vector);
    if (vector === undefined) {
      yield `settled "${entry.name}": found no vector "${entry.vector}"`;
      continue;
    }
    const { given, expect } = vector;
    const faults = [
      askOurs(given).decision === expect ? "" : "ours isn't what the vector expects",
      await askJudge(judge, given) === expect ? "the judge agrees by now" : "",
      entry.applies(given) ? "" : "it doesn't apply to its own vector",
      await askJudge(judge, entry.rewrite(given)) === expect ? "" : "rewriting doesn't explain it",
    ].filter((fault) => fault !== "");
    yield faults.length === 0 ? null : `settled "${entry.name}": ${faults.join(", ")}`;
  }
}

function count<T>(counts: Map<T, number>, key: T): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const percent = (part: number): string => `${(100 * part / CASES).toFixed(1)} %`;

/** What must hold of the run as a whole; `null` = it does. */
function runChecks(tally: Tally): (string | null)[] {
  const allowed = tally.verdicts.get("allowed") ?? 0;
  const denied = CASES - allowed;
  const least = Math.max(1, Math.floor(CASES / 600));
  const rare = FEATURES.filter((feature) => (tally.features.get(feature) ?? 0) < least);
  return [
    tally.unknown <= CASES * MOST_UNKNOWN ? null : `found ${percent(tally.unknown)} unknown`,
    allowed >= CASES * LEAST_SHARE ? null : `found ${percent(allowed)} allowed`,
    denied >= CASES * LEAST_SHARE ? null : `found ${percent(denied)} denied`,
    rare.length === 0 ? null : `found fewer than ${least} cases of: ${rare.join(", ")}`,
  ];
}

function report(tally: Tally): void {
  const verdicts = [...tally.verdicts].map(([verdict, cases]) => `${verdict} ${percent(cases)}`);
  console.log(`judge says: ${verdicts.sort().join(", ")}`);
  console.log(`agreed ${tally.agreed} (${percent(tally.agreed)})`);
  const reasons = [...tally.byReason].map(([reason, cases]) => `${cases} ${reason}`).join(", ");
  console.log(`unknown ${tally.unknown} (${percent(tally.unknown)}, at most 2 %): ${reasons}`);
  console.log(
    `settled against the judge ${tally.settled} (${percent(tally.settled)}), of which:`,
  );
  for (const entry of SETTLED) {
    console.log(
      `  ${tally.bySettled.get(entry) ?? 0}  ${entry.name} [${entry.page}]`,
    );
  }
}

async function main(judge: Judge): Promise<number> {
  console.log(`judges: ${CASES} cases, seed ${SEED}`);
  const tally: Tally = {
    agreed: 0,
    unknown: 0,
    byReason: new Map(),
    settled: 0,
    bySettled: new Map(),
    verdicts: new Map(),
    features: new Map(),
    failures: [],
  };
  for (let number = 0; number < CASES; number++) {
    try {
      await judgeCase(judge, number, tally);
    } catch (error) {
      tally.failures.push(`case ${number}: ${error}`);
    }
  }
  report(tally);
  const checks = [
    ...runChecks(tally),
    ...await Array.fromAsync(staleEntries(judge)),
  ];
  const failures = [
    ...tally.failures,
    ...checks.filter((check) => check !== null),
  ];
  for (const failure of failures.slice(0, MOST_LINES)) console.log(`FAILED ${failure}`);
  if (failures.length > MOST_LINES) console.log(`… and ${failures.length - MOST_LINES} more`);
  const passed = CASES + checks.length - failures.length;
  console.log(`${passed} passed, ${failures.length} failed, 0 skipped`);
  return failures.length;
}

const judge = await loadJudge();
if (typeof judge === "string") {
  console.log(`SKIP: the judge can't be had: ${judge}`);
  console.log("0 passed, 0 failed, 1 skipped");
} else if (await main(judge) > 0) {
  Deno.exitCode = 1;
}
