// hostile: policies, settings and pins that are no such thing: pipes, links, foreign, huge, bombs.
import { strict as assert } from "node:assert";
import { codeOf, onStage, refused, type Stage } from "./stage.ts";

const DEV = ["credentials", "--profile", "dev"];
const MIB = 1024 * 1024;
const isRoot = Deno.uid() === 0;
const GOOD = 'version: "1"\nrules:\n  - {name: r, effect: allow, conditions: {profiles: [dev]}}\n';

/** A nobody that owns files in these tests. */
const NOBODY = 65_534;

/** Makes something of a hostile kind at `path`. */
interface Kind {
  code: string;
  /** Only root can make it. */
  root?: true;
  make(path: string): Promise<void>;
}

async function run(...words: string[]): Promise<void> {
  const [program = "", ...args] = words;
  const { success } = await new Deno.Command(program, { args }).output();
  assert.ok(success, words.join(" "));
}

/** What no file of Sentinel's may be, whichever it is. `good` is a right text of its kind. */
function kinds(good: string): Readonly<Record<string, Kind>> {
  const aside = async (path: string): Promise<string> => {
    await Deno.writeTextFile(`${path}.target`, good, { mode: 0o600 });
    return `${path}.target`;
  };
  return {
    "a directory": { code: "FILE_UNSAFE", make: (path) => Deno.mkdir(path) },
    "a named pipe": { code: "FILE_UNSAFE", make: (path) => run("mkfifo", "-m", "600", path) },
    "a device": { code: "FILE_UNSAFE", make: (path) => Deno.symlink("/dev/zero", path) },
    "a link to nothing": { code: "FILE_UNSAFE", make: (path) => Deno.symlink("/nowhere/x", path) },
    "a link to itself": { code: "FILE_FAILED", make: (path) => Deno.symlink(path, path) },
    "a link to a file that others may write": {
      code: "FILE_UNSAFE",
      make: async (path) => {
        const target = await aside(path);
        await Deno.chmod(target, 0o666);
        await Deno.symlink(target, path);
      },
    },
    "a link to somebody else's file": {
      code: "FILE_UNSAFE",
      root: true,
      make: async (path) => {
        const target = await aside(path);
        await Deno.chown(target, NOBODY, NOBODY);
        await Deno.symlink(target, path);
      },
    },
    "a file that others may write": {
      code: "FILE_UNSAFE",
      make: async (path) => {
        await Deno.writeTextFile(path, good);
        await Deno.chmod(path, 0o602);
      },
    },
    "somebody else's file": {
      code: "FILE_UNSAFE",
      root: true,
      make: async (path) => {
        await Deno.writeTextFile(path, good, { mode: 0o600 });
        await Deno.chown(path, NOBODY, NOBODY);
      },
    },
  };
}

interface File {
  name: string;
  invalid: string;
  good: string;
}

const FILES: readonly File[] = [
  { name: "policy.yaml", invalid: "POLICY_INVALID", good: GOOD },
  { name: "guardrails.yaml", invalid: "POLICY_INVALID", good: GOOD.replace("allow", "deny") },
  {
    name: "config.yaml",
    invalid: "CONFIG_INVALID",
    good: 'issuer: { iam_users: "111122223333" }\n',
  },
  {
    name: "pins.yaml",
    invalid: "PINS_INVALID",
    good: 'version: "1"\nprofiles: { prod: { policy: /x } }\n',
  },
];

/** One reader reads all files: these are given to it once. */
const HUGE: Readonly<Record<string, string>> = {
  "half a megabyte of one key": `${"k".repeat(MIB / 2)}: x\n`,
  "five thousand keys": Array.from({ length: 5_000 }, (_, i) => `k${i}: x`).join("\n"),
  "sixty-four thousand brackets": "[]".repeat(MIB / 32),
  "two megabytes of quotes": `'${"''".repeat(MIB - 8)}`,
  "two megabytes of colons": ": ".repeat(MIB - 8),
  "two megabytes of comment": `#${"#".repeat(2 * MIB - 8)}\n`,
  "two megabytes of spaces": " ".repeat(2 * MIB - 8),
  "a quarter of a megabyte of lines": "\n".repeat(MIB / 4),
};

/** Texts that no file may hold, each with what makes it hostile. */
function texts({ name, good }: File): Readonly<Record<string, string | Uint8Array>> {
  const laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 9; i++) {
    const [from, to] = ["abcdefghi".charAt(i - 1), "abcdefghi".charAt(i)];
    laughs.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(", ")}]`);
  }
  return {
    "a billion laughs": laughs.join("\n"),
    "a chain of anchors": Array.from({ length: 5000 }, (_, i) => `k${i}: &k${i} x`).join("\n"),
    "ten thousand levels": "[".repeat(10_000) + "]".repeat(10_000),
    "a million levels of maps": "{a: ".repeat(400_000),
    "levels by indent": Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    "a merge key": `<<: {a: b}\n${good}`,
    "__proto__": `__proto__: {polluted: yes}\n${good}`,
    "constructor": `constructor: {prototype: {polluted: yes}}\n${good}`,
    "toString": `toString: x\n${good}`,
    "a tag": `!!js/function 'x'\n`,
    "a second document": `${good}---\n${good}`,
    "a directive": `%YAML 1.1\n---\n${good}`,
    "a doubled key": `${good}${good}`,
    "a binary file": Uint8Array.from({ length: 4096 }, (_, i) => i * 7),
    "invalid UTF-8": new Uint8Array([...new TextEncoder().encode(`${good}# `), 0xff, 0xfe, 0x0a]),
    "invalid UTF-8 in a value": new Uint8Array([0x72, 0x3a, 0x20, 0xe4, 0x0a]),
    "bidi marks": `# \u202e\n${good}`,
    "NUL": `${good}# \0\n`,
    "nothing": "",
    ...(name === "policy.yaml" ? HUGE : {}),
  };
}

async function put(stage: Stage, { name }: File, text: string | Uint8Array): Promise<void> {
  await stage.write(`sentinel/${name}`, text);
}

async function clear(stage: Stage, { name }: File): Promise<void> {
  for (const path of [`${stage.sentinel}/${name}`, `${stage.sentinel}/${name}.target`]) {
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

/** The call ends with `code` in no time, hands out nothing, and is on record. */
async function refusedQuickly(stage: Stage, code: string, what: string): Promise<void> {
  const start = performance.now();
  const ran = await stage.call(DEV);
  const took = performance.now() - start;
  assert.equal(ran.out, "", what);
  assert.equal(codeOf(ran), code, `${what}: ${ran.err.slice(0, 2000)}`);
  // The readers are linear; a machine of two busy cores is not quick.
  assert.ok(took < 30_000, `${what}: ${Math.round(took)} ms`);
  assert.equal((await stage.journal()).at(-1)?.code, code, what);
}

for (const file of FILES) {
  Deno.test(`${file.name} that is no file of one's own is refused at once`, () =>
    onStage(async (stage) => {
      for (const [what, { code, root, make }] of Object.entries(kinds(file.good))) {
        if (root && !isRoot) {
          console.log(`SKIP ${file.name}: ${what}: only root can make it`);
          continue;
        }
        await clear(stage, file);
        await make(`${stage.sentinel}/${file.name}`);
        await refusedQuickly(stage, code, what);
      }
      assert.equal(await stage.count("sts:AssumeRole"), 0);
    }));

  Deno.test(`${file.name} with a hostile text is refused at once`, () =>
    onStage(async (stage) => {
      for (const [what, text] of Object.entries(texts(file))) {
        await put(stage, file, text);
        await refusedQuickly(stage, file.invalid, what);
      }
      await put(stage, file, "# x\n".repeat(10 * MIB / 4));
      await refusedQuickly(
        stage,
        ["config.yaml", "pins.yaml"].includes(file.name) ? file.invalid : "FILE_UNSAFE",
        "10 MB",
      );
      assert.equal(await stage.count("sts:AssumeRole"), 0);
      assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
    }));

  Deno.test(`${file.name} as a link to a good file of one's own counts`, () =>
    onStage(async (stage) => {
      await clear(stage, file);
      const target = await stage.write("good.yaml", file.good);
      await Deno.symlink(target, `${stage.sentinel}/${file.name}`);
      const ran = await stage.call(DEV);
      if (file.name === "guardrails.yaml") return refused(ran, "POLICY_DENIED");
      assert.equal(ran.code, 0, ran.err);
    }));
}

Deno.test("a directory that others may write holds no policy", () =>
  onStage(async (stage) => {
    await Deno.chmod(stage.sentinel, 0o777);
    refused(await stage.call(DEV), "FILE_UNSAFE");
  }));

Deno.test("what lies in guardrails/ binds, whatever it is", () =>
  onStage(async (stage) => {
    const folder = `${stage.sentinel}/guardrails`;
    await Deno.mkdir(folder, { mode: 0o700 });
    for (const name of ["evil\u001b[31m.yaml", "$(touch trap).yaml", "x.yaml~", "ü.json"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "no: policy\n", { mode: 0o600 });
      const ran = await stage.call(DEV);
      assert.equal(ran.out, "");
      assert.match(codeOf(ran), /^POLICY_(INVALID|UNREADABLE)$/);
      await Deno.remove(`${folder}/${name}`);
    }
    assert.equal((await stage.call(DEV)).code, 0);
  }));
