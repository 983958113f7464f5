// sandbox tests: the Query protocol, and bytes that are no request.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { AwsError } from "../../../lib/edges/sandbox/aws_error.ts";
import { printResult, readForm } from "../../../lib/edges/sandbox/query_protocol.ts";
import { sandboxOnly } from "./fixture.ts";

const numRuns = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "200");

const FORMS: readonly { form: string; wanted: unknown }[] = [
  { form: "A=1&B=", wanted: { A: "1", B: "" } },
  { form: "T.member.1.Key=a&T.member.2.Key=b", wanted: { T: [{ Key: "a" }, { Key: "b" }] } },
  { form: "L.member.10=k&L.member.9=j", wanted: { L: ["j", "k"] } },
  {
    form: "M.entry.2.Name=b&M.entry.1.Name=a&M.entry.1.Value.T=x",
    wanted: { M: [{ Name: "a", Value: { T: "x" } }, { Name: "b" }] },
  },
  { form: "entry=1&member=2", wanted: { entry: "1", member: "2" } },
  { form: "S.Inner.A=1", wanted: { S: { Inner: { A: "1" } } } },
];

for (const { form, wanted } of FORMS) {
  Deno.test(`[ours] readForm() reads ${form}`, () =>
    assert.deepEqual(
      JSON.parse(JSON.stringify(readForm(new URLSearchParams(form)))),
      wanted,
    ));
}

Deno.test("[ours] readForm() never pollutes, overflows or throws anything but AwsError", () => {
  const name = fc.array(fc.constantFrom("__proto__", "constructor", "member", "1", "", "a"), {
    maxLength: 30,
  }).map((parts) => parts.join("."));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
      try {
        readForm(new URLSearchParams(pairs));
      } catch (error) {
        assert.ok(error instanceof AwsError);
      }
      assert.equal(Object.hasOwn(Object.prototype, "a"), false);
    }),
    { seed: 42, numRuns },
  );
  assert.throws(() => readForm(new URLSearchParams(`${"a.".repeat(50_000)}a=1`)), {
    code: "MalformedQueryString",
  });
});

Deno.test("[ours] printResult() escapes what XML can't hold", () => {
  const xml = printResult(
    "A",
    {
      T: `<&>"\n`,
      D: new Date(0),
      L: ["x"],
      N: null,
      M: new Map<string, unknown>([["<k>", "v"], ["l", ["&"]]]),
    },
    "ns",
    "id",
  );
  assert.equal(
    xml,
    '<AResponse xmlns="ns"><AResult><T>&lt;&amp;&gt;&quot;&#xa;</T><D>1970-01-01T00:00:00Z</D>' +
      "<L><member>x</member></L><M><entry><key>&lt;k&gt;</key><value>v</value></entry>" +
      "<entry><key>l</key><value><member>&amp;</member></value></entry></M></AResult>" +
      "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></AResponse>",
  );
});

sandboxOnly(
  "Create a signed AWS API request",
  "unsigned bytes of any kind are refused, never a defect",
  async (sandbox) => {
    const scope = fc.array(
      fc.constantFrom("AKIA", "20260101", "r", "sts", "x", "aws4_request", ""),
      {
        maxLength: 6,
      },
    ).map((parts) => parts.join("/"));
    const authorization = fc.tuple(scope, fc.constantFrom("host", "host;x-amz-date", "")).map(
      ([s, h]) => `AWS4-HMAC-SHA256 Credential=${s}, SignedHeaders=${h}, Signature=00`,
    );
    const headers = fc.record({
      authorization: fc.oneof(authorization, fc.constantFrom("", "AWS4-HMAC-SHA256", "Basic YQ==")),
      "content-type": fc.constantFrom("application/x-amz-json-1.1", "text/plain"),
      "x-amz-date": fc.constantFrom("20260101T000000Z", "20269999T999999Z", "now"),
      "x-amz-target": fc.constantFrom("AmazonSSM.GetParameter", "", "__proto__"),
    });
    await fc.assert(
      fc.asyncProperty(headers, fc.string(), async (sent, body) => {
        const response = await fetch(sandbox.endpoint, { method: "POST", headers: sent, body });
        await response.text();
        assert.ok(response.status === 400 || response.status === 403, `found ${response.status}`);
      }),
      { seed: 42, numRuns },
    );
    assert.equal(sandbox.events().length, 0);
  },
);
