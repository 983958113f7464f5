// shell: policies in Parameter Store, all pages of them, asked of the sandbox; never without being told.
// sandbox-only facts rest on the AWS page "GetParametersByPath" (Systems Manager API reference).
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { type Ready, withSandbox } from "../../commands/sandbox/start.ts";
import { parameterNames } from "../../lib/edges/aws/ssm.ts";
import { type Ran, runIn } from "../e2e/tools.ts";
import { denoDir } from "../e2e/transcript.ts";

const PROFILES = Array.from({ length: 23 }, (_, n) => `team-${String(n).padStart(2, "0")}`);
const parameters = [
  ...PROFILES.map((name) => `/more/policies/${name}`),
  "/more/policies/deep/nested",
  "/more/policiesnot",
  "/more/policies/..",
];
const WORLD = `account: "111122223333"
region: eu-central-1
user: mara
users:
  mara:
    policies:
      read:
        Version: "2012-10-17"
        Statement:
          - { Effect: Allow, Action: "ssm:GetParametersByPath", Resource: "arn:aws:ssm:eu-central-1:111122223333:parameter/more/*" }
parameters:
${parameters.map((name) => `  ${name}: { type: String, value: x }`).join("\n")}
`;

function sentinel({ home, env }: Ready, ...argv: string[]): Promise<Ran> {
  return runIn(home, { ...env, ...denoDir() }, "sentinel", "shell", "init", "zsh", ...argv);
}

async function inWorld(use: (ready: Ready) => Promise<void>): Promise<void> {
  const world = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(world, WORLD);
    const options = { port: 0, world, as: undefined };
    await withSandbox(processBase("test", false), options, async (ready) => {
      await use(ready);
      return 0;
    });
  } finally {
    await Deno.remove(world);
  }
}

Deno.test("shell init --policy-root: every page, one level, names judged; a refusal leaves stdout empty", () =>
  inWorld(async (ready) => {
    const events = async () => {
      const answer = await fetch(`${ready.control}/events`);
      return (await answer.json()).counts["ssm:GetParametersByPath"] ?? 0;
    };
    const plain = await sentinel(ready);
    assert.equal(plain.code, 0, plain.err);
    assert.equal(await events(), 0, "AWS is not asked");

    const all = await sentinel(ready, "--policy-root", "/more/policies/");
    assert.equal(all.code, 0, all.err);
    const calls = [...all.out.matchAll(/^function (\S+) \{ (.*) "\$@"/gm)];
    assert.deepEqual(calls.map((m) => m[1]), PROFILES.map((name) => `sentinel-${name}`));
    assert.equal(
      calls[0]?.[2],
      "command sentinel exec --profile 'team-00' '--policy' 'ssm:/more/policies/team-00' --",
    );
    assert.equal(await events(), 3);

    const refused = await sentinel(ready, "--policy-root", "/other");
    assert.deepEqual([refused.code, refused.out], [1, ""]);
    assert.match(refused.err, /error\[AWS_REFUSED\]/);

    const before = await events();
    await sentinel(
      ready,
      "--write",
      "--yes",
      "--policy-root",
      "/more/policies",
      "--aws-profile",
      "mara",
    );
    const asked = await events();
    assert.equal(asked, before + 3);
    const checked = await sentinel(ready, "--check");
    assert.equal(checked.code, 0, checked.out);
    assert.equal(await events(), asked, "checking asks nobody");
  }));

for (
  const root of [
    "/a\nb",
    "no-slash",
    "/a//b",
    "/$(x)",
    "/",
    "arn:aws:ssm:eu-central-1:1:parameter/a",
  ]
) {
  Deno.test(`shell init refuses the policy root ${JSON.stringify(root)}`, async () => {
    const { inPlace } = await import("./place.ts");
    await inPlace(async (place) => {
      const { code, out, err } = await place.run("shell", "init", "zsh", "--policy-root", root);
      assert.deepEqual([code, out], [2, ""], err);
      assert.match(err, /want a path of Parameter Store/);
    });
  });
}

const request = (answer: unknown) => ({
  credentials: { accessKeyId: "AKIA", secretAccessKey: "s", sessionToken: null },
  region: "eu-central-1",
  endpoint: "http://127.0.0.1:1",
  path: "/p",
  fetch: () => Promise.resolve(Response.json(answer)),
});

for (
  const c of [
    { name: "no list", answer: { Parameter: [] } },
    { name: "a parameter without a name", answer: { Parameters: [{ Value: "x" }] } },
    { name: "pages without end", answer: { Parameters: [], NextToken: "again" } },
  ]
) {
  Deno.test(`parameterNames() takes ${c.name} for rubbish`, () =>
    assert.rejects(parameterNames(request(c.answer)), { code: "AWS_RUBBISH" }));
}
