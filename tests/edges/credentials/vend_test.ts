// credentials: the vending edge asks for exactly the permit's terms, and never late.
import { strict as assert } from "node:assert";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import { mintPermit } from "../../../lib/core/sessions/permit.ts";
import type { VendTerms } from "../../../lib/core/sessions/types.ts";
import type { AssumeRoleInput, SessionTokenInput, StsClient } from "../../../lib/edges/aws/sts.ts";
import { vendor } from "../../../lib/edges/credentials/vend.ts";
import { callerOf, NOW, ROLE, targetOf } from "../../gate/fakes.ts";

const MINUTE = 60_000;
const after = (ms: number) => new Date(NOW.getTime() + ms);
const STAMP = "sentinel=mara=direct=0707070707070707";

interface Stage {
  terms?: Partial<VendTerms>;
  /** What the leaf is: long-term keys, or a session that ends. */
  leaf?: { sessionToken: string | null; expiresAt: Date | null };
  /** Milliseconds that each call takes. */
  slow?: number;
  fail?: SentinelError;
}

function vend({ terms = {}, leaf, slow = 0, fail }: Stage) {
  let clock = NOW;
  const assumed: (AssumeRoleInput & { signer: string })[] = [];
  const tokens: SessionTokenInput[] = [];
  const session = (name: string, seconds: number) => ({
    accessKeyId: name,
    secretAccessKey: "x",
    sessionToken: "x",
    expiresAt: new Date(clock.getTime() + seconds * 1000),
  });
  const sts = (signer: { accessKeyId: string }): StsClient => ({
    getCallerIdentity: () => assert.fail("unplanned"),
    assumeRole: (input) => {
      if (fail !== undefined) return Promise.reject(fail);
      assumed.push({ ...input, signer: signer.accessKeyId });
      clock = new Date(clock.getTime() + slow);
      const name = `ASIA${assumed.length}`;
      const role = { arn: "arn", sourceIdentity: input.sourceIdentity };
      return Promise.resolve({ ...session(name, input.durationSeconds), ...role });
    },
    getSessionToken: (input) => {
      tokens.push(input);
      return Promise.resolve(session("ASIATOKEN", input.durationSeconds));
    },
  });
  const permit = mintPermit({
    requestId: "07".repeat(8),
    target: targetOf(),
    caller: callerOf(),
    sourceIdentity: STAMP,
    sessionName: "mara-1",
    duration: 3600,
    until: null,
    notAfter: after(30_000),
    tags: [{ key: "sentinel:request", value: "x" }],
    mfa: { serial: "arn:mfa", code: "123456" },
    ...terms,
  }, { seq: 1, hash: "a".repeat(64) });
  const keys = { accessKeyId: "AKIALEAF", secretAccessKey: "secret", cheapSecret: null };
  const open = () => ({ ...keys, sessionToken: null, expiresAt: null, ...leaf });
  const result = vendor({ open, sts: (signer) => sts(signer), now: () => clock })(permit);
  return { result, assumed, tokens };
}

const chainOf = (...roles: string[]) => ({
  ...targetOf(),
  chain: roles.map((roleArn) => ({
    profile: "p",
    roleArn,
    externalId: null,
    mfaSerial: null,
    region: null,
    gated: true,
  })),
});

Deno.test("each hop is signed by the one before, all carry the one stamp", async () => {
  const { result, assumed } = vend({ terms: { target: chainOf("r1", "r2", ROLE) } });
  assert.equal((await result).accessKeyId, "ASIA3");
  assert.deepEqual(assumed.map((a) => [a.signer, a.roleArn, a.sourceIdentity]), [
    ["AKIALEAF", "r1", STAMP],
    ["ASIA1", "r2", STAMP],
    ["ASIA2", ROLE, STAMP],
  ]);
});

Deno.test("the code goes with the first hop, tags and duration with the last", async () => {
  const { result, assumed } = vend({ terms: { target: chainOf("r1", ROLE), duration: 2700 } });
  await result;
  assert.deepEqual(assumed.map((a) => [a.mfa?.code, a.tags.length, a.durationSeconds]), [
    ["123456", 0, 900],
    [undefined, 1, 2700],
  ]);
});

Deno.test("nothing is asked of AWS when the decision counts no longer", async () => {
  const { result, assumed } = vend({ terms: { notAfter: after(-1) } });
  await assert.rejects(result, { code: "DECISION_STALE", exitCode: 3 });
  assert.equal(assumed.length, 0);
});

Deno.test("a chain that takes too long stops at the next hop", async () => {
  const { result, assumed } = vend({ terms: { target: chainOf("r1", ROLE) }, slow: 31_000 });
  await assert.rejects(result, { code: "DECISION_STALE" });
  assert.equal(assumed.length, 1);
});

Deno.test("the session ends when the window closes, however long the hops took", async () => {
  const terms = { target: chainOf("r1", ROLE), until: after(20 * MINUTE) };
  const { result, assumed } = vend({ terms, slow: 10_000 });
  await result;
  assert.equal(assumed[1]?.durationSeconds, 20 * 60 - 10);
  const late = vend({ terms: { ...terms, until: after(15 * MINUTE + 5_000) }, slow: 10_000 });
  await assert.rejects(late.result, { code: "DURATION_TOO_SHORT" });
});

const unstamped = { target: { ...targetOf(), roleArn: null, chain: [] }, sourceIdentity: null };

Deno.test("without a role, long-term keys become a session token", async () => {
  const { result, tokens } = vend({ terms: unstamped });
  assert.equal((await result).accessKeyId, "ASIATOKEN");
  assert.deepEqual(tokens, [{ durationSeconds: 3600, mfa: { serial: "arn:mfa", code: "123456" } }]);
});

Deno.test("without a role, a session is handed out only if it ends within the decision", async () => {
  const leaf = (ms: number) => ({ sessionToken: "t", expiresAt: after(ms) });
  const { result } = vend({ terms: unstamped, leaf: leaf(60 * MINUTE) });
  assert.equal((await result).accessKeyId, "AKIALEAF");
  const long = vend({ terms: unstamped, leaf: leaf(60 * MINUTE + 1) });
  await assert.rejects(long.result, { code: "UNSTAMPED_REFUSED" });
  const endless = vend({ terms: unstamped, leaf: { sessionToken: "t", expiresAt: null } });
  await assert.rejects(endless.result, { code: "UNSTAMPED_REFUSED" });
});

Deno.test("AWS's word that a source identity can't change is ALREADY_STAMPED", async () => {
  const fail = new SentinelError("AWS_REFUSED", "AccessDenied: SourceIdentity cannot be changed");
  const session = callerOf({ session: true });
  await assert.rejects(vend({ terms: { caller: session }, fail }).result, {
    code: "ALREADY_STAMPED",
  });
  await assert.rejects(vend({ fail }).result, { code: "AWS_REFUSED" });
});
