// hostile: profiles whose names are commands, cursor movements, or ten megabytes.
import { strict as assert } from "node:assert";
import { codeOf, onStage, refused } from "./stage.ts";

const NAMES: Readonly<Record<string, { name: string; code: string }>> = {
  "a command": { name: "$(rm -rf ~)", code: "PROFILE_UNKNOWN" },
  "a command in backticks": { name: "`touch trap`", code: "PROFILE_UNKNOWN" },
  "quotes and a semicolon": { name: `'"; touch trap; "'`, code: "PROFILE_UNKNOWN" },
  "a way up": { name: "../../etc/passwd", code: "PROFILE_UNKNOWN" },
  "a flag": { name: "--policy=/tmp/x", code: "PROFILE_UNKNOWN" },
  "a header": { name: "x]\n[profile dev", code: "PROFILE_NAME_INVALID" },
  "a line feed": { name: "dev\nerror[POLICY_DENIED]: x", code: "PROFILE_NAME_INVALID" },
  "a carriage return": { name: "prod\rdev", code: "PROFILE_NAME_INVALID" },
  "NUL": { name: "dev\0", code: "PROFILE_NAME_INVALID" },
  "colours": { name: "\u001b[31mdev\u001b[0m", code: "PROFILE_NAME_INVALID" },
  "a title": { name: "\u001b]0;x\u0007", code: "PROFILE_NAME_INVALID" },
  "a C1 control": { name: "\u009b31mdev", code: "PROFILE_NAME_INVALID" },
  "bidi marks": { name: "dev\u202edorp", code: "PROFILE_NAME_INVALID" },
  "isolates": { name: "\u2066dev\u2069", code: "PROFILE_NAME_INVALID" },
  "no width": { name: "d\u200bev", code: "PROFILE_NAME_INVALID" },
  "half a character": { name: "dev\ud800", code: "PROFILE_NAME_INVALID" },
  "ten megabytes": { name: "a".repeat(10 * 1024 * 1024), code: "PROFILE_NAME_INVALID" },
  "ten megabytes of colours": { name: "\u001b[1m".repeat(2_500_000), code: "PROFILE_NAME_INVALID" },
  "__proto__": { name: "__proto__", code: "PROFILE_UNKNOWN" },
  "constructor": { name: "constructor", code: "PROFILE_UNKNOWN" },
};

const COMMANDS: readonly (readonly string[])[] = [
  ["credentials", "--profile"],
  ["export", "--profile"],
  ["whoami", "--profile"],
  ["policy", "explain"],
];

Deno.test("hostile names are refused with their code, printed harmlessly and recorded within 4 KiB", () =>
  onStage(async (stage) => {
    for (const [what, { name, code }] of Object.entries(NAMES)) {
      for (const words of COMMANDS) {
        const last = words.at(-1) ?? "";
        const args = name.startsWith("-") && last.startsWith("--")
          ? [...words.slice(0, -1), `${last}=${name}`]
          : [...words, ...(name.startsWith("-") ? ["--", name] : [name])];
        const start = performance.now();
        const ran = await stage.call(args);
        const took = performance.now() - start;
        assert.ok(took < 2000, `${what}: ${words[0]} took ${took} ms`);
        assert.equal(ran.out, "", what);
        assert.equal(codeOf(ran), code, `${what}: ${words[0]}: ${ran.err}`);
      }
      refused(await stage.call(["credentials"], { env: { SENTINEL_PROFILE: name } }), code);
      assert.equal((await stage.journal()).at(-1)?.code, code, what);
    }
    assert.equal((await stage.call(["journal", "show"])).code, 0);
    assert.equal((await stage.call(["journal", "verify"])).code, 0);
    assert.equal(await stage.count("sts:AssumeRole"), 0);
  }));

Deno.test("nothing hostile comes through --debug, --json or any other flag and variable", () =>
  onStage(async (stage) => {
    const evil = "\u001b[31m$(touch trap)\u202e\n";
    const flags = [
      ["--profile", evil],
      ["--profile", "dev", "--policy", evil],
      ["--profile", "dev", "--policy", `ssm:${evil}`],
      ["--profile", "dev", "--policy", `arn:aws:ssm:${evil}`],
      ["--profile", "dev", "--aws-profile", evil],
      ["--profile", "dev", "--region", evil],
      ["--profile", "dev", "--duration", evil],
      ["--profile", "dev", "--ticket", evil],
      ["--profile", "dev", "--journal", `${stage.home}/none/${evil}`],
      ["--profile", "dev", `--${evil}`, "x"],
    ];
    for (const words of flags) {
      for (const more of [[], ["--json"]]) {
        const ran = await stage.call(["credentials", ...words, ...more]);
        assert.equal(ran.out, "");
        assert.notEqual(ran.code, 0, `${JSON.stringify(words)} was taken`);
      }
    }
    const reason = await stage.call(["credentials", "-p", "dev", "--reason", evil]);
    assert.equal(reason.code, 0, "a reason is free text");
    for (const args of [["journal", "show"], ["journal", "show", "--json"]]) {
      const { code, out } = await stage.call(args);
      assert.equal(code, 0);
      assert.ok(out.includes("$(touch trap)"), out);
    }
    for (
      const name of ["SENTINEL_POLICY", "SENTINEL_AWS_PROFILE", "SENTINEL_REGION", "AWS_REGION"]
    ) {
      const ran = await stage.call(["credentials", "-p", "staging"], { env: { [name]: evil } });
      assert.equal(ran.out, "", `${name} was taken`);
    }
  }));

Deno.test("a process with a hostile name starts nothing", () =>
  onStage(async (stage) => {
    const { name } = NAMES["a command in backticks"] ?? { name: "" };
    refused(await stage.run(["exec", "--profile", name, "--", "touch", "trap"]), "PROFILE_UNKNOWN");
    refused(await stage.run(["credentials", "--profile", "$(touch trap)"]), "PROFILE_UNKNOWN");
    await assert.rejects(Deno.stat(`${stage.home}/trap`), Deno.errors.NotFound);
  }));

Deno.test("a hostile name that the AWS config holds is one word wherever it is printed", () =>
  onStage(async (stage) => {
    const config = stage.env["AWS_CONFIG_FILE"] ?? "";
    const name = "$(touch trap); x";
    const section = `[profile "${name}"]\nregion = eu-central-1\nsentinel_role_arn = ` +
      "arn:aws:iam::111122223333:role/SentinelProtected-Dev\nsentinel_source_profile = mara\n";
    await Deno.writeTextFile(config, section, { append: true });
    const ran = await stage.call(["credentials", "--profile", name]);
    refused(ran, "POLICY_DENIED");
    // The hint is a command that people paste.
    assert.ok(ran.err.includes(`sentinel policy explain '${name}'`), ran.err);
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", `printf '%s\\n' ${/hint: (.*)/.exec(ran.err)?.[1]}`],
      cwd: stage.home,
    }).output();
    assert.deepEqual(new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1), name);
    await assert.rejects(Deno.stat(`${stage.home}/trap`), Deno.errors.NotFound);
    assert.equal((await stage.call(["list"])).code, 0);
  }));
