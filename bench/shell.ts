// bench: how much later each shell is ready with our line in its rc file, at 60 profiles.
import { root } from "../commands/app.ts";
import {
  completionTable,
  functionNames,
  type ShellName,
  type ShellPlan,
  SHELLS,
  WRITERS,
} from "../shell/mod.ts";
import { inTurns, type Row, row } from "./measure.ts";

const TABLE = await completionTable(root);

const ROUNDS = Number(Deno.env.get("SENTINEL_BENCH_RUNS") ?? "21") * 2;
const PROFILES = Array.from({ length: 60 }, (_, n) => `team-${n % 6}.account-${n}`);

/** The completion system as people load it, and the file that a shell reads first. */
const OWN: Readonly<Record<ShellName, { rc: string; system: string }>> = {
  zsh: { rc: ".zshrc", system: "autoload -Uz compinit && compinit -u\n" },
  bash: {
    rc: ".bashrc",
    system:
      "[ -r /usr/share/bash-completion/bash_completion ] && . /usr/share/bash-completion/bash_completion\n",
  },
  // fish's is always there.
  fish: { rc: ".config/fish/config.fish", system: "" },
};

async function home(folder: string, shell: ShellName, ours: boolean): Promise<string> {
  const path = `${folder}/${shell}-${ours}`;
  const { rc, system } = OWN[shell];
  const file = `${path}/${rc}`;
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  let text = system;
  if (ours) {
    const made = `${path}/made`;
    const { entry, files } = WRITERS[shell].files(plan(), made);
    for (const [name, content] of files) {
      const target = `${made}/${name}`;
      await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(target, content);
    }
    text += `${WRITERS[shell].sourcing(`${made}/${entry}`)}\n`;
  }
  await Deno.writeTextFile(file, text);
  return path;
}

function plan(): ShellPlan {
  return {
    functions: functionNames(PROFILES).functions,
    policies: new Map(),
    passed: [],
    table: TABLE,
    prompt: true,
    digest: "sha256:0",
  };
}

async function start(shell: ShellName, path: string): Promise<void> {
  const { code, stdout } = await new Deno.Command(shell, {
    args: ["-i", "-c", "echo ready"],
    env: { HOME: path, ZDOTDIR: path, PATH: "/usr/bin:/bin", TERM: "dumb" },
    clearEnv: true,
    stdin: "null",
    stderr: "null",
  }).output();
  if (code !== 0 || !new TextDecoder().decode(stdout).includes("ready")) {
    throw new Error(`${shell} did not start, nothing is measured`);
  }
}

async function rowFor(folder: string, shell: ShellName): Promise<Row> {
  const about = {
    what: `\`${shell} -i\` with our line, 60 profiles`,
    against: "the same shell with its completion system loaded",
    wanted: "≤ 1.1",
    why:
      `There is no ${shell} on this machine, or it reads our functions more slowly than it should.`,
  };
  const [without, ours] = [await home(folder, shell, false), await home(folder, shell, true)];
  try {
    // The first start writes what the completion system keeps.
    for (const path of [without, ours, without, ours]) await start(shell, path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return row(about, undefined, undefined);
    throw error;
  }
  const times = await inTurns(ROUNDS, {
    without: () => start(shell, without),
    ours: () => start(shell, ours),
  });
  return row(about, times["ours"], times["without"]);
}

/** Rows about shells. */
export async function shellRows(): Promise<Row[]> {
  const folder = await Deno.makeTempDir();
  try {
    const rows: Row[] = [];
    for (const shell of SHELLS) rows.push(await rowFor(folder, shell));
    return rows;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
