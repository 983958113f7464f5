// e2e: other people's clients, told by the AWS config alone, get credentials through the gate.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { type Ready, withSandbox } from "../../commands/sandbox/start.ts";
import { denoDir } from "./transcript.ts";
import { firstThatRuns, type Ran, runIn, testWith } from "./tools.ts";

const SESSION = /assumed-role\/SentinelProtected-Dev\/mara-[0-9a-f]{32}/;

async function inSandbox(use: (ready: Ready) => Promise<void>): Promise<void> {
  const options = { port: 0, world: undefined, as: undefined };
  await withSandbox(processBase("test", false), options, async (ready) => {
    await use(ready);
    return 0;
  });
}

async function entries(ready: Ready): Promise<string> {
  return (await runIn(ready.home, ready.env, "sentinel", "journal", "show", "--json")).out;
}

/** Allowed with dev; refused with prod, and then the client shows our reason. */
async function holds(ready: Ready, call: (profile: string) => Promise<Ran>): Promise<void> {
  const allowed = await call("dev");
  assert.equal(allowed.code, 0, allowed.err);
  assert.match(allowed.out, SESSION);
  const refused = await call("prod");
  assert.notEqual(refused.code, 0);
  assert.match(refused.err + refused.out, /OBLIGATION_OPEN/);
  assert.match(await entries(ready), /"kind":"refused"/);
}

const cli = await firstThatRuns([["aws", "--version"]]);
testWith(
  cli?.[0] ?? null,
  "the AWS CLI uses a gated profile [portable]",
  "no aws on the PATH",
  () =>
    inSandbox((ready) =>
      holds(ready, (profile) =>
        runIn(
          ready.home,
          ready.env,
          "aws",
          "--endpoint-url",
          ready.endpoint,
          "--profile",
          profile,
          "sts",
          "get-caller-identity",
        ))
    ),
);

testWith(
  cli?.[0] ?? null,
  "the AWS CLI works inside exec [portable]",
  "no aws on the PATH",
  () =>
    inSandbox(async (ready) => {
      const { code, out, err } = await runIn(
        ready.home,
        ready.env,
        "sentinel",
        "exec",
        "-p",
        "dev",
        "--",
        "aws",
        "--endpoint-url",
        ready.endpoint,
        "sts",
        "get-caller-identity",
      );
      assert.equal(code, 0, err);
      assert.match(out, SESSION);
    }),
);

const BOTOCORE = "import botocore.session as s, sys; c = s.Session(profile=sys.argv[1])" +
  ".create_client('sts', endpoint_url=sys.argv[2]); print(c.get_caller_identity()['Arn'])";
const python = await firstThatRuns([
  ["python3", "-c", "import botocore"],
  ["python", "-c", "import botocore"],
]);
testWith(
  python?.[0] ?? null,
  "botocore uses a gated profile [portable]",
  "no Python with botocore",
  () =>
    inSandbox((ready) =>
      holds(
        ready,
        (profile) =>
          runIn(ready.home, ready.env, python?.[0] ?? "", "-c", BOTOCORE, profile, ready.endpoint),
      )
    ),
);

const SDK = `
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-providers";
const sts = new STSClient({ credentials: fromIni({ profile: Deno.args[0] }) });
console.log((await sts.send(new GetCallerIdentityCommand({}))).Arn);
sts.destroy();
`;

Deno.test("the AWS SDK for JavaScript uses a gated profile [portable]", () =>
  inSandbox(async (ready) => {
    const root = decodeURIComponent(new URL("../../", import.meta.url).pathname);
    const script = await Deno.makeTempFile({ dir: root, prefix: ".client-", suffix: ".ts" });
    await Deno.writeTextFile(script, SDK);
    try {
      const env = { ...ready.env, ...denoDir() };
      await holds(
        ready,
        (profile) =>
          runIn(ready.home, env, Deno.execPath(), "run", "-A", "-q", "--no-check", script, profile),
      );
    } finally {
      await Deno.remove(script);
    }
  }));
