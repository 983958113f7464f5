// clients: SDKs in a loop of signed calls: what is measured of each, and the tests of it.
import { strict as assert } from "node:assert";
import { type Block, type Row, Section, unstable } from "./page.ts";
import { type Call, callsOf, nameIn, Stage } from "./stage.ts";

/** An SDK, and the program that loops with it. */
export interface Looping {
  /** Heading on the page. */
  title: string;
  /** What it was measured with. */
  version: string;
  /** True: under five minutes it comes back at each call, and waits for the answer. */
  atEachCall: boolean;
  /** True: it renews behind a call's back, so how often depends on how fast the process is. */
  behind: boolean;
  /** The words that run it. An empty profile means: what the environment holds. */
  loop(profile: string, calls: number, pause: number): string[];
}

/** Longer than the longest time-out that is known, in seconds. */
export const HANG = 70;

/** Signed calls in one measurement. */
export const CALLS = 20;

/** Lives that a process reports, in seconds. Long ones first: each is on one side of some SDK's line. */
const LIVES = [3600, 930, 890, 610, 590, 310, 290, 240, 60] as const;

/** How often the process is started for 20 signed calls, by the life that it reports. */
export async function fetchesFor(
  client: Looping,
  stage: Stage,
  life: number,
  calls = CALLS,
): Promise<number> {
  await stage.fake({ life });
  const done = callsOf(await stage.run(client.loop("fake", calls, client.behind ? 150 : 0)));
  assert.deepEqual(done.map(({ error }) => error), done.map(() => undefined));
  assert.equal(done.length, calls);
  return await stage.starts();
}

/** Starts of `sentinel credentials`, and sessions of AWS's, for some signed calls. */
export async function sentinelFor(
  client: Looping,
  stage: Stage,
  { lease, duration, calls = CALLS }: {
    lease: "calm" | "live";
    duration: string;
    calls?: number;
  },
): Promise<{ fetches: number; issued: number }> {
  await stage.sentinel(lease, duration);
  const before = stage.issued();
  const done = callsOf(await stage.run(client.loop("dev", calls, 0)));
  for (const { arn, error } of done) {
    assert.match(arn ?? error ?? "", /SentinelProtected-Dev\/mara-/);
  }
  return { fetches: await stage.starts(), issued: stage.issued() - before };
}

async function refusedWith(client: Looping, stage: Stage, life: number): Promise<string> {
  await stage.fake({ life });
  const ended = await stage.run(client.loop("fake", 3, 700), async () => {
    await stage.refuse();
    await stage.starts();
  });
  const [, second, third] = callsOf(ended);
  const starts = await stage.starts();
  const failed = [second, third].filter((call) => call?.error !== undefined).length;
  if (failed === 0) return starts === 0 ? "is not asked" : "asks, and goes on with what it has";
  assert.equal(failed, 2, "a refusal holds");
  return `the next call fails, ${counted(starts / failed, "start")} a call`;
}

async function slowFor(client: Looping, stage: Stage): Promise<string> {
  await stage.fake({ life: 3600, slow: 3 });
  const [call] = callsOf(await stage.run(client.loop("fake", 1, 0)));
  await stage.starts();
  return call?.error === undefined ? `waits (${seconds(call)})` : `fails (${seconds(call)})`;
}

async function hangingFor(client: Looping, stage: Stage): Promise<string> {
  await stage.fake({ life: 3600, hang: HANG });
  const [call] = callsOf(await stage.run(client.loop("fake", 1, 0)));
  await stage.starts();
  assert.ok(call?.error !== undefined);
  if (call.took < (HANG - 1) * 1000) return `gives up (${seconds(call)})`;
  const then = /timed out/.test(call.error) ? "then says that it timed out" : "no time-out";
  return `waits to its end (${seconds(call)}), ${then}`;
}

async function acrossExpiry(client: Looping, stage: Stage): Promise<string> {
  await stage.sentinel("live", "15m");
  await stage.lifetime(4);
  const calls = callsOf(await stage.run(client.loop("dev", 8, 1000)));
  await stage.lifetime(null);
  const names = new Set(calls.map(({ arn }) => nameIn(arn)));
  assert.ok(names.size > 1, "the calls went across an expiry");
  await stage.starts();
  const served = calls.filter(({ error }) => error === undefined).length;
  return `${served} of ${calls.length} served, by ${unstable(`${names.size} sessions`)}`;
}

/** The policy turns to deny after the first of some calls; what the first refused one shows. */
async function turnedToDeny(
  client: Looping,
  stage: Stage,
): Promise<{ row: string; shown: string }> {
  await stage.sentinel("live", "1h");
  // Long enough for a process to start, short enough for an SDK that comes back at the end only.
  await stage.lifetime(6);
  const ended = await stage.run(client.loop("dev", 9, 1000), () => stage.deny());
  await stage.lifetime(null);
  await stage.starts();
  const calls = callsOf(ended);
  const at = calls.findIndex(({ error }) => error !== undefined);
  assert.ok(at > 0, "some call is refused");
  assert.ok(calls.slice(at).every(({ error }) => error !== undefined), "a refusal holds");
  const row = at === 1 ? "the next call fails" : "fails at the end that was reported";
  return { row: `${row} (${seconds(calls[at])})`, shown: shownBy(calls[at], ended.err) };
}

async function insideExec(client: Looping, stage: Stage): Promise<{ row: string; shown: string }> {
  await stage.sentinel("calm", "15m");
  await stage.lifetime(7);
  const words = ["sentinel", "exec", "-p", "dev", "--", ...client.loop("", 10, 1000)];
  const calls = callsOf(await stage.run(words));
  await stage.lifetime(null);
  const at = calls.findIndex(({ error }) => error !== undefined);
  assert.ok(at > 0, `served first, refused later: ${JSON.stringify(calls)}`);
  assert.ok(calls.slice(at).every(({ error }) => error !== undefined), "an end is an end");
  return {
    row: `served to the session's end, then ${byWhom(calls[at]?.error)}`,
    shown: calls[at]?.error ?? "",
  };
}

// Some leave the process's own words to stderr: at each start, so the first time is enough.
function shownBy(call: Call | undefined, err: string): string {
  const said = /error\[[^]*?\nhint: .*/.exec(err)?.[0];
  return said === undefined ? call?.error ?? "" : `${said}\n${call?.error}`;
}

/** Who refuses credentials that are over. */
export function byWhom(shown = ""): string {
  return /ExpiredToken/.test(shown) ? "AWS refuses" : "it refuses by itself";
}

/** A number of things. */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

function seconds(call: Call | undefined): string {
  return unstable(`${((call?.took ?? 0) / 1000).toFixed(1)} s`);
}

const SETTINGS = [
  { lease: "calm", duration: "1h" },
  { lease: "live", duration: "1h" },
  { lease: "calm", duration: "15m" },
] as const;

/** What is measured of one client. */
export interface Measured {
  rows: Row[];
  blocks: Block[];
}

/** Measures everything of one SDK. */
export function measure(client: Looping): Promise<Section> {
  return sectionOf(
    client,
    (stage) => measureOn(client, stage),
    (stage) => hangingFor(client, stage),
  );
}

/** A section, of which the longest wait is measured beside the rest, on a stage of its own. */
export async function sectionOf(
  { title, version }: Pick<Looping, "title" | "version">,
  most: (stage: Stage) => Promise<Measured>,
  hanging: (stage: Stage) => Promise<string>,
): Promise<Section> {
  const [rest, hung] = await Promise.allSettled([Stage.with(most), Stage.with(hanging)]);
  if (rest.status === "rejected") throw rest.reason;
  if (hung.status === "rejected") throw hung.reason;
  const rows: Row[] = [...rest.value.rows, [`a process that hangs for ${HANG} s`, hung.value]];
  return new Section(title, version, rows, rest.value.blocks);
}

async function measureOn(client: Looping, stage: Stage): Promise<Measured> {
  const rows = [...await livesOf(client, stage), ...await leasesOf(client, stage)];
  for (const life of [3600, 700, 590, 240]) {
    rows.push([`a refusal with ${life} s left`, await refusedWith(client, stage, life)]);
  }
  rows.push(["a process that takes 3 s", await slowFor(client, stage)]);
  rows.push(["sessions of 4 s, 8 calls a second apart", await acrossExpiry(client, stage)]);
  const denied = await turnedToDeny(client, stage);
  rows.push(["policy turns to deny between two calls, live", denied.row]);
  const exec = await insideExec(client, stage);
  rows.push(["`exec`, past the session's end", exec.row]);
  return {
    rows,
    blocks: [
      { title: "A refusal by policy, as its user sees it:", text: denied.shown },
      { title: "Past the end of a session from `exec`:", text: exec.shown },
    ],
  };
}

async function livesOf(client: Looping, stage: Stage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const life of LIVES) {
    const starts = await fetchesFor(client, stage, life);
    rows.push([
      `a process that reports ${life} s`,
      `${counted(starts, "start")} for ${CALLS} calls`,
    ]);
  }
  return rows;
}

/** Leases do for each SDK what they are for, whatever the page says. */
async function leasesOf(client: Looping, stage: Stage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const setting of SETTINGS) {
    const { lease, duration } = setting;
    const { fetches, issued } = await sentinelFor(client, stage, setting);
    assert.equal(issued, 1, "AWS is asked once");
    if (lease === "calm" && duration === "1h") assert.equal(fetches, 1);
    else if (client.atEachCall) assert.ok(fetches >= CALLS, `${fetches} starts`);
    const starts = counted(fetches, "start");
    rows.push([
      `Sentinel, ${lease}, sessions of ${duration}`,
      `${client.behind && fetches > 1 ? unstable(starts) : starts} for ${CALLS} calls, ` +
      `${counted(issued, "session")} of AWS's`,
    ]);
  }
  return rows;
}
