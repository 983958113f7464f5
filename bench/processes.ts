// bench: whole processes: the installed launcher against an empty Deno program and the AWS CLI.
import { processBase } from "../commands/base.ts";
import { type Ready, withSandbox } from "../commands/sandbox/start.ts";
import { inTurns, peakMemory, type Row, row, type Sample } from "./measure.ts";

const ROUNDS = Number(Deno.env.get("SENTINEL_BENCH_RUNS") ?? "21");
const CREDENTIALS = ["credentials", "--profile", "dev"];

type Start = (command: string, ...args: string[]) => Promise<string>;

function starter(env: Record<string, string>): Start {
  return async (command, ...args) => {
    const { success, stderr } = await new Deno.Command(command, { args, env, stdout: "null" })
      .output();
    const told = new TextDecoder().decode(stderr);
    if (!success) {
      throw new Error(`${command} ${args.join(" ")} failed, nothing is measured: ${told}`);
    }
    return told;
  };
}

/** Puts the launcher where nobody's own one is. */
async function install(folder: string): Promise<string> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("../scripts/install.ts", import.meta.url).pathname],
    env: { SENTINEL_BIN: folder },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return `${folder}/sentinel`;
}

/** The AWS CLI itself: pyenv's shim before it would be measured too. */
async function awsCli(): Promise<string | null> {
  for (const [command, ...args] of [["pyenv", "which", "aws"], ["sh", "-c", "command -v aws"]]) {
    const path = await said(command ?? "", args, {});
    if (path !== null) return path.trim();
  }
  return null;
}

/** What a program prints; `null` when it fails or isn't there. */
async function said(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command(command, { args: [...args], env }).output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch {
    return null;
  }
}

// Version 1 has no export-credentials: there, the least that reads a profile's keys.
const AWS_WORDS = [
  ["configure", "export-credentials", "--profile", "mara"],
  ["configure", "get", "aws_access_key_id", "--profile", "mara"],
];

/** The AWS CLI's words for keys that lie in a file. */
async function awsPeer(env: Record<string, string>): Promise<string[] | null> {
  const aws = await awsCli();
  if (aws === null) return null;
  for (const words of AWS_WORDS) if (await said(aws, words, env) !== null) return [aws, ...words];
  return null;
}

async function measured({ env, home }: Ready, folder: string): Promise<Row[]> {
  const start = starter(env);
  const sentinel = await install(folder);
  const empty = `${folder}/empty.js`;
  await Deno.writeTextFile(empty, "");
  const floor = ["run", "--no-config", "--no-lock", "--cached-only", "-A", empty];
  const peer = await awsPeer(env);
  const cache = `${home}/sentinel/cache`;
  await start(sentinel, ...CREDENTIALS);
  const warm = await inTurns(ROUNDS, {
    empty: () => start(Deno.execPath(), ...floor),
    sentinel: () => start(sentinel, ...CREDENTIALS),
    version: () => start(sentinel, "--version"),
    ...(peer && { aws: () => start(peer[0] ?? "", ...peer.slice(1)) }),
  });
  const cold = await inTurns(ROUNDS, {
    empty: () => start(Deno.execPath(), ...floor),
    forget: () => Deno.remove(cache, { recursive: true }).catch(() => {}),
    sentinel: () => start(sentinel, ...CREDENTIALS),
  });
  const memory = {
    sentinel: await peakMemory(5, env, sentinel, CREDENTIALS),
    empty: await peakMemory(5, env, Deno.execPath(), floor),
  };
  return rowsOf(warm, cold, memory, (peer ?? []).slice(1, 3).join(" "));
}

function rowsOf(
  warm: Record<string, Sample>,
  cold: Record<string, Sample>,
  memory: Record<string, Sample | undefined>,
  peer: string,
): Row[] {
  return [
    row(
      {
        what: "`credentials`, warm, the installed launcher, whole process",
        against: "an empty Deno program",
        wanted: "≤ 1.35",
        why: WARM,
      },
      warm["sentinel"],
      warm["empty"],
    ),
    row(
      {
        what: `\`aws ${peer || "configure export-credentials"}\` of keys that lie in a file`,
        against: "`credentials`, warm",
        wanted: "≥ 5",
        why: "There is no AWS CLI on this machine, or it is quicker than it was.",
      },
      warm["aws"],
      warm["sentinel"],
    ),
    row(
      {
        what: "`credentials`, cold: no cache at all, two calls to AWS (on loopback)",
        against: "an empty Deno program",
        wanted: "≤ 2.0",
        why: COLD,
      },
      cold["sentinel"],
      cold["empty"],
    ),
    row(
      {
        what: "`sentinel --version`: the whole program loads",
        against: "an empty Deno program",
        wanted: "≤ 3",
        why: "The argv parser, every command's description and the YAML reader are in one bundle.",
      },
      warm["version"],
      warm["empty"],
    ),
    row(
      {
        what: "Peak memory of `credentials`, warm",
        against: "an empty Deno program",
        wanted: "≤ 1.3",
        why: MEMORY,
      },
      memory["sentinel"],
      memory["empty"],
    ),
  ];
}

const WARM =
  `Beside an empty program's whole time, a fifth of it goes into loading hot.js from the code cache
and running its modules' own lines, a tenth into the journal's durable entry, and most of the rest
into calls of Deno's that are made for the first time: its own code for each is compiled then.
Called one after another in a program of their own, the thirty that a warm call needs (lstat,
open, an error for what isn't there, getRandomValues, TextDecoder, HKDF, HMAC, AES-GCM, revoke, a
terminal, …) take nearly a third of an empty program's time; the same calls a second time take a
quarter of that. No flag of V8's changes that: semi-space, lite mode, no regular expressions
compiled, no optimizing all stay within a twentieth. What would get there: a Deno whose snapshot
holds those functions compiled, or one that starts from a snapshot of ours.`;

const MEMORY = `Of the half that comes on top, four fifths are pages of Deno's own program that an
empty one never touches (V8's compiler, WebCrypto, files, locks: shared with every other Deno process), the rest is our
code and its source text. Compiling lazily, minifying, and a smaller or larger young generation
change it by a hundredth or two. What would get there: what would get the warm call there, since what isn't compiled needs no
compiler. Without GNU time at /usr/bin/time it is not measured.`;

const COLD =
  `Deno's fetch starts, with some thirty modules of Deno's own, the YAML reader loads, two
signed calls are made, two entries of the journal become durable, and three things are sealed for
the next call. Deno keeps its own modules' compiled code for the V8 flags of whoever ran last: where
another Deno program has used fetch since, a cold call compiles them again, and takes half as long
again. What would get there: the policy compiled ahead, loading YAML while AWS is waited for, and a
launcher without V8 flags once Deno keeps compiled functions after a run.`;

/** Rows about whole processes. */
export async function processRows(): Promise<Row[]> {
  const folder = await Deno.makeTempDir();
  let rows: Row[] = [];
  try {
    const options = { port: 0, world: undefined, as: undefined };
    await withSandbox(processBase("bench", false), options, async (sandbox) => {
      rows = await measured(sandbox, folder);
      return 0;
    });
    return rows;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
