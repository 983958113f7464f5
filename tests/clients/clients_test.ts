// clients: real SDKs across an expiry. Everything is measured with SENTINEL_TEST_FULL=1, and held to
// docs/clients.md (SENTINEL_GOLDEN=write renews the page); without it a few calls of each show that
// leases work.
import { strict as assert } from "node:assert";
import { firstThatRuns, testWith } from "../e2e/tools.ts";
import { measureCli, smoke } from "./command_line.ts";
import { fetchesFor, type Looping, measure, sentinelFor } from "./looping.ts";
import { settle } from "./page.ts";
import { Stage } from "./stage.ts";

const full = Deno.env.get("SENTINEL_TEST_FULL") === "1";
const here = (name: string) => decodeURIComponent(new URL(name, import.meta.url).pathname);

async function output(words: readonly string[]): Promise<string> {
  const [program = "", ...args] = words;
  const { stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Few calls, for every run: live comes back at each, calm doesn't. */
async function glance(client: Looping, stage: Stage): Promise<void> {
  assert.equal(await fetchesFor(client, stage, 3600, 4), 1);
  assert.ok(await fetchesFor(client, stage, 240, 4) >= 4);
  const calm = await sentinelFor(client, stage, { lease: "calm", duration: "1h", calls: 3 });
  assert.deepEqual(calm, { fetches: 1, issued: 1 });
  const live = await sentinelFor(client, stage, { lease: "live", duration: "1h", calls: 3 });
  assert.ok(live.fetches >= 3, `${live.fetches} starts`);
  assert.equal(live.issued, 1);
}

function looping(client: Looping | null, name: string, why: string): void {
  testWith(
    client === null ? null : client.title,
    `${name} comes back for credentials as its lease says`,
    why,
    async () => {
      assert.ok(client !== null);
      if (full) await settle(await measure(client));
      else await Stage.with((stage) => glance(client, stage));
    },
  );
}

const PYTHON = [["python3", "-c", "import botocore"], ["python", "-c", "import botocore"]];
const python = (await firstThatRuns(PYTHON))?.[0] ?? null;
const botocore: Looping | null = python === null ? null : {
  title: "botocore",
  atEachCall: true,
  behind: false,
  version: `botocore ${await output([
    python,
    "-c",
    "import botocore; print(botocore.__version__)",
  ])}`,
  loop: (...args) => [python, here("botocore_loop.py"), ...args.map(String)],
};
looping(botocore, "botocore", "no Python with botocore");

const { imports } = JSON.parse(await Deno.readTextFile(here("../../deno.json")));
const npm: string = imports["@aws-sdk/client-sts"];
const javaScript = (way: "chain" | "ini", title: string): Looping => ({
  title: `AWS SDK for JavaScript, ${title}`,
  version: `@aws-sdk/client-sts ${npm.slice(npm.lastIndexOf("@") + 1)}`,
  atEachCall: way === "ini",
  behind: way === "chain",
  loop: (...args) => {
    const run = ["run", "-A", "-q", "--no-check", "--config", here("../../deno.json")];
    return [Deno.execPath(), ...run, here("sdk_loop.ts"), way, ...args.map(String)];
  },
});
looping(javaScript("ini", "`fromIni`"), "the AWS SDK for JavaScript, told fromIni,", "");
looping(
  full ? javaScript("chain", "default chain") : null,
  "the AWS SDK for JavaScript, told nothing,",
  "only with SENTINEL_TEST_FULL=1: it renews behind a call's back, which takes time to see",
);

/** Builds the Go program; or says why it can't be had. */
async function buildGo(into: string): Promise<string | null> {
  if (!full) return "only with SENTINEL_TEST_FULL=1: its SDK takes half a minute to build";
  if (await firstThatRuns([["go", "version"]]) === null) return "no go on the PATH";
  const { success, stderr } = await new Deno.Command("go", {
    args: ["build", "-mod=readonly", "-o", into, "."],
    cwd: here("go"),
  }).output();
  return success ? null : `can't build it: ${new TextDecoder().decode(stderr).trim()}`;
}

const built = await Deno.makeTempDir({ prefix: "sentinel-go-" });
Deno.test.afterAll(() => Deno.remove(built, { recursive: true }));
const noGo = await buildGo(`${built}/loop`);
const modules = [...(await Deno.readTextFile(here("go/go.mod"))).matchAll(
  /^\s+github\.com\/aws\/aws-sdk-go-v2\/(config|service\/sts) (v\S+)$/gm,
)].map(([, name, version]) => `${name} ${version}`);
looping(
  noGo !== null ? null : {
    title: "AWS SDK for Go",
    atEachCall: false,
    behind: false,
    version: `aws-sdk-go-v2 ${modules.join(", ")}`,
    loop: (...args) => [`${built}/loop`, ...args.map(String)],
  },
  "the AWS SDK for Go",
  noGo ?? "",
);

const aws = await firstThatRuns([["aws", "--version"]]);
testWith(
  aws === null ? null : "aws",
  "the AWS CLI comes back for credentials as its lease says",
  "no aws on the PATH",
  async () => {
    if (!full) return await Stage.with(smoke);
    const said = await output(["aws", "--version"]);
    const version = `aws-cli ${/aws-cli\/(\S+)/.exec(said)?.[1]}, botocore ${
      /botocore\/(\S+)/.exec(said)?.[1] ?? "of its own"
    }`;
    await settle(await measureCli(version));
  },
);
