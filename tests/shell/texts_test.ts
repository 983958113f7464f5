// shell: generated texts: goldens, what each shell and shellcheck say of them, and no process at start.
import { strict as assert } from "node:assert";
import { root } from "../../commands/app.ts";
import { FEATURES, ROLES } from "../../lib/core/permissions/mod.ts";
import { completionTable, type ShellName, WRITERS } from "../../shell/mod.ts";
import { FORMS } from "../../templates/forms.ts";
import { MONITORING_FORMS } from "../../templates/monitoring.ts";
import { STARTERS } from "../../templates/policy.ts";
import { runIn } from "../e2e/tools.ts";
import { inShell, isHere, pathEnv, planFor, shellsHere, stage } from "./ask.ts";

const TABLE = await completionTable(root);

const HERE = await shellsHere();
const SHELLCHECK = await isHere("shellcheck", "--version");
const NAMES = ["prod", "it's odd", "a.b"];
const more = { policies: new Map([["prod", "ssm:/sentinel/policies/prod"]]), prompt: true };

async function golden(name: string, text: string): Promise<void> {
  const file = new URL(`../golden/shell/${name}`, import.meta.url);
  if (Deno.env.get("SENTINEL_GOLDEN") === "write") await Deno.writeTextFile(file, text);
  assert.equal(text, await Deno.readTextFile(file));
}

/** All texts that a shell may be given, by name. */
function textsFor(shell: ShellName, table = TABLE): [string, string][] {
  const plan = planFor(NAMES, { ...more, table });
  const { inline, files, completion } = WRITERS[shell];
  return [
    ["inline", inline(plan)],
    ["completion", completion(table)],
    ...[...files(plan, "/d").files].map(([path, text]): [string, string] => [path, text]),
  ];
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  const { inline, files } = WRITERS[shell];

  Deno.test(`${shell}'s texts are the golden ones`, async () => {
    const plan = planFor(NAMES, more);
    await golden(`inline.${shell}`, inline(plan));
    const made = files(plan, "/home/it's me/shell");
    const all = [...made.files].map(([path, text]) => `==> ${path}\n${text}`).join("");
    await golden(`files.${shell}.txt`, all);
  });

  Deno.test({
    name: `${shell} can parse each of its texts`,
    ignore: !HERE.get(shell),
    async fn() {
      const home = await stage();
      try {
        for (const [name, text] of textsFor(shell)) {
          const file = `${home}/text`;
          await Deno.writeTextFile(file, text);
          const { code, err } = await runIn(home, pathEnv(home), shell, "-n", file);
          assert.deepEqual([code, err], [0, ""], name);
        }
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    },
  });

  Deno.test({
    name: `${shell} sources the cached form twice, without a process and without a word`,
    ignore: !HERE.get(shell),
    async fn() {
      const home = await stage();
      try {
        const folder = `${home}/it's made`;
        const { entry, files: made } = files(planFor(NAMES, more), folder);
        for (const [path, text] of made) {
          const file = `${folder}/${path}`;
          await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
          await Deno.writeTextFile(file, text);
        }
        const line = WRITERS[shell].sourcing(`${folder}/${entry}`);
        const rc = `${home}/rc`;
        // Nothing is on the PATH while it is sourced: a process would say that it isn't found.
        const [off, on] = shell === "fish"
          ? ["set -gx PATH /nowhere", "set -gx PATH $keep"]
          : ["PATH=/nowhere", "PATH=$keep"];
        const keep = shell === "fish" ? "set keep $PATH" : "keep=$PATH";
        await Deno.writeTextFile(
          rc,
          `${keep}\n${off}\n${line}\n${line}\n${on}\nsentinel-a.b x 'y z'\n`,
        );
        const { code, out, err } = await inShell(shell, home, rc);
        assert.deepEqual([code, err], [0, ""]);
        assert.equal(out, "exec\0--profile\0a.b\0--\0x\0y z\0");
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    },
  });
}

Deno.test({
  name: "shellcheck passes all of bash's texts",
  ignore: !SHELLCHECK,
  async fn() {
    const home = await stage();
    try {
      const names: string[] = [];
      for (const [name, text] of textsFor("bash")) {
        await Deno.writeTextFile(`${home}/${name}.bash`, text);
        names.push(`${home}/${name}.bash`);
      }
      assert.ok(names.length > 3);
      const { code, out } = await runIn(home, pathEnv(home), "shellcheck", ...names);
      assert.equal(code, 0, out);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});

Deno.test({
  name: "bash in POSIX mode, where such names are errors, goes on without our functions",
  ignore: !HERE.get("bash"),
  async fn() {
    const home = await stage();
    try {
      const file = `${home}/text`;
      await Deno.writeTextFile(file, `${WRITERS.bash.inline(planFor(NAMES, more))}echo on\n`);
      const { code, out, err } = await runIn(home, pathEnv(home), "bash", "--posix", file);
      assert.deepEqual([code, out, err], [0, "on\n", ""]);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});

// bash 3.2, which macOS has: none of what came with 4 and later.
const LATER: readonly RegExp[] = [
  /\bdeclare -A|\blocal -A|\btypeset -A/,
  /\bmapfile\b|\breadarray\b/,
  /\$\{[A-Za-z_]+(,,|\^\^|@[A-Z])/,
  /&>>|\|&/,
  /\$\{[A-Za-z_]+: -/,
  /\bcoproc\b|;;&|;&/,
  /\[-1\]/,
];
Deno.test("bash's texts hold nothing that bash 3.2 has not", () => {
  for (const [name, text] of textsFor("bash")) {
    const code = text.replaceAll(/^\s*#.*$/gm, "");
    for (const later of LATER) assert.doesNotMatch(code, later, name);
  }
});

Deno.test({
  name: "zsh without compinit has the functions, no completions, and no errors",
  ignore: !HERE.get("zsh"),
  async fn() {
    const home = await stage();
    try {
      const file = `${home}/text`;
      await Deno.writeTextFile(
        file,
        `${WRITERS.zsh.inline(planFor(NAMES, more))}sentinel-prod x\n`,
      );
      const { code, out, err } = await inShell("zsh", home, file);
      assert.deepEqual([code, err], [0, ""]);
      assert.ok(
        out.startsWith("exec\0--profile\0prod\0--policy\0ssm:/sentinel/policies/prod\0--\0x"),
      );
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});

Deno.test("the table holds the real program's commands, flags and words", () => {
  const { commands, groups } = TABLE;
  const find = (words: string) => commands.find((c) => c.words.join(" ") === words);
  const exec = find("exec");
  assert.equal(exec?.positional, "program");
  assert.deepEqual(exec?.flags.find((f) => f.name === "--profile")?.short, "-p");
  assert.equal(exec?.flags.find((f) => f.name === "--aws-profile")?.value, "profile");
  assert.equal(exec?.flags.find((f) => f.name === "--policy")?.value, "policy");
  assert.equal(exec?.flags.find((f) => f.name === "--quiet")?.value, null);
  assert.equal(find("policy explain")?.positional, "profile");
  assert.equal(find("policy validate")?.positional, "file");
  assert.deepEqual(find("completion")?.positional, ["zsh", "bash", "fish"]);
  assert.ok(groups[0]?.next.some(({ word }) => word === "policy"));
  const valueOf = (words: string, flag: string) =>
    find(words)?.flags.find((f) => f.name === flag)?.value;
  assert.deepEqual(valueOf("template scp", "--format"), FORMS);
  assert.deepEqual(valueOf("template monitoring", "--format"), MONITORING_FORMS);
  assert.deepEqual(valueOf("permissions list", "--format"), ["human", ...FORMS]);
  assert.deepEqual(valueOf("permissions list", "--role"), ROLES);
  assert.deepEqual(valueOf("template iam", "--feature"), FEATURES.map(({ id }) => id));
  assert.deepEqual(find("template policy")?.positional, STARTERS);
  const pages = find("help")?.positional;
  assert.ok(Array.isArray(pages) && pages.includes("policy") && pages.includes("exit-codes"));
});
