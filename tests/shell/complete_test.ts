// shell: what the real shells offer, for sentinel's own words and for those of the wrapped command.
import { strict as assert } from "node:assert";
import { type ShellName, WRITERS } from "../../shell/mod.ts";
import { askBash, askFish, inShell, planFor, program, shellsHere, stage } from "./ask.ts";
import { askZsh, COMPINIT } from "./ask_zsh.ts";
import { QUESTIONS } from "./questions.ts";

const HERE = await shellsHere();
const PROFILES = ["prod", "pre.prod", "my odd one"];
const AWS_CONFIG = `[default]
region = eu-central-1
[profile prod]
sentinel_role_arn = arn:aws:iam::111122223333:role/P
[sso-session corp]
sso_region = eu-central-1
[profile "my odd one"]
region = eu-central-1
[profile pre.prod]
region = eu-central-1`;

// The completer of the AWS CLI, as bash and zsh call it: COMP_LINE and COMP_POINT in, words out.
const COMPLETER = `line=$(printf %s "$COMP_LINE" | cut -c1-"$COMP_POINT"); word=\${line##* }
case $line in 'aws s3 '*) all='ls cp --recursive --region' ;; 'aws '*) all='s3' ;; *) all='' ;; esac
for w in $all; do case $w in "$word"*) echo "$w" ;; esac; done`;

const TOOLS: Readonly<Record<ShellName, string>> = {
  bash: `complete -C aws_completer aws
_tool() { COMPREPLY=($(compgen -W 'start status' -- "$2")); }
complete -F _tool tool
`,
  zsh: `autoload -Uz bashcompinit && bashcompinit && complete -C aws_completer aws
_tool() { compadd start status }
compdef _tool tool
`,
  fish: `complete -c aws -n 'contains s3 (commandline -opc)' -x -a 'ls cp'
complete -c aws -n 'contains s3 (commandline -opc)' -l recursive
complete -c aws -n 'contains s3 (commandline -opc)' -l region
complete -c tool -x -a 'start status'
`,
};

async function prepare(
  shell: ShellName,
  form: "inline" | "files",
): Promise<{ home: string; script: string }> {
  const home = await stage();
  await Deno.mkdir(`${home}/.aws`);
  await Deno.writeTextFile(`${home}/.aws/config`, AWS_CONFIG);
  await Deno.writeTextFile(`${home}/.aws/credentials`, "[keys-only]\naws_access_key_id = x");
  await Deno.mkdir(`${home}/.config/sentinel/policies`, { recursive: true });
  await Deno.writeTextFile(`${home}/.config/sentinel/policies/on-disk.yaml`, "");
  await program(home, "aws", "exit 9");
  await program(home, "aws-own-tool", "exit 9");
  await program(home, "tool", "exit 9");
  await program(home, "aws_completer", COMPLETER);
  const plan = planFor(PROFILES, { policies: new Map([["in-ssm", "ssm:/p/in-ssm"]]) });
  const writer = WRITERS[shell];
  const script = `${home}/all.${shell}`;
  if (form === "inline") {
    await Deno.writeTextFile(script, writer.inline(plan) + TOOLS[shell]);
    return { home, script };
  }
  const { entry, files } = writer.files(plan, `${home}/made`);
  for (const [path, text] of files) {
    await Deno.mkdir(`${home}/made/${path.split("/").slice(0, -1).join("/")}`, { recursive: true });
    await Deno.writeTextFile(`${home}/made/${path}`, text);
  }
  await Deno.writeTextFile(script, `${writer.sourcing(`${home}/made/${entry}`)}\n${TOOLS[shell]}`);
  return { home, script };
}

type Ask = (home: string, script: string, lines: readonly string[]) => Promise<string[][]>;

const ASK: Readonly<Record<ShellName, Ask>> = {
  bash: askBash,
  fish: askFish,
  zsh: async (home, script, lines) =>
    (await askZsh(home, `${COMPINIT}. ${script}`, lines)).map((a) => a.offers),
};

// fish quotes a candidate when it is put into the line.
const ODD: Readonly<Record<ShellName, string>> = {
  bash: "my\\ odd\\ one",
  zsh: "my\\ odd\\ one",
  fish: "my odd one",
};

for (const shell of ["bash", "zsh", "fish"] as const) {
  for (const form of ["inline", "files"] as const) {
    Deno.test({
      name: `${shell} completes, with the ${form} form`,
      ignore: !HERE.get(shell),
      async fn(t) {
        const { home, script } = await prepare(shell, form);
        try {
          const answers = await ASK[shell](home, script, QUESTIONS.map((q) => q.line));
          for (const [n, { name, line, has, not }] of QUESTIONS.entries()) {
            await t.step(name, () => {
              const offered = answers[n] ?? [];
              const told = `${line} → ${JSON.stringify(offered)}`;
              for (const word of has) assert.ok(offered.includes(word), `no ${word}: ${told}`);
              for (const word of not) assert.ok(!offered.includes(word), `${word}: ${told}`);
            });
          }
          await t.step("a name with blanks, as one word", () => {
            assert.ok(answers[3]?.includes(ODD[shell]), JSON.stringify(answers[3]));
          });
        } finally {
          await Deno.remove(home, { recursive: true });
        }
      },
    });
  }
}

// Within one word: readline keeps what stands before the last : or =, the others don't.
const WITHIN: Readonly<Record<ShellName, readonly [line: string, offers: readonly string[]][]>> = {
  bash: [
    ["sentinel exec --profile=pr", ["pre.prod", "prod"]],
    ["sentinel exec --policy file:fil", ["file-one.yaml"]],
    ["sentinel exec --policy=fil", ["file-one.yaml", "file:"]],
    ["sentinel policy validate --format=j", ["json"]],
    ["sentinel policy validate fil", ["file-one.yaml"]],
  ],
  zsh: [
    ["sentinel exec --profile=pr", ["pre.prod", "prod"]],
    ["sentinel exec --policy file:fil", ["file-one.yaml"]],
    ["sentinel policy validate fil", ["file-one.yaml"]],
  ],
  fish: [
    ["sentinel exec --profile=pr", ["--profile=pre.prod", "--profile=prod"]],
    ["sentinel exec --policy file:fil", ["file:file-one.yaml"]],
    ["sentinel policy validate fil", ["file-one.yaml"]],
  ],
};

for (const shell of ["bash", "zsh", "fish"] as const) {
  Deno.test({
    name: `${shell} completes values within one word`,
    ignore: !HERE.get(shell),
    async fn() {
      const { home, script } = await prepare(shell, "inline");
      try {
        await Deno.writeTextFile(`${home}/file-one.yaml`, "");
        const answers = await ASK[shell](home, script, WITHIN[shell].map(([line]) => line));
        assert.deepEqual(answers, WITHIN[shell].map(([, offers]) => [...offers]));
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    },
  });
}

const EVIL = [
  "$(touch hit)",
  "`touch hit`",
  "a;touch hit",
  "*",
  "it's",
  'a"b',
  "a\\\\b",
  "~",
  "#x",
  "-n",
];

for (const shell of ["bash", "zsh", "fish"] as const) {
  Deno.test({
    name: `${shell} offers hostile profile names as words that it reads back as they are`,
    ignore: !HERE.get(shell),
    async fn() {
      const { home, script } = await prepare(shell, "inline");
      try {
        const sections = EVIL.map((name) => `[profile ${name}]\n`).join("");
        await Deno.writeTextFile(`${home}/.aws/config`, sections);
        const [offered = []] = await ASK[shell](home, script, ["sentinel exec --profile "]);
        const file = `${home}/back`;
        const words = offered.map((word) => shell === "fish" ? WRITERS.fish.quote(word) : word);
        await Deno.writeTextFile(file, `sentinel ${words.join(" ")}\n`);
        const { out } = await inShell(shell, home, file);
        const known = ["in-ssm", "keys-only", "on-disk"];
        assert.deepEqual(out.split("\0").slice(0, -1).sort(), [...EVIL, ...known].sort());
        await assert.rejects(Deno.stat(`${home}/hit`), "nothing of a name may run");
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    },
  });
}

Deno.test({
  name: "bash without compopt leaves names of files to readline, which quotes them",
  ignore: !HERE.get("bash"),
  async fn() {
    const { home, script } = await prepare("bash", "files");
    try {
      await Deno.writeTextFile(`${home}/qq$(id)`, "");
      const file = `${home}/asks.bash`;
      const asks = ["", "enable -n compopt"].map((before) =>
        `${before}\nCOMP_WORDS=(sentinel policy validate qq) COMP_CWORD=3 COMP_LINE='sentinel policy validate qq'
COMP_POINT=\${#COMP_LINE} COMPREPLY=()\n_sentinel_load 2> /dev/null\nprintf '%s;' "\${COMPREPLY[@]}"`
      );
      await Deno.writeTextFile(file, `. '${script}'\ncd '${home}'\n${asks.join("\n")}\n`);
      assert.equal((await inShell("bash", home, file)).out, "qq$(id);;");
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});

Deno.test({
  name: "zsh completes where compinit comes after our line, too",
  ignore: !HERE.get("zsh"),
  async fn() {
    const { home, script } = await prepare("zsh", "files");
    try {
      const lines = ["sentinel policy ", "sentinel-prod aws-own"];
      await Deno.writeTextFile(script, (await Deno.readTextFile(script)).replace(TOOLS.zsh, ""));
      const [own, wrapped] = await askZsh(home, `. ${script}\n${COMPINIT}`, lines);
      assert.deepEqual(own?.offers, ["explain", "validate"]);
      assert.deepEqual(wrapped?.offers, ["aws-own-tool"]);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});
