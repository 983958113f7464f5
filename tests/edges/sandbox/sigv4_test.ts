// sandbox tests: signatures, right and wrong, by an independent signer.
import { strict as assert } from "node:assert";
import { AwsClient } from "aws4fetch";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Sandbox } from "../../../lib/edges/sandbox/mod.ts";
import { checkSignature, readClaim } from "../../../lib/edges/sandbox/sigv4.ts";
import { client, controlSandbox, failure, type Keys, keysFrom, keysOf } from "./fixture.ts";
import { roleArn, sandboxOnly, withSandbox } from "./fixture.ts";

/** A GetCallerIdentity call, signed. */
async function signed(
  sandbox: Sandbox,
  keys: Keys,
  options: { at?: number; service?: string; query?: string; extra?: Record<string, string> } = {},
): Promise<Request> {
  const signer = new AwsClient({
    ...keys,
    region: "eu-central-1",
    service: options.service ?? "sts",
    retries: 0,
  });
  const at = new Date(options.at ?? Date.now()).toISOString().replace(/[-:]|\.\d{3}/g, "");
  return await signer.sign(sandbox.endpoint + "/" + (options.query ?? ""), {
    method: "POST",
    body: "Action=GetCallerIdentity&Version=2011-06-15",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...options.extra,
    },
    aws: { allHeaders: true, datetime: at },
  });
}

/** The same request with other headers or another body. */
function changed(
  request: Request,
  change: { headers?: Record<string, string | null>; body?: string; url?: string },
): Request {
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(change.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  const body = change.body ?? "Action=GetCallerIdentity&Version=2011-06-15";
  return new Request(change.url ?? request.url, { method: "POST", headers, body });
}

async function send(request: Request): Promise<{ status: number; code: string; text: string }> {
  const response = await fetch(request);
  const text = await response.text();
  return { status: response.status, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? "", text };
}

const authorization = (request: Request) => request.headers.get("authorization") ?? "";
const HOUR = 3_600_000;
const MINUTE = 60_000;

interface Row {
  name: string;
  wanted: string;
  /** HTTP status; 403 where nothing is said. */
  status?: number;
  make(sandbox: Sandbox, keys: Keys): Request | Promise<Request>;
}

const ROWS: readonly Row[] = [
  { name: "a right one", wanted: "", status: 200, make: (s, k) => signed(s, k) },
  {
    name: "a right one with a query that sorts oddly",
    wanted: "",
    status: 200,
    make: (s, k) => signed(s, k, { query: "?a-b=1&a=2&a=1&A=%20%2F%21*" }),
  },
  {
    name: "a right one, 4 minutes early",
    wanted: "",
    status: 200,
    make: (s, k) => signed(s, k, { at: Date.now() + 4 * MINUTE }),
  },
  {
    name: "a right one, 4 minutes late",
    wanted: "",
    status: 200,
    make: (s, k) => signed(s, k, { at: Date.now() - 4 * MINUTE }),
  },
  {
    name: "an hour late",
    wanted: "SignatureDoesNotMatch",
    make: (s, k) => signed(s, k, { at: Date.now() - HOUR }),
  },
  {
    name: "6 minutes early",
    wanted: "SignatureDoesNotMatch",
    make: (s, k) => signed(s, k, { at: Date.now() + 6 * MINUTE }),
  },
  {
    name: "by another secret",
    wanted: "SignatureDoesNotMatch",
    make: (s, k) => signed(s, { ...k, secretAccessKey: "wrong" }),
  },
  {
    name: "with another's key id",
    wanted: "SignatureDoesNotMatch",
    make: (s, k) => signed(s, { ...k, secretAccessKey: keysOf(s, "lea").secretAccessKey }),
  },
  {
    name: "of an unknown key",
    wanted: "InvalidClientTokenId",
    make: (s, k) => signed(s, { ...k, accessKeyId: "AKIAAAAAAAAAAAAAAAAA" }),
  },
  {
    name: "of a user's key with a session token",
    wanted: "InvalidClientTokenId",
    make: (s, k) => signed(s, { ...k, sessionToken: "made-up" }),
  },
  {
    name: "over another body",
    wanted: "SignatureDoesNotMatch",
    make: async (s, k) =>
      changed(await signed(s, k), { body: "Action=GetSessionToken&Version=2011-06-15" }),
  },
  {
    name: "over another query",
    wanted: "SignatureDoesNotMatch",
    make: async (s, k) => {
      const request = await signed(s, k, { query: "?a=1" });
      return changed(request, { url: request.url.replace("a=1", "a=2") });
    },
  },
  {
    name: "over another header",
    wanted: "SignatureDoesNotMatch",
    make: async (s, k) =>
      changed(await signed(s, k, { extra: { "x-amz-extra": "a" } }), {
        headers: { "x-amz-extra": "b" },
      }),
  },
  {
    name: "that leaves an x-amz header out",
    wanted: "SignatureDoesNotMatch",
    make: async (s, k) => changed(await signed(s, k), { headers: { "x-amz-extra": "b" } }),
  },
  {
    name: "that leaves the host out",
    wanted: "SignatureDoesNotMatch",
    make: async (s, k) => {
      const request = await signed(s, k);
      const value = authorization(request).replace(/(SignedHeaders=[^,]*)host;/, "$1");
      return changed(request, { headers: { authorization: value } });
    },
  },
  {
    name: "moved to another region",
    wanted: "SignatureDoesNotMatch",
    make: async (s, k) => {
      const request = await signed(s, k);
      const value = authorization(request).replace("eu-central-1", "us-east-1");
      return changed(request, { headers: { authorization: value } });
    },
  },
  {
    name: "moved to another service",
    wanted: "SignatureDoesNotMatch",
    make: async (s, k) => {
      const request = await signed(s, k, { service: "iam" });
      const value = authorization(request).replace("/iam/", "/sts/");
      return changed(request, { headers: { authorization: value } });
    },
  },
  {
    name: "moved to another day",
    wanted: "SignatureDoesNotMatch",
    make: async (s, k) => {
      const request = await signed(s, k);
      const value = authorization(request).replace(/\/\d{8}\//, "/20000101/");
      return changed(request, { headers: { authorization: value } });
    },
  },
  {
    name: "cut short",
    wanted: "SignatureDoesNotMatch",
    make: async (s, k) => {
      const request = await signed(s, k);
      return changed(request, { headers: { authorization: authorization(request).slice(0, -1) } });
    },
  },
  {
    name: "that is empty",
    wanted: "IncompleteSignature",
    status: 400,
    make: async (s, k) => {
      const request = await signed(s, k);
      const value = authorization(request).replace(/Signature=\w+$/, "Signature=");
      return changed(request, { headers: { authorization: value } });
    },
  },
  {
    name: "without signed headers",
    wanted: "IncompleteSignature",
    status: 400,
    make: async (s, k) => {
      const request = await signed(s, k);
      const value = authorization(request).replace(/SignedHeaders=[^,]*, ?/, "");
      return changed(request, { headers: { authorization: value } });
    },
  },
  {
    name: "with a short credential scope",
    wanted: "IncompleteSignature",
    status: 400,
    make: async (s, k) => {
      const request = await signed(s, k);
      const value = authorization(request).replace("/aws4_request", "");
      return changed(request, { headers: { authorization: value } });
    },
  },
  {
    name: "of another algorithm",
    wanted: "IncompleteSignature",
    status: 400,
    make: async (s, k) => {
      const request = await signed(s, k);
      const value = authorization(request).replace("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5");
      return changed(request, { headers: { authorization: value } });
    },
  },
  {
    name: "without a date",
    wanted: "IncompleteSignature",
    status: 400,
    make: async (s, k) => changed(await signed(s, k), { headers: { "x-amz-date": null } }),
  },
  {
    name: "that isn't there",
    wanted: "MissingAuthenticationToken",
    make: async (s, k) => changed(await signed(s, k), { headers: { authorization: null } }),
  },
];

const SIGNING = "Create a signed AWS API request";

for (const { name, wanted, status = 403, make } of ROWS) {
  sandboxOnly(
    SIGNING,
    `a signature ${name} gives ${wanted || "an answer"}`,
    async (sandbox) => {
      const answer = await send(await make(sandbox, keysOf(sandbox, "mara")));
      assert.deepEqual([answer.code, answer.status], [wanted, status], answer.text);
      assert.equal(sandbox.events().length, wanted === "" ? 1 : 0, "only served calls are events");
    },
  );
}

sandboxOnly(SIGNING, "JSON services spell the codes their own way", async (sandbox) => {
  const ssm = client.ssm(sandbox, { ...keysOf(sandbox, "mara"), secretAccessKey: "wrong" });
  const { GetParameterCommand } = await import("@aws-sdk/client-ssm");
  const answer = await failure(ssm.send(new GetParameterCommand({ Name: "/a" })));
  assert.equal(answer.code, "InvalidSignatureException");
  ssm.destroy();
});

sandboxOnly(
  "Temporary security credentials in IAM",
  "a session wants its own token and ends",
  async (sandbox) => {
    const sts = client.sts(sandbox, keysOf(sandbox, "mara"));
    const assume = () =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn("Dev"),
          RoleSessionName: "mara-1",
          SourceIdentity: "sentinel=mara=direct=0123456789abcdef",
        }),
      ).then(keysFrom);
    const [first, second] = [await assume(), await assume()];
    const whoIs = async (keys: Keys) => (await send(await signed(sandbox, keys))).code;
    assert.equal(await whoIs(first), "");
    assert.equal(
      await whoIs({ ...first, sessionToken: second.sessionToken ?? "" }),
      "InvalidClientTokenId",
    );
    const { sessionToken: _, ...bare } = first;
    assert.equal(await whoIs(bare), "InvalidClientTokenId");
    // AWS's clock goes on by the session's length, and so does the signer's.
    await controlSandbox(sandbox, "clock", { offset: 3599 });
    const later = (seconds: number) =>
      signed(sandbox, first, { at: Date.now() + seconds * 1000 }).then(send);
    assert.equal((await later(3590)).code, "");
    await controlSandbox(sandbox, "clock", { offset: 3601 });
    assert.equal((await later(3601)).code, "ExpiredToken");
    sts.destroy();
  },
);

Deno.test("[ours] a clock that is wrong by hours is corrected by the SDK from the answer's date", () =>
  withSandbox(async (sandbox) => {
    await controlSandbox(sandbox, "clock", { offset: 7200 });
    const sts = client.sts(sandbox, keysOf(sandbox, "mara"), 2);
    const who = await sts.send(new GetCallerIdentityCommand({}));
    assert.equal(who.Account, "111122223333");
    sts.destroy();
  }));

// The test suite that AWS published for Signature Version 4 (aws-sig-v4-test-suite).
const VECTORS = [
  {
    name: "get-vanilla",
    method: "GET",
    path: "/",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    name: "post-vanilla",
    method: "POST",
    path: "/",
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
  {
    name: "get-vanilla-query-order-key-case",
    method: "GET",
    path: "/?Param2=value2&Param1=value1",
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
];

for (const { name, method, path, signature } of VECTORS) {
  Deno.test(`[ours] checkSignature() agrees with AWS's vector ${name}`, async () => {
    const headers = new Headers({
      host: "example.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      authorization: "AWS4-HMAC-SHA256 " +
        "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
        `SignedHeaders=host;x-amz-date, Signature=${signature}`,
    });
    const url = new URL(path, "https://example.amazonaws.com");
    const parts = { method, url, headers, body: new Uint8Array() };
    const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    await checkSignature(readClaim(headers), parts, secret);
    await assert.rejects(checkSignature(readClaim(headers), parts, `${secret}x`), {
      code: "SignatureDoesNotMatch",
    });
  });
}
