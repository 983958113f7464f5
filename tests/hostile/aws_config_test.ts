// hostile: AWS config files with loops, a hundred thousand profiles, controls, and bytes of no encoding.
import { strict as assert } from "node:assert";
import { codeOf, onStage, refused, type Stage } from "./stage.ts";

const ROLE = "arn:aws:iam::111122223333:role/SentinelProtected-Dev";
const bytes = (text: string) => new TextEncoder().encode(text);

/** More text for the sandbox's own AWS config. */
async function more(stage: Stage, text: string | Uint8Array): Promise<void> {
  const path = stage.env["AWS_CONFIG_FILE"] ?? "";
  const own = await Deno.readFile(path);
  const added = typeof text === "string" ? bytes(text) : text;
  await Deno.writeFile(path, new Uint8Array([...own, ...added]));
}

const gated = (name: string, source: string) =>
  `[profile ${name}]\nregion = eu-central-1\nsentinel_role_arn = ${ROLE}\n` +
  `sentinel_source_profile = ${source}\n`;

const CASES: Readonly<
  Record<string, { text: string | Uint8Array; profile?: string; code: string }>
> = {
  "a profile that is its own source": {
    text: gated("x", "x"),
    profile: "x",
    code: "PROFILE_LOOP",
  },
  "a loop of three": {
    text: gated("x", "y") + gated("y", "z") + gated("z", "x"),
    profile: "x",
    code: "PROFILE_LOOP",
  },
  "a chain of a thousand": {
    text: Array.from({ length: 1000 }, (_, i) => gated(`c${i}`, i === 999 ? "mara" : `c${i + 1}`))
      .join(""),
    profile: "c0",
    code: "PROFILE_CONFLICT",
  },
  "a source that is not there": { text: gated("x", "gone"), profile: "x", code: "PROFILE_UNKNOWN" },
  "a source that is Sentinel": {
    text: `${gated("x", "y")}[profile y]\ncredential_process = sentinel credentials --profile x\n`,
    profile: "x",
    code: "SELF_REFERENCE",
  },
  "a process that is a shell": {
    text: "[profile y]\nregion = eu-central-1\ncredential_process = sh -c 'exit 3'\n" +
      gated("x", "y"),
    profile: "x",
    code: "PROCESS_FAILED",
  },
  "a process with a quote that never ends": {
    text: `[profile y]\nregion = eu-central-1\ncredential_process = sh -c 'x\n${gated("x", "y")}`,
    profile: "x",
    code: "AWS_CONFIG_INVALID",
  },
  "a process that answers rubbish": {
    text: `[profile y]\nregion = eu-central-1\ncredential_process = echo {"Version":1\n${
      gated("x", "y")
    }`,
    profile: "x",
    code: "PROCESS_FAILED",
  },
  "a process that never stops talking": {
    text: `[profile y]\nregion = eu-central-1\ncredential_process = yes\n${gated("x", "y")}`,
    profile: "x",
    code: "PROCESS_FAILED",
  },
  "NUL": { text: "[profile x\0]\n", code: "AWS_CONFIG_INVALID" },
  "colours in a name": { text: "[profile \u001b[31mx]\n", code: "AWS_CONFIG_INVALID" },
  "colours in a value": { text: "[profile x]\nregion = \u001b[31m\n", code: "AWS_CONFIG_INVALID" },
  "bidi marks in a name": { text: "[profile x\u202e]\n", code: "AWS_CONFIG_INVALID" },
  "a lone carriage return": { text: "[profile x]\rregion = y\n", code: "AWS_CONFIG_INVALID" },
  "Latin-1": {
    text: new Uint8Array([...bytes("[profile s"), 0xfc, ...bytes("d]\n")]),
    code: "AWS_CONFIG_INVALID",
  },
  "UTF-16": {
    text: new Uint8Array([0xff, 0xfe, ...[...bytes("[profile x]\n")].flatMap((b) => [b, 0])]),
    code: "AWS_CONFIG_INVALID",
  },
  "dev a second time": { text: gated("dev", "lea"), code: "AWS_CONFIG_INVALID" },
  "dev a second time, quoted": { text: gated('"dev"', "lea"), code: "AWS_CONFIG_INVALID" },
  "[DEFAULT]": { text: "[DEFAULT]\nregion = x\n", code: "AWS_CONFIG_INVALID" },
  "a line of four megabytes": {
    text: `[profile x]\nregion = ${"x".repeat(4 * 1024 * 1024)}\n`,
    profile: "x",
    code: "NO_CREDENTIALS",
  },
  "four megabytes of brackets": { text: "[".repeat(4 * 1024 * 1024), code: "AWS_CONFIG_INVALID" },
  "seventeen megabytes": { text: "# x\n".repeat(17 * 1024 * 1024 / 4), code: "AWS_CONFIG_INVALID" },
};

for (const [what, { text, profile = "dev", code }] of Object.entries(CASES)) {
  Deno.test(`AWS config: ${what}`, () =>
    onStage(async (stage) => {
      await more(stage, text);
      const start = performance.now();
      const ran = await stage.call(["credentials", "--profile", profile]);
      assert.ok(performance.now() - start < 10_000, "it took more than 10 s");
      assert.equal(ran.out, "");
      assert.match(ran.err, new RegExp(`^error\\[${code}\\]: Cannot `), ran.err.slice(0, 500));
      assert.equal((await stage.journal()).at(-1)?.code, code);
      assert.equal(await stage.count("sts:AssumeRole"), 0);
    }));
}

Deno.test("a hundred thousand profiles: the one that is meant is found, a misspelt one is not", () =>
  onStage(async (stage) => {
    await more(stage, Array.from({ length: 100_000 }, (_, i) => gated(`p${i}`, "mara")).join(""));
    for (const [profile, code] of [["dev", 0], ["p99999", 3], ["dve", 2]] as const) {
      const start = performance.now();
      const ran = await stage.call(["credentials", "--profile", profile]);
      assert.ok(performance.now() - start < 10_000, "it took more than 10 s");
      assert.equal(ran.code, code, ran.err);
    }
  }));

for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) {
  Deno.test(`${name} names a pipe, a directory, a device, or a link to itself`, () =>
    onStage(async (stage) => {
      const pipe = `${stage.home}/pipe`;
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      await Deno.symlink(`${stage.home}/self`, `${stage.home}/self`);
      for (const path of [pipe, stage.home, "/dev/zero", `${stage.home}/self`]) {
        const ran = await stage.call(["credentials", "-p", "dev"], { env: { [name]: path } });
        refused(ran, "AWS_CONFIG_INVALID");
      }
      const gone = { env: { [name]: "/nowhere/at/all" } };
      const ran = await stage.call(["credentials", "-p", "dev"], gone);
      assert.match(codeOf(ran), /^(PROFILE_UNKNOWN|NO_CREDENTIALS)$/);
    }));
}
