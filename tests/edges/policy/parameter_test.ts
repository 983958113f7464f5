// policy: a parameter's text is AWS's for a minute, for the same credentials at the same place.
import { strict as assert } from "node:assert";
import { sealedFiles } from "../../../lib/edges/credentials/sealed.ts";
import { type ParameterPorts, parameterText } from "../../../lib/edges/policy/parameter.ts";
import { withServer } from "../aws/fake_sts.ts";
import { withDirectory } from "../os/room.ts";

const ARN = "arn:aws:ssm:eu-central-1:111122223333:parameter/sentinel/prod";
const SOURCE = { kind: "ssm", name: "/sentinel/prod", arn: null } as const;
const AT = Date.parse("2026-11-24T09:00:00Z");
const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
const credentials = {
  accessKeyId: "AKIAEXAMPLEEXAMPLE00",
  secretAccessKey: "not-a-secret-but-long-enough",
  sessionToken: null,
  expiresAt: null,
  cheapSecret: null,
};

/** Each answer is another text, so that a text tells which call it came from. */
async function withParameter(
  use: (ports: (at: number) => ParameterPorts, calls: () => number) => Promise<void>,
): Promise<void> {
  let calls = 0;
  const answer = () =>
    Response.json({ Parameter: { Value: `text ${++calls}`, Version: calls, ARN } });
  await withDirectory(async (directory) => {
    const files = await sealedFiles(directory, new Uint8Array(32), random);
    await withServer(answer, async (endpoint) => {
      const ports = (at: number) => {
        const now = () => new Date(AT + at);
        return { credentials, region: "eu-central-1", endpoint, now, files };
      };
      await use(ports, () => calls);
    });
  });
}

const AGES = [
  { name: "at once", at: 0, text: "text 1" },
  { name: "after 59.999 s", at: 59_999, text: "text 1" },
  { name: "after a minute", at: 60_000, text: "text 2" },
  { name: "before it was read, by a clock that was set back", at: -1, text: "text 2" },
];

for (const { name, at, text } of AGES) {
  Deno.test(`parameterText() ${name} gives ${text}, and says when that was read`, () =>
    withParameter(async (ports) => {
      await parameterText(SOURCE, ports(0));
      const read = await parameterText(SOURCE, ports(at));
      assert.equal(read.text, text);
      assert.deepEqual(read.readAt, new Date(text === "text 1" ? AT : AT + at));
    }));
}

const OTHERS: readonly { name: string; more: Partial<ParameterPorts> }[] = [
  { name: "other credentials", more: { credentials: { ...credentials, accessKeyId: "AKIA2" } } },
  { name: "another region", more: { region: "eu-west-1" } },
  { name: "no files", more: { files: null } },
];

for (const { name, more } of OTHERS) {
  Deno.test(`parameterText() asks AWS anew with ${name}`, () =>
    withParameter(async (ports, calls) => {
      await parameterText(SOURCE, ports(0));
      await parameterText(SOURCE, { ...ports(0), ...more });
      assert.equal(calls(), 2);
    }));
}

Deno.test("parameterText() asks AWS once for many that want it at once", () =>
  withParameter(async (ports, calls) => {
    const all = Array.from({ length: 8 }, () => parameterText(SOURCE, ports(0)));
    assert.deepEqual(
      new Set((await Promise.all(all)).map(({ text }) => text)),
      new Set(["text 1"]),
    );
    assert.equal(calls(), 1);
  }));

Deno.test("parameterText() holds what it remembers against the ARN that was named, too", () =>
  withParameter(async (ports, calls) => {
    await parameterText(SOURCE, ports(0));
    const other = { ...SOURCE, arn: ARN.replace("111122223333", "999999999999") };
    await assert.rejects(parameterText(other, ports(1)), { code: "PIN_CONFLICT" });
    assert.equal(calls(), 1);
  }));
