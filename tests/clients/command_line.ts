// clients: the AWS CLI, one process a command: what is measured of it.
import { strict as assert } from "node:assert";
import { byWhom, counted, HANG, type Measured, sectionOf } from "./looping.ts";
import { type Row, type Section, unstable } from "./page.ts";
import { PAGES, type Stage } from "./stage.ts";

const WHO = ["aws", "sts", "get-caller-identity", "--output", "text", "--query", "Arn"];
const as = (profile: string): string[] => [...WHO, "--profile", profile];

/** As many signed calls as there are pages, by one command. */
function pages(profile: string, path: string): string[] {
  const words = ["aws", "--profile", profile, "ssm", "get-parameters-by-path", "--path", path];
  return [...words, "--page-size", "1", "--query", "Parameters[].Name", "--output", "text"];
}

async function startsOf(stage: Stage, words: readonly string[]): Promise<number> {
  const { code, err } = await stage.run(words);
  assert.equal(code, 0, err);
  return await stage.starts();
}

async function took(run: () => Promise<{ code: number }>): Promise<{ code: number; ms: number }> {
  const began = Date.now();
  const { code } = await run();
  return { code, ms: Date.now() - began };
}

const seconds = (ms: number) => unstable(`${(ms / 1000).toFixed(1)} s`);

/** One command of one call, as a smoke test: it is served, and asks at most twice. */
export async function smoke(stage: Stage): Promise<void> {
  await stage.fake({ life: 3600 });
  assert.equal(await startsOf(stage, as("fake")), 1);
}

/** Measures everything of the AWS CLI. */
export function measureCli(version: string): Promise<Section> {
  return sectionOf({ title: "AWS CLI", version }, measureOn, hangingFor);
}

async function measureOn(stage: Stage): Promise<Measured> {
  const rows = [...await livesOf(stage), ...await leasesOf(stage)];
  await stage.fake({ life: 3600, slow: 3 });
  const slow = await took(() => stage.run(as("fake")));
  await stage.starts();
  rows.push([
    "a process that takes 3 s",
    `${slow.code === 0 ? "waits" : "fails"} (${seconds(slow.ms)})`,
  ]);
  const denied = await deniedTo(stage);
  rows.push(["policy turns to deny between two commands", denied.row]);
  const exec = await insideExec(stage);
  rows.push(["`exec`, past the session's end", exec.row]);
  return {
    rows,
    blocks: [
      { title: "A refusal by policy, as its user sees it:", text: denied.shown },
      { title: "Past the end of a session from `exec`:", text: exec.shown },
    ],
  };
}

async function livesOf(stage: Stage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const life of [3600, 930, 890, 240]) {
    await stage.fake({ life });
    const one = await startsOf(stage, as("fake"));
    const many = await startsOf(stage, pages("fake", "/sentinel/pages"));
    rows.push([
      `a process that reports ${life} s`,
      `${counted(one, "start")} for a command of one call, ${many} for one of ${PAGES}`,
    ]);
  }
  return rows;
}

async function leasesOf(stage: Stage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [lease, duration] of [["calm", "1h"], ["live", "1h"], ["calm", "15m"]] as const) {
    await stage.sentinel(lease, duration);
    const before = stage.issued();
    const starts = await startsOf(stage, pages("dev", "/app/dev/pages"));
    const issued = stage.issued() - before;
    assert.equal(issued, 1, "AWS is asked once");
    rows.push([
      `Sentinel, ${lease}, sessions of ${duration}`,
      `${counted(starts, "start")} for a command of ${PAGES} calls, ` +
      `${counted(issued, "session")} of AWS's`,
    ]);
  }
  return rows;
}

async function hangingFor(stage: Stage): Promise<string> {
  await stage.fake({ life: 3600, hang: HANG });
  const { code, ms } = await took(() => stage.run(as("fake")));
  assert.notEqual(code, 0);
  return ms < (HANG - 1) * 1000
    ? `gives up (${seconds(ms)})`
    : `waits to its end (${seconds(ms)}), no time-out`;
}

async function deniedTo(stage: Stage): Promise<{ row: string; shown: string }> {
  await stage.sentinel("calm", "1h");
  assert.equal((await stage.run(as("dev"))).code, 0);
  await stage.deny();
  await stage.starts();
  const { code, out, err } = await stage.run(as("dev"));
  assert.notEqual(code, 0);
  assert.equal(out, "");
  const starts = await stage.starts();
  return {
    row: `the next one fails with exit code ${code}, ${counted(starts, "start")}`,
    shown: err,
  };
}

async function insideExec(stage: Stage): Promise<{ row: string; shown: string }> {
  await stage.sentinel("calm", "15m");
  await stage.lifetime(8);
  const who = WHO.join(" ");
  const script = `${who} && sleep 8 && ${who}`;
  const { code, out, err } = await stage.run([
    "sentinel",
    "exec",
    "-p",
    "dev",
    "--",
    "sh",
    "-c",
    script,
  ]);
  await stage.lifetime(null);
  assert.match(out, /^\S+SentinelProtected-Dev\S+\n$/, err);
  return { row: `${byWhom(err)}, exit code ${code}`, shown: err };
}
