// approvals: what an approval is worth when it is used: signed, by whom, for whom, until when.
import { strict as assert } from "node:assert";
import {
  type AccessRequest,
  approvalDigest,
  type ApproverKey,
  chooseApproval,
  decide,
  decisionOf,
  fileRequest,
  judgeDecision,
  judgeUse,
  type Person,
  signDecision,
  statementOf,
  type UseQuestion,
} from "../../../lib/core/approvals/mod.ts";
import type { HeadSigner } from "../../../lib/core/journal/mod.ts";
import { sha256Hex } from "../../../lib/core/text/hex.ts";
import { approved, at, filed, lea, mara, NOW, person, plan, say, tom, wish } from "./people.ts";

/** An Ed25519 key by WebCrypto, with its id as the journal makes it. */
async function newKey(): Promise<HeadSigner> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  return {
    id: await sha256Hex(spki),
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, bytes)),
    verify: (bytes, signature) => crypto.subtle.verify("Ed25519", pair.publicKey, signature, bytes),
  };
}

const leasKey = await newKey();
const tomsKey = await newKey();
const PINNED: readonly ApproverKey[] = [
  { owner: "lea", key: leasKey },
  { owner: "tom", key: tomsKey },
];

const DURING = at("09:30:00.000");

function question(changed: Partial<UseQuestion> = {}): UseQuestion {
  const { profile, role, sessionPolicyDigest } = wish();
  return {
    caller: mara,
    profile,
    role,
    sessionPolicyDigest,
    plan: plan(),
    keys: null,
    now: DURING,
    ...changed,
  };
}

async function signedBy(key: HeadSigner, who: Person = lea, request?: AccessRequest) {
  const asked = request ?? await filed();
  const now = at("09:00:00.000");
  const decision = await signDecision(await decisionOf(asked, who, "approve", null, now), key);
  const digest = await approvalDigest(statementOf(asked));
  return decide(asked, decision, digest, plan(), now).item;
}

async function refusal(request: AccessRequest, changed: Partial<UseQuestion> = {}) {
  const verdict = await judgeUse(request, question(changed));
  return verdict.usable ? "usable" : verdict.code;
}

Deno.test("judgeUse() gives what the gate needs", async () => {
  assert.deepEqual(await judgeUse(await approved(), question()), {
    usable: true,
    grantId: "00000000",
    until: at("10:00:00.000"),
    remainingSeconds: 1800,
    once: false,
    approvers: ["lea"],
  });
});

Deno.test("trap: what is left of the window caps the session, to the second", async () => {
  const request = await approved();
  for (const [now, left] of [["09:00:00.000", 3600], ["09:59:59.001", 0], ["09:44:59.500", 900]]) {
    const verdict = await judgeUse(request, question({ now: at(String(now)) }));
    assert.equal(verdict.usable && verdict.remainingSeconds, left);
  }
  assert.equal(await refusal(request, { now: at("10:00:00.000") }), "APPROVAL_OVER");
});

for (
  const row of [
    { name: "somebody else", changed: { caller: lea } },
    { name: "the same name, another principal", changed: { caller: person("mara", "x") } },
    { name: "the same principal, another name", changed: { caller: person("m", mara.id) } },
    { name: "another profile", changed: { profile: "vault" } },
    { name: "another role", changed: { role: "arn:aws:iam::111122223333:role/Other" } },
    { name: "no role", changed: { role: null } },
    { name: "another session policy", changed: { sessionPolicyDigest: "0".repeat(64) } },
  ]
) {
  Deno.test(`trap: an approval is for who asked and what they asked for: ${row.name}`, async () => {
    assert.equal(await refusal(await approved(), row.changed), "APPROVAL_FOREIGN");
  });
}

Deno.test("trap: any state but approved grants nothing", async () => {
  const request = await approved();
  for (const state of ["denied", "expired", "cancelled", "revoked", "used"] as const) {
    assert.equal(await refusal({ ...request, state }), "APPROVAL_OVER", state);
  }
  assert.equal(await refusal(await filed()), "OBLIGATION_OPEN");
});

Deno.test("an approval that starts later is not usable before", async () => {
  const request = await approved({ notBefore: at("12:00:00.000") });
  assert.equal(await refusal(request, { now: at("11:59:59.999") }), "APPROVAL_EARLY");
  assert.equal(await refusal(request, { now: at("12:00:00.000") }), "usable");
});

for (
  const row of [
    { name: "a longer window", edit: { durationSeconds: 7200 } },
    { name: "another reason", edit: { reason: "something quite different" } },
    { name: "another ticket", edit: { ticket: "INC-1" } },
    { name: "many uses", edit: { use: "once" } },
    { name: "another alias of the requester", edit: { requesterAliases: ["x"] } },
    { name: "another id", edit: { id: "00000000000000ff" } },
    { name: "an earlier start", edit: { notBefore: "2026-01-05T08:30:00.000Z" } },
    { name: "more time to decide", edit: { expiresAt: "2026-02-05T08:00:00.000Z" } },
    { name: "another time of asking", edit: { createdAt: "2026-01-05T08:10:00.000Z" } },
    { name: "a later end", edit: { windowEndsAt: "2026-01-05T23:00:00.000Z" } },
    { name: "a later approval", edit: { approvedAt: "2026-01-05T09:20:00.000Z" } },
    { name: "no decision", edit: { decisions: [] } },
  ] as { name: string; edit: Partial<AccessRequest> }[]
) {
  Deno.test(`trap: an edited row grants nothing: ${row.name}`, async () => {
    for (const keys of [null, PINNED]) {
      const edited = { ...await signedBy(leasKey), ...row.edit };
      assert.equal(await refusal(edited, { keys }), "APPROVAL_EDITED");
    }
  });
}

Deno.test("trap: a row moved to another person, profile or role by its writer grants nothing", async () => {
  const request = await signedBy(leasKey);
  const taken = { ...request, requester: tom.id, requesterUser: "tom" };
  assert.equal(await refusal(taken, { caller: tom }), "APPROVAL_EDITED");
  assert.equal(await refusal({ ...request, profile: "x" }, { profile: "x" }), "APPROVAL_EDITED");
  assert.equal(await refusal({ ...request, role: "x" }, { role: "x" }), "APPROVAL_EDITED");
});

Deno.test("trap: who can write the table but holds no pinned key grants nothing", async () => {
  const forged = await approved();
  assert.equal(await refusal(forged), "usable", "without pins whoever writes the store can grant");
  assert.equal(await refusal(forged, { keys: PINNED }), "APPROVAL_FORGED");
  assert.equal(await refusal(forged, { keys: [] }), "APPROVAL_FORGED");
});

Deno.test("a decision signed by its person's pinned key counts", async () => {
  assert.equal(await refusal(await signedBy(leasKey), { keys: PINNED }), "usable");
});

Deno.test("trap: a signature by a key that is not pinned, or by somebody else's, grants nothing", async () => {
  assert.equal(await refusal(await signedBy(await newKey()), { keys: PINNED }), "APPROVAL_FORGED");
  assert.equal(await refusal(await signedBy(tomsKey), { keys: PINNED }), "APPROVAL_FORGED");
});

Deno.test("trap: a signature counts for one decision: moved in time, person, verdict or request it doesn't", async () => {
  const request = await signedBy(leasKey);
  const [decision] = request.decisions;
  assert.ok(decision);
  const later = "2026-01-05T09:20:00.000Z";
  const moved = {
    ...request,
    decisions: [{ ...decision, at: later }],
    approvedAt: later,
    windowEndsAt: "2026-01-05T10:20:00.000Z",
  };
  assert.equal(await refusal(moved, { keys: PINNED }), "APPROVAL_FORGED");
  const other = await signedBy(leasKey, lea, await filed({ id: "00000000000000a2" }));
  const swapped = { ...request, decisions: other.decisions };
  assert.equal(await refusal(swapped, { keys: PINNED }), "APPROVAL_EDITED");
  const renamed = { ...request, decisions: [{ ...decision, approverId: tom.id }] };
  assert.equal(await refusal(renamed, { keys: PINNED }), "APPROVAL_FORGED");
  for (const edit of [{ comment: "do as you like" }, { approverAliases: ["x"] }]) {
    const reworded: AccessRequest = { ...request, decisions: [{ ...decision, ...edit }] };
    assert.equal(await refusal(reworded, { keys: PINNED }), "APPROVAL_FORGED");
  }
  for (const signature of ["", "AAAA", "not base64!", btoa("x".repeat(64))]) {
    const broken = { ...decision, signature: { key: leasKey.id, signature } };
    const verdict = await refusal({ ...request, decisions: [broken] }, { keys: PINNED });
    assert.equal(verdict, "APPROVAL_FORGED", signature);
  }
});

Deno.test("trap: a no among the decisions of an approved row makes it none", async () => {
  const request = await signedBy(leasKey);
  const [decision] = request.decisions;
  assert.ok(decision);
  const no = { ...request, decisions: [{ ...decision, verdict: "deny" as const }] };
  assert.equal(await refusal(no), "APPROVAL_EDITED");
});

Deno.test("trap: the right to approve is looked at again when the approval is used", async () => {
  const request = await approved();
  const without = plan(`version: "1"\nrules: [{name: prod, approvers: [tom]}]`);
  assert.equal(await refusal(request, { plan: without }), "APPROVAL_LAPSED");
  assert.equal(await refusal(request, { plan: null }), "APPROVAL_LAPSED");
  const two = plan(`version: "1"\nrules: [{name: prod, approvers: [lea, tom], count: 2}]`);
  assert.equal(await refusal(request, { plan: two }), "APPROVAL_LAPSED");
  const shorter = plan(`version: "1"\nrules: [{name: prod, approvers: [lea], max_duration: 30m}]`);
  assert.equal(await refusal(request, { plan: shorter }), "APPROVAL_LAPSED");
  const once = plan(`version: "1"\nrules: [{name: prod, approvers: [lea], use: once}]`);
  assert.equal(await refusal(request, { plan: once }), "APPROVAL_LAPSED");
});

Deno.test("trap: a person who approved, then turned out to be the requester, has no say", async () => {
  const policy = `version: "1"\npeople: {mara: [lea]}\nrules: [{name: p, approvers: [lea]}]`;
  assert.equal(await refusal(await approved(), { plan: plan(policy) }), "APPROVAL_LAPSED");
});

Deno.test("trap: a row that claims to be automatic gives no more than the policy itself would now", async () => {
  const auto = plan(`
version: "1"
rules:
  - name: auto
    approvers: [lea]
    auto_approve: {users: [mara], time: {hours: {start: "08:00", end: "10:00"}}}`);
  const { item } = await fileRequest(wish({ durationSeconds: 6 * 3600 }), auto, NOW);
  const keys = PINNED;
  assert.equal(await refusal(item, { plan: auto, keys, now: at("09:59:59.000") }), "usable");
  assert.equal(
    await refusal(item, { plan: auto, keys, now: at("10:00:00.000") }),
    "APPROVAL_LAPSED",
  );
  assert.equal(await refusal(item, { keys, now: at("09:00:00.000") }), "APPROVAL_LAPSED");
});

Deno.test("an approval from a clock that is seconds ahead counts; from one that is hours ahead it doesn't", async () => {
  const request = await approved();
  assert.equal(await refusal(request, { now: at("08:58:01.000") }), "usable");
  assert.equal(await refusal(request, { now: at("08:57:59.000") }), "APPROVAL_EDITED");
});

Deno.test("trap: a forged automatic yes in an approver's name fills no seat of a quorum", async () => {
  const using = plan(`version: "1"\nrules: [{name: p, approvers: [lea, tom], count: 2}]`);
  const one = await signedBy(leasKey, lea, await filed());
  const [decision] = one.decisions;
  assert.ok(decision);
  const forged = {
    ...decision,
    approver: "tom",
    approverId: tom.id,
    automatic: true,
    signature: null,
  };
  const row = { ...one, decisions: [decision, forged] };
  assert.equal(await refusal(row, { plan: using, keys: PINNED }), "APPROVAL_LAPSED");
  assert.equal(await refusal(row, { plan: using }), "APPROVAL_LAPSED");
});

Deno.test("judgeDecision() says what is wrong with a signature", async () => {
  const [decision] = (await signedBy(leasKey)).decisions;
  assert.ok(decision);
  const worth = (edit: object, keys = PINNED) => judgeDecision({ ...decision, ...edit }, keys);
  assert.equal(await worth({}), "good");
  assert.equal(await worth({ signature: null }), "unsigned");
  assert.equal(await worth({}, []), "foreign-key");
  assert.equal(await worth({ approver: "tom" }), "foreign-owner");
  assert.equal(await worth({ approverId: tom.id }), "wrong");
  assert.equal(await worth({ signature: { key: leasKey.id, signature: "%" } }), "wrong");
});

/** A row whose writer has set all that follows from the time of the one yes. */
async function decidedAt(time: Date): Promise<AccessRequest> {
  const request = await approved();
  const end = new Date(time.getTime() + request.durationSeconds * 1000);
  return {
    ...request,
    decisions: request.decisions.map((one) => ({ ...one, at: time.toISOString() })),
    approvedAt: time.toISOString(),
    windowEndsAt: end.toISOString(),
  };
}

for (
  const row of [
    { name: "a moment before its deadline", at: "2026-01-06T07:59:59.999Z", says: "usable" },
    { name: "at its deadline", at: "2026-01-06T08:00:00.000Z", says: "APPROVAL_EDITED" },
    { name: "days after its deadline", at: "2026-01-09T08:00:00.000Z", says: "APPROVAL_EDITED" },
    { name: "by a clock two minutes behind", at: "2026-01-05T07:58:00.000Z", says: "usable" },
    { name: "before it was asked", at: "2026-01-05T07:57:59.999Z", says: "APPROVAL_EDITED" },
  ]
) {
  Deno.test(`trap: a stale row that says it was approved ${row.name}: ${row.says}`, async () => {
    const time = new Date(row.at);
    assert.equal(await refusal(await decidedAt(time), { now: time }), row.says);
  });
}

Deno.test("clocks may differ by two minutes, and not by a millisecond more", async () => {
  const request = await approved();
  assert.equal(await refusal(request, { now: at("08:58:00.000") }), "usable");
  assert.equal(await refusal(request, { now: at("08:57:59.999") }), "APPROVAL_EDITED");
});

Deno.test("two rules of two policies each need their own person when it is used, too", async () => {
  const using = {
    ...plan(),
    requirements: [
      { rule: "a", approvers: ["lea", "tom"], count: 1 },
      { rule: "b", approvers: ["lea", "tom"], count: 1 },
    ],
  };
  const one = (await say(await filed({}, using), "approve", lea, NOW, using)).item;
  assert.equal(one.state, "pending");
  const two = (await say(one, "approve", tom, NOW, using)).item;
  assert.equal(await refusal(two, { plan: using, now: NOW }), "usable");
  const cut = { ...two, decisions: two.decisions.slice(1) };
  assert.equal(await refusal(cut, { plan: using, now: NOW }), "APPROVAL_LAPSED");
});

Deno.test("of several approvals the one that lasts longest is used, and single use is saved, in any order", async () => {
  const early = await approved({ id: "00000000000000a1" }, at("09:00:00.000"));
  const late = await approved({ id: "00000000000000a2" }, at("09:10:00.000"));
  const same = await approved({ id: "00000000000000a3" }, at("09:10:00.000"));
  const using = { ...plan(), use: "once" as const };
  const asked = await filed({ id: "00000000000000a4", durationSeconds: 8 * 3600 }, using);
  const once = (await say(asked, "approve", lea, at("09:00:00.000"), using)).item;
  const foreign = { ...early, profile: "vault" };
  const over = { ...early, id: "00000000000000a5", state: "revoked" as const };
  const all = [early, late, same, once, foreign, over];
  for (const order of [all, all.toReversed()]) {
    const { chosen, refused } = await chooseApproval(order, question());
    assert.equal(chosen?.request.id, late.id);
    assert.deepEqual(refused, [{ id: over.id, code: "APPROVAL_OVER", why: "it is revoked" }]);
  }
  assert.equal((await chooseApproval([once, over], question())).chosen?.verdict.once, true);
  assert.equal((await chooseApproval([], question())).chosen, null);
});

Deno.test("trap: what today's policy would not grant can't be approved any more, but denied", async () => {
  const asked = await filed();
  const shorter = plan(`version: "1"\nrules: [{name: prod, approvers: [lea], max_duration: 30m}]`);
  await assert.rejects(say(asked, "approve", lea, NOW, shorter), { code: "APPROVAL_LAPSED" });
  assert.equal((await say(asked, "deny", lea, NOW, shorter)).item.state, "denied");
});
