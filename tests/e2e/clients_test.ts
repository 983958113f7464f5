// e2e: other people's clients, told by the AWS config alone, get credentials through the gate.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { writeHome } from "../../lib/edges/sandbox/mod.ts";
import { type Aws, portable } from "../aws/cases.ts";
import { clientEnv } from "../edges/sandbox/fixture.ts";
import { denoDir } from "./transcript.ts";
import { firstThatRuns, type Ran, runIn } from "./tools.ts";

const SESSION = /assumed-role\/SentinelProtected-Dev\/mara-[0-9a-f]{32}/;

/** A home that finds an AWS by its files, and a PATH with `sentinel` on it. */
interface Ready {
  endpoint: string;
  home: string;
  env: Record<string, string>;
}

/** Registers a case of mara's: on each AWS, in a home that is left nowhere. */
function client(name: string, skip: string | null, use: (ready: Ready) => Promise<void>): void {
  const run = async (aws: Aws) => {
    const home = await Deno.makeTempDir({ prefix: "sentinel-client-" });
    try {
      await writeHome(home, aws.world, aws.endpoint);
      await Deno.mkdir(`${home}/bin`);
      const words = processBase("test", false).sandboxEntry().map((word) => `'${word}'`);
      const script = `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`;
      await Deno.writeTextFile(`${home}/bin/sentinel`, script, { mode: 0o700 });
      await use({
        endpoint: aws.endpoint,
        home,
        env: {
          ...clientEnv(aws, "mara", home),
          AWS_ENDPOINT_URL: aws.endpoint,
          PATH: `${home}/bin:${Deno.env.get("PATH") ?? ""}`,
        },
      });
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  };
  portable(name, run, { skip });
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
const noCli = cli === null ? "no aws on the PATH" : null;
const whoAmI = (ready: Ready) => [
  "--endpoint-url",
  ready.endpoint,
  "sts",
  "get-caller-identity",
];

client(
  "the AWS CLI uses a gated profile",
  noCli,
  (ready) =>
    holds(
      ready,
      (profile) => runIn(ready.home, ready.env, "aws", "--profile", profile, ...whoAmI(ready)),
    ),
);

client("the AWS CLI works inside exec", noCli, async (ready) => {
  const words = ["exec", "-p", "dev", "--", "aws", ...whoAmI(ready)];
  const { code, out, err } = await runIn(ready.home, ready.env, "sentinel", ...words);
  assert.equal(code, 0, err);
  assert.match(out, SESSION);
});

const BOTOCORE = "import botocore.session as s, sys; c = s.Session(profile=sys.argv[1])" +
  ".create_client('sts', endpoint_url=sys.argv[2]); print(c.get_caller_identity()['Arn'])";
const python = await firstThatRuns([
  ["python3", "-c", "import botocore"],
  ["python", "-c", "import botocore"],
]);
const noPython = python === null ? "no Python with botocore" : null;

client(
  "botocore uses a gated profile",
  noPython,
  (ready) =>
    holds(
      ready,
      (profile) =>
        runIn(ready.home, ready.env, python?.[0] ?? "", "-c", BOTOCORE, profile, ready.endpoint),
    ),
);

const SDK = `
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-providers";
const sts = new STSClient({ credentials: fromIni({ profile: Deno.args[0] }) });
console.log((await sts.send(new GetCallerIdentityCommand({}))).Arn);
sts.destroy();
`;

client("the AWS SDK for JavaScript uses a gated profile", null, async (ready) => {
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
});
