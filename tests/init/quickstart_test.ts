// init: the quick start's commands, run as they stand there, in a sandbox that has nothing yet.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { withSandbox } from "../../commands/sandbox/start.ts";
import { readConfig, readPins } from "../../lib/core/config/read.ts";
import { firstThatRuns, type Ran, runIn, testWith } from "../e2e/tools.ts";

const WORLD = decodeURIComponent(new URL("./world.yaml", import.meta.url).pathname);
const PAGE = await Deno.readTextFile(new URL("../../docs/quickstart.md", import.meta.url));

interface Block {
  road: string;
  text: string;
  /** The exit codes that it may end with: the AWS CLI's two versions differ. */
  ends: readonly number[];
}

/** Shell blocks below a mark `<!-- sandbox: ROAD -->` or `<!-- sandbox: ROAD, ends: CODE or CODE -->`. */
const BLOCKS: readonly Block[] = [
  ...PAGE.matchAll(
    /^<!-- sandbox: ([a-z-]+)(?:, ends: ([\d or]+))? -->\n\n```sh\n([\s\S]*?)^```$/gm,
  ),
].map(([, road = "", ends = "0", text = ""]) => ({
  road,
  text,
  ends: ends.split(" or ").map(Number),
}));

/** A CLI that knows AWS_ENDPOINT_URL: without it calls would go to AWS. */
async function awsCli(): Promise<string | null> {
  const words = await firstThatRuns([["aws", "--version"]]);
  if (words === null) return null;
  const { stdout } = await new Deno.Command("aws", { args: ["--version"] }).output();
  const [, major = "0", minor = "0"] =
    /aws-cli\/(\d+)\.(\d+)/.exec(new TextDecoder().decode(stdout)) ?? [];
  return Number(major) === 2 && Number(minor) >= 13 || Number(major) === 1 && Number(minor) >= 29
    ? "aws"
    : null;
}

const aws = await awsCli();
const WHY = "no AWS CLI (1.29, 2.13 or newer)";

async function walk(
  roads: readonly string[],
  look: (ran: readonly Ran[], run: (line: string) => Promise<Ran>) => Promise<void> | void,
): Promise<void> {
  const options = { port: 0, world: WORLD, as: undefined };
  await withSandbox(processBase("test", false), options, async ({ env, home }) => {
    const run = (line: string) => runIn(home, env, "sh", "-ec", line);
    const ran: Ran[] = [];
    for (const road of roads) {
      for (const { text, ends } of BLOCKS.filter((block) => block.road === road)) {
        const result = await run(text);
        assert.ok(
          ends.includes(result.code),
          `exit ${result.code}\n${text}\n${result.out}${result.err}`,
        );
        ran.push(result);
      }
    }
    await look(ran, run);
    return 0;
  });
}

/** The AWS CLI takes its time: one road by default, all in test:full. */
const full = Deno.env.get("SENTINEL_TEST_FULL") === undefined ? null : aws;
const FULL_WHY = `${WHY}, or not test:full`;

testWith(aws, "the quick start's road of IAM users", WHY, () =>
  walk(["iam-users"], (ran) => {
    const out = ran.map((each) => each.out).join("\n");
    assert.match(out, /no problems, no warnings; looked at everything/);
    assert.match(out, /assumed-role\/SentinelProtected-Dev\/mara-[0-9a-f]{32}/);
    assert.match(ran.map((each) => each.err).join("\n"), /AccessDenied/);
  }));

testWith(
  full,
  "the quick start's road of IAM users, alone and then as a team",
  FULL_WHY,
  () =>
    walk(["iam-users", "team"], async (_, run) => {
      // Both are in the trust policy, each under his own name.
      const trust = await run(
        "aws iam get-role --profile admin --role-name SentinelProtected-Dev --query Role.AssumeRolePolicyDocument",
      );
      assert.match(trust.out, /user\/mara[\s\S]*user\/lea/);
      assert.match((await run("sentinel journal verify")).out, /^whole: 2 entries/);
    }),
);

testWith(
  full,
  "the quick start's road of Identity Center, as far as a sandbox goes",
  FULL_WHY,
  () =>
    walk(["identity-center"], async (_, run) => {
      const { out } = await run("sentinel init status");
      assert.match(out, /^work +entry +arn:aws:iam::111122223333:role\/SentinelProtected-Work /m);
      const role = await run("aws iam get-role --profile admin --role-name SentinelProtected-Work");
      assert.match(role.out, /AWSReservedSSO_SentinelEntry_\?{16}/);
    }),
);

Deno.test("each mark of the quick start is a road that is walked", () => {
  assert.deepEqual([...new Set(BLOCKS.map(({ road }) => road))], [
    "iam-users",
    "team",
    "identity-center",
  ]);
  assert.equal(BLOCKS.length, PAGE.match(/<!-- sandbox:/g)?.length);
});

Deno.test("the quick start's config.yaml and pins file are right", () => {
  const [config = "", pins = ""] = [...PAGE.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((m) =>
    m[1] ?? ""
  );
  assert.equal(readConfig(config, "config.yaml").values.policy, "ssm:/sentinel/policies/dev");
  assert.ok(readPins(pins, "pins.yaml").profiles?.has("dev"));
});

/** Every `aws` command of the page, its lines joined. */
const COMMANDS = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
  .flatMap(([, text = ""]) => text.replaceAll(/\\\n\s*/g, "").split("\n"))
  .filter((line) => line.startsWith("aws ") && !line.includes("sso login"));

testWith(
  full,
  "every aws command of the quick start is one that the AWS CLI knows",
  FULL_WHY,
  async () => {
    assert.ok(COMMANDS.length > 10);
    const folder = await Deno.makeTempDir();
    try {
      for (const name of ["trust", "entry", "scp"]) {
        await Deno.writeTextFile(
          `${folder}/${name}.json`,
          "{}",
        );
      }
      await Deno.writeTextFile(`${folder}/policy.yaml`, "x");
      const keys = {
        AWS_ACCESS_KEY_ID: "x",
        AWS_SECRET_ACCESS_KEY: "x",
        AWS_DEFAULT_REGION: "eu-central-1",
      };
      // Nobody listens there: a command that is understood fails to connect, another one before.
      const env = {
        ...keys,
        AWS_ENDPOINT_URL: "http://127.0.0.1:9",
        AWS_MAX_ATTEMPTS: "1",
        PATH: Deno.env.get("PATH") ?? "",
      };
      const wrong: string[] = [];
      for (const line of COMMANDS) {
        const bare = line.replace(/ --profile \S+/, "")
          .replaceAll(
            "PERMISSION_SET_ARN",
            "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111",
          )
          .replaceAll("INSTANCE_ARN", "arn:aws:sso:::instance/ssoins-1111111111111111");
        const { err } = await runIn(folder, env, "sh", "-c", bare);
        if (!/Could not connect to the endpoint URL/.test(err)) wrong.push(`${line}\n${err}`);
      }
      assert.deepEqual(wrong, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
