// aws: a key of KMS: what is asked, and the answers that AWS can't have given.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { getPublicKey, type KmsRequest, signMessage } from "../../../lib/edges/aws/kms.ts";
import { APPROVAL_CONTEXT } from "../../../lib/core/keys/mod.ts";
import { openKey } from "../../../lib/edges/keys/mod.ts";
import { bytesOf, digestOf, newPair } from "../../core/keys/pairs.ts";
import { assertRefused } from "../keys/desk.ts";
import { hang, withServer } from "./fake_sts.ts";

const KEYS = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  secretAccessKey: "not-a-secret-but-long-enough",
  sessionToken: "not-a-token-but-long-enough",
};
const ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const json = { "content-type": "application/x-amz-json-1.1" };
const asking = (endpoint: string | null): KmsRequest => ({
  credentials: KEYS,
  region: "eu-central-1",
  endpoint,
  arn: ARN,
  timeoutMs: 300,
  pauseMs: 1,
});
const refusal = (type: string, status = 400): Response =>
  Response.json({ __type: type, message: KEYS.secretAccessKey }, { status, headers: json });
const { publicKey, sign } = await newPair("ecdsa-p256-sha256");
const PUBLIC = {
  KeyId: ARN,
  KeyUsage: "SIGN_VERIFY",
  PublicKey: publicKey.spki.toBase64(),
};
const SIGNED = { KeyId: ARN, SigningAlgorithm: "ECDSA_SHA_256", Signature: "c2lnbmF0dXJl" };
const answer = (body: unknown) => () => Response.json(body, { headers: json });
const read = (endpoint: string) => getPublicKey(asking(endpoint));
const signed = (endpoint: string) =>
  signMessage({ ...asking(endpoint), message: bytesOf("m"), algorithm: "ECDSA_SHA_256" });

Deno.test("getPublicKey() and signMessage() ask KMS of the key's region, signed", async () => {
  await withServer((times) => answer(times === 0 ? PUBLIC : SIGNED)(), async (endpoint, asked) => {
    assert.deepEqual(await read(endpoint), publicKey.spki);
    assert.deepEqual(await signed(endpoint), bytesOf("signature"));
    const targets = asked.map(({ headers }) => headers.get("x-amz-target"));
    assert.deepEqual(targets, ["TrentService.GetPublicKey", "TrentService.Sign"]);
    for (const { headers } of asked) {
      assert.match(headers.get("authorization") ?? "", /\/eu-central-1\/kms\/aws4_request/);
      assert.equal(headers.get("x-amz-security-token"), KEYS.sessionToken);
    }
  });
});

Deno.test("a key of KMS goes to AWS's own endpoint of its ARN's region where none is given", async () => {
  const urls: string[] = [];
  const fetch = (url: string | URL | Request) => {
    urls.push(String(url));
    return Promise.resolve(Response.json(PUBLIC, { headers: json }));
  };
  await openKey(`kms:${ARN}`, APPROVAL_CONTEXT, {
    kms: {
      endpoint: null,
      credentials: () => Promise.resolve(KEYS),
      fetch: fetch as typeof globalThis.fetch,
    },
  });
  assert.deepEqual(urls, ["https://kms.eu-central-1.amazonaws.com/"]);
});

interface Wrong {
  name: string;
  answer: () => Response;
  want: ErrorCode;
}

const EITHER: readonly Wrong[] = [
  { name: "no such key", answer: () => refusal("NotFoundException"), want: "KEY_MISSING" },
  { name: "a disabled key", answer: () => refusal("DisabledException"), want: "KEY_UNUSABLE" },
  {
    name: "a key to be deleted",
    answer: () => refusal("KMSInvalidStateException"),
    want: "KEY_UNUSABLE",
  },
  {
    name: "a key of another use",
    answer: () => refusal("InvalidKeyUsageException"),
    want: "KEY_UNUSABLE",
  },
  {
    name: "a key without halves",
    answer: () => refusal("UnsupportedOperationException"),
    want: "KEY_UNUSABLE",
  },
  { name: "a refusal", answer: () => refusal("AccessDeniedException"), want: "AWS_REFUSED" },
  {
    name: "expired credentials",
    answer: () => refusal("ExpiredTokenException"),
    want: "CREDENTIALS_EXPIRED",
  },
  {
    name: "unknown keys",
    answer: () => refusal("UnrecognizedClientException"),
    want: "NO_CREDENTIALS",
  },
  { name: "a throttle", answer: () => refusal("ThrottlingException"), want: "AWS_THROTTLED" },
  {
    name: "a failure of AWS",
    answer: () => refusal("KMSInternalException", 500),
    want: "AWS_UNREACHABLE",
  },
  {
    name: "a redirect",
    answer: () => new Response(null, { status: 302, headers: { location: "/" } }),
    want: "AWS_RUBBISH",
  },
  { name: "no JSON", answer: () => new Response("<html>"), want: "AWS_RUBBISH" },
  { name: "a list", answer: answer([]), want: "AWS_RUBBISH" },
  { name: "nothing", answer: answer({}), want: "AWS_RUBBISH" },
  {
    name: "another key",
    answer: answer({ ...PUBLIC, ...SIGNED, KeyId: ARN.replace("1234abcd", "00000000") }),
    want: "AWS_RUBBISH",
  },
  {
    name: "no bytes",
    answer: answer({ ...PUBLIC, ...SIGNED, PublicKey: 1, Signature: "" }),
    want: "AWS_RUBBISH",
  },
  {
    name: "no base64",
    answer: answer({ ...PUBLIC, ...SIGNED, PublicKey: "%", Signature: "%" }),
    want: "AWS_RUBBISH",
  },
];
const ROWS: readonly (Wrong & { call: "getPublicKey" | "signMessage" })[] = [
  ...EITHER.map((row) => ({ ...row, call: "getPublicKey" as const })),
  ...EITHER.map((row) => ({ ...row, call: "signMessage" as const })),
  {
    call: "getPublicKey",
    name: "a key that encrypts",
    answer: answer({ ...PUBLIC, KeyUsage: "ENCRYPT_DECRYPT" }),
    want: "KEY_UNUSABLE",
  },
  {
    call: "signMessage",
    name: "another algorithm",
    answer: answer({ ...SIGNED, SigningAlgorithm: "RSASSA_PSS_SHA_256" }),
    want: "AWS_RUBBISH",
  },
];

for (const row of ROWS) {
  Deno.test(`${row.call}() that meets ${row.name} is ${row.want}, without a secret`, async () => {
    await withServer(row.answer, async (endpoint) => {
      const call = row.call === "getPublicKey" ? read(endpoint) : signed(endpoint);
      const secrets = [KEYS.secretAccessKey, KEYS.sessionToken];
      await assertRefused(call, row.want, /^Cannot (read|sign with) key "arn:/, secrets);
    });
  });
}

Deno.test("getPublicKey() that gets no answer is AWS_UNREACHABLE, soon", async () => {
  await withServer((_, stop) => hang(stop), async (endpoint) => {
    await assert.rejects(
      read(endpoint),
      (error: unknown) => error instanceof SentinelError && error.code === "AWS_UNREACHABLE",
    );
  });
});

const opened = (endpoint: string) =>
  openKey(`kms:${ARN}`, APPROVAL_CONTEXT, {
    kms: { endpoint, credentials: () => Promise.resolve(KEYS), pauseMs: 1 },
  });

Deno.test("openKey() of KMS refuses a key of no known form", async () => {
  await withServer(answer({ ...PUBLIC, PublicKey: "AAAA" }), async (endpoint) => {
    await assertRefused(opened(endpoint), "KEY_UNUSABLE", /a key of another kind/);
  });
});

Deno.test("a signature from KMS that does not hold is not handed on", async () => {
  const digest = await digestOf("a request");
  const elsewhere = await sign(bytesOf("another statement"));
  const bodies = [PUBLIC, { ...SIGNED, Signature: elsewhere.toBase64() }];
  await withServer((times) => answer(bodies[times])(), async (endpoint) => {
    const key = await opened(endpoint);
    await assertRefused(key.sign(digest), "AWS_RUBBISH", /its signature does not hold/);
  });
});

Deno.test("a key of KMS asks for credentials at each call", async () => {
  let asked = 0;
  const digest = await digestOf("a request");
  await withServer((times) => answer(times === 0 ? PUBLIC : SIGNED)(), async (endpoint) => {
    const credentials = () => Promise.resolve((asked++, KEYS));
    const key = await openKey(`kms:${ARN}`, APPROVAL_CONTEXT, { kms: { endpoint, credentials } });
    await assert.rejects(key.sign(digest));
    assert.equal(asked, 2);
    await assert.rejects(key.sign(new Uint8Array(31)), RangeError);
    assert.equal(asked, 2, "a digest of another length is no call");
  });
});
