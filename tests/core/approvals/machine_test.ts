// approvals: who may move a request from one state to the next, and when: the traps by name.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  type AccessRequest,
  approvalDigest,
  cancel,
  consume,
  decide,
  decisionOf,
  expire,
  fileRequest,
  newRecordId,
  personOf,
  planFor,
  REQUEST_EVENTS,
  REQUEST_STATES,
  stateAt,
  statementOf,
  takeBack,
} from "../../../lib/core/approvals/mod.ts";
import { parsePrincipal } from "../../../lib/core/identity/mod.ts";
import {
  ACCOUNT,
  approved,
  at,
  filed,
  lea,
  mara,
  NOW,
  person,
  plan,
  say,
  tom,
  wish,
  zoe,
} from "./people.ts";

const code = (name: Parameters<typeof hasCode>[1]) => (error: unknown) => hasCode(error, name);

Deno.test("a request waits 24 hours for its decision, whatever it asks for", async () => {
  const request = await filed();
  assert.equal(request.state, "pending");
  assert.equal(request.version, 1);
  assert.equal(request.expiresAt, "2026-01-06T08:00:00.000Z");
  assert.equal(request.requester, mara.id);
});

Deno.test("trap: times are written in UTC with fixed width, so that texts sort as times", async () => {
  const request = await filed({}, plan(), new Date("2026-01-05T09:00:00+01:00"));
  for (const time of [request.createdAt, request.updatedAt, request.expiresAt]) {
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  assert.equal(request.createdAt, "2026-01-05T08:00:00.000Z");
});

Deno.test("trap: retention is apart from expiry: the record outlives its decision by 400 days", async () => {
  const request = await filed();
  const kept = request.retainUntil * 1000 - Date.parse(request.expiresAt);
  assert.ok(kept >= 400 * 86_400_000, String(kept));
});

for (
  const row of [
    { name: "9 characters", reason: "x".repeat(9), good: false },
    { name: "10 characters", reason: "x".repeat(10), good: true },
    { name: "9 characters of 4 bytes each", reason: "🐙".repeat(9), good: false },
    { name: "500 characters of 4 bytes each", reason: "🐙".repeat(500), good: true },
    { name: "501 characters", reason: "x".repeat(501), good: false },
    { name: "10 characters that are spaces", reason: " ".repeat(10), good: false },
    { name: "half a character", reason: `half of it: \ud83d`, good: false },
  ]
) {
  Deno.test(`trap: a reason counts characters, not bytes: ${row.name}`, async () => {
    const filing = fileRequest(wish({ reason: row.reason }), plan(), NOW);
    if (row.good) assert.equal((await filing).item.reason, row.reason);
    else await assert.rejects(filing, code("REQUEST_INVALID"));
  });
}

Deno.test("a window over 8 hours is capped and said so, not refused", async () => {
  const { item, capped } = await fileRequest(wish({ durationSeconds: 9 * 3600 }), plan(), NOW);
  assert.deepEqual([item.durationSeconds, capped], [8 * 3600, true]);
  assert.equal((await fileRequest(wish(), plan(), NOW)).capped, false);
  for (const durationSeconds of [0, -1, 0.5, NaN]) {
    const filing = fileRequest(wish({ durationSeconds }), plan(), NOW);
    await assert.rejects(filing, code("REQUEST_INVALID"), String(durationSeconds));
  }
});

for (
  const row of [
    { name: "zeros", random: (n: number) => new Uint8Array(n) },
    { name: "too little", random: () => new Uint8Array(4).fill(1) },
    { name: "nothing", random: () => new Uint8Array() },
  ]
) {
  Deno.test(`trap: a generator that gives ${row.name} throws, it makes no id`, () => {
    assert.throws(() => newRecordId(row.random), code("INTERNAL"));
  });
}

Deno.test("an id is 16 lower-case hex digits", () => {
  assert.equal(newRecordId((n) => new Uint8Array(n).fill(0xab)), "ab".repeat(8));
});

Deno.test("trap: the window counts from the approval, not from the request", async () => {
  const request = await approved({}, at("20:00:00.000"));
  assert.equal(request.approvedAt, "2026-01-05T20:00:00.000Z");
  assert.equal(request.windowEndsAt, "2026-01-05T21:00:00.000Z");
  assert.equal(stateAt(request, at("20:59:59.999")), "approved");
  assert.equal(stateAt(request, at("21:00:00.000")), "expired");
});

Deno.test("a start that was asked for moves the window", async () => {
  const request = await approved({ notBefore: at("12:00:00.000") });
  assert.equal(request.windowEndsAt, "2026-01-05T13:00:00.000Z");
});

Deno.test("a start that has passed is no delay: the window counts from the approval", async () => {
  const request = await approved({ notBefore: at("08:30:00.000") });
  assert.equal(request.windowEndsAt, "2026-01-05T10:00:00.000Z");
});

for (
  const start of ["2026-01-05T07:00:00.000Z", "2026-01-05T08:00:00.000Z", "2026-02-05T08:00:00Z"]
) {
  Deno.test(`a start at ${start} can't be asked for`, async () => {
    const filing = fileRequest(wish({ notBefore: new Date(start) }), plan(), NOW);
    await assert.rejects(filing, code("REQUEST_INVALID"));
  });
}

Deno.test("trap: expiry is computed when it is read: a stale pending row can't be approved", async () => {
  const request = await filed();
  const late = new Date("2026-01-06T08:00:00.000Z");
  assert.equal(stateAt(request, new Date(late.getTime() - 1)), "pending");
  assert.equal(stateAt(request, late), "expired");
  await assert.rejects(say(request, "approve", lea, late), code("STATE_REFUSED"));
});

Deno.test("trap: expiry is written down and told of, once", async () => {
  const request = await filed();
  assert.equal(expire(request, NOW), null);
  const change = expire(request, new Date("2026-01-06T08:00:00.000Z"));
  assert.equal(change?.item.state, "expired");
  assert.deepEqual(change?.expected, { version: 1, state: "pending" });
  assert.deepEqual(change?.events.map(({ type, actor }) => [type, actor]), [
    ["request.expired", "clock"],
  ]);
  assert.equal(change && expire(change.item, new Date("2026-01-07T08:00:00.000Z")), null);
});

Deno.test("trap: each change names the state and version that must still be stored", async () => {
  const change = await say(await filed(), "approve", lea, NOW);
  assert.deepEqual(change.expected, { version: 1, state: "pending" });
  assert.equal(change.item.version, 2);
});

for (
  const row of [
    { name: "under the same name", who: mara },
    { name: "with another principal", who: person("mara", "aws:444455556666:user:AIDAOTHER") },
    { name: "under another name", who: person("lea", mara.id) },
    { name: "in other letters", who: person("MARA", "aws:444455556666:user:AIDAOTHER") },
    { name: "by an alias", who: { ...lea, aliases: ["mara"] } },
  ]
) {
  for (const verdict of ["approve", "deny"] as const) {
    Deno.test(`trap: nobody decides about their own request: ${verdict} ${row.name}`, async () => {
      const policy = `version: "1"\nrules: [{name: all, approvers: [mara, lea, MARA]}]`;
      const request = await filed({}, plan(policy));
      await assert.rejects(
        say(request, verdict, row.who, NOW, plan(policy)),
        { code: "APPROVER_REFUSED", message: /of their own$/ },
      );
    });
  }
}

Deno.test("trap: one person with two accounts is one person where the policy says so", async () => {
  const policy = `
version: "1"
people: { mara: ["ops+abcdefghij"] }
rules: [{name: all, approvers: ["ops+abcdefghij", lea]}]`;
  const other = person("ops+abcdefghij", "aws:444455556666:user:AIDAOTHER");
  const request = await filed({}, plan(policy));
  await assert.rejects(say(request, "approve", other, NOW, plan(policy)), {
    code: "APPROVER_REFUSED",
    message: /of their own$/,
  });
});

Deno.test("trap: deny asks for the same right as approve", async () => {
  const request = await filed();
  await assert.rejects(say(request, "deny", zoe, NOW), code("APPROVER_REFUSED"));
  const { item } = await say(request, "deny", tom, NOW);
  assert.deepEqual([item.state, item.closedBy], ["denied", "tom"]);
});

Deno.test("trap: without a rule for the profile nobody may decide, and nobody may ask", async () => {
  const request = await filed();
  await assert.rejects(say(request, "approve", lea, NOW, null), code("APPROVER_REFUSED"));
  await assert.rejects(fileRequest(wish(), null, NOW), code("APPROVER_REFUSED"));
  assert.equal(planFor([], "prod"), null);
});

Deno.test("trap: a request that nobody could approve is refused when it is asked", async () => {
  const own = plan(`version: "1"\nrules: [{name: own, approvers: [mara]}]`);
  await assert.rejects(fileRequest(wish(), own, NOW), code("APPROVER_REFUSED"));
  const two = plan(`version: "1"\nrules: [{name: two, approvers: [mara, lea], count: 2}]`);
  await assert.rejects(fileRequest(wish(), two, NOW), code("APPROVER_REFUSED"));
});

for (const verdict of ["approve", "deny"] as const) {
  Deno.test(`trap: only pending goes on: ${verdict} of what is decided`, async () => {
    const pending = await filed();
    for (
      const over of [
        await approved(),
        (await say(pending, "deny", lea, NOW)).item,
        cancel(pending, mara, null, NOW).item,
      ]
    ) {
      await assert.rejects(say(over, verdict, tom, at("09:30:00.000")), code("STATE_REFUSED"));
    }
  });
}

Deno.test("trap: there is a cancel, for who asked alone", async () => {
  const request = await filed();
  assert.throws(() => cancel(request, lea, null, NOW), code("APPROVER_REFUSED"));
  const { item, events } = cancel(request, mara, " not needed ", NOW);
  assert.deepEqual([item.state, item.closedBy, item.closedReason], [
    "cancelled",
    "mara",
    "not needed",
  ]);
  assert.equal(events[0]?.type, "request.cancelled");
  assert.throws(() => cancel(item, mara, null, NOW), code("STATE_REFUSED"));
});

Deno.test("trap: an approval can be taken back after it was used", async () => {
  const request = await approved();
  assert.throws(
    () => takeBack(request, zoe, "not hers to take", plan(), at("09:30:00.000")),
    code("APPROVER_REFUSED"),
  );
  for (const who of [lea, tom]) {
    const { item } = takeBack(request, who, "the incident is over", plan(), at("09:30:00.000"));
    assert.deepEqual([item.state, item.closedBy], ["revoked", who.user]);
  }
  const gone = takeBack(request, lea, "I may not any more", null, at("09:30:00.000"));
  assert.equal(gone.item.state, "revoked");
});

Deno.test("single use is used up by a change that needs the approved state", async () => {
  const request = await filed({ profile: "vault" });
  const one = await say(request, "approve", lea, at("08:01:00.000"));
  assert.deepEqual([one.item.state, one.events[0]?.type], ["pending", "request.endorsed"]);
  const two = await say(one.item, "approve", tom, at("08:02:00.000"));
  assert.deepEqual([two.item.state, two.item.approvedAt], [
    "approved",
    "2026-01-05T08:02:00.000Z",
  ]);
  const used = consume(two.item, "00000000000000b2", at("08:03:00.000"));
  assert.deepEqual(used?.expected, { version: 3, state: "approved" });
  assert.deepEqual([used?.item.state, used?.item.usedBy], ["used", "00000000000000b2"]);
  assert.throws(
    () => consume(used?.item as AccessRequest, "00000000000000b3", at("08:04:00.000")),
    code("APPROVAL_OVER"),
  );
});

Deno.test("a time-boxed approval is not used up", async () => {
  assert.equal(consume(await approved(), "00000000000000b2", at("09:30:00.000")), null);
});

Deno.test("trap: two yes of one person are one, under whatever name", async () => {
  const first = (await say(await filed({ profile: "vault" }), "approve", lea, NOW)).item;
  const again = { ...person("zoe", "aws:1:user:Z"), aliases: [lea.id] };
  await assert.rejects(say(first, "approve", lea, NOW), code("APPROVER_REFUSED"));
  await assert.rejects(say(first, "approve", again, NOW), code("APPROVER_REFUSED"));
});

Deno.test("trap: a decision about another form of the request does not count", async () => {
  const request = await filed();
  const decision = await decisionOf(request, lea, "approve", null, NOW);
  const edited = { ...request, durationSeconds: 7200 };
  const digest = await approvalDigest(statementOf(edited));
  assert.throws(() => decide(edited, decision, digest, plan(), NOW), code("APPROVAL_EDITED"));
});

for (const [name, now] of [["too old", "08:05:00.001"], ["of the future", "07:59:59.999"]]) {
  Deno.test(`a decision that is ${name} does not count`, async () => {
    const request = await filed({}, plan(), at("07:00:00.000"));
    const decision = await decisionOf(request, lea, "approve", null, NOW);
    const digest = await approvalDigest(statementOf(request));
    const late = at(now ?? "");
    assert.throws(() => decide(request, decision, digest, plan(), late), code("DECISION_STALE"));
  });
}

Deno.test("trap: an automatic approval tells of both, created and approved, and says it is automatic", async () => {
  const auto = plan(`
version: "1"
rules: [{name: auto, approvers: [lea], auto_approve: {users: [mara], max_duration: 1h}}]`);
  const { item, events } = await fileRequest(wish(), auto, NOW);
  assert.deepEqual([item.state, item.decisions[0]?.automatic], ["approved", true]);
  assert.deepEqual(events.map(({ type }) => type), ["request.created", "request.approved"]);
  assert.equal(events[1]?.decision?.auto_approved, true);
  assert.equal(events[1]?.actor, "policy");
  const longer = await fileRequest(wish({ durationSeconds: 3601 }), auto, NOW);
  assert.equal(longer.item.state, "pending");
});

Deno.test("trap: automatic is a flag of its own, never a comparison of names", async () => {
  const change = await say(await filed(), "approve", lea, NOW);
  assert.equal(change.events[0]?.decision?.auto_approved, false);
});

Deno.test("a ticket or comment of nothing but spaces is none, and spaces around it go", async () => {
  assert.equal((await filed({ ticket: "  " })).ticket, null);
  assert.equal((await filed({ ticket: " INC-1 " })).ticket, "INC-1");
  assert.equal((await decisionOf(await filed(), lea, "approve", " ", NOW)).comment, null);
});

Deno.test("what can happen to a request is a closed list", () => {
  assert.equal(
    REQUEST_EVENTS.join(" "),
    "request.created request.endorsed request.approved request.denied request.expired " +
      "request.cancelled request.revoked request.used",
  );
  assert.equal(
    REQUEST_STATES.join(" "),
    "pending approved denied expired cancelled revoked used",
  );
});

Deno.test("a broken clock grants nothing", async () => {
  const request = await approved();
  assert.throws(() => stateAt(request, new Date(NaN)), RangeError);
  await assert.rejects(fileRequest(wish(), plan(), new Date(NaN)), RangeError);
});

const sso = (name: string) =>
  parsePrincipal({
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/${name}`,
    account: ACCOUNT,
    userId: `AROADEV:${name}`,
  });

Deno.test("trap: two people of one permission set are two; sessions of one plain role are one", () => {
  const issuer = { kind: "identity-center", accounts: [ACCOUNT] } as const;
  assert.notEqual(personOf(sso("mara"), "mara", issuer).id, personOf(sso("lea"), "lea", issuer).id);
  assert.equal(personOf(sso("mara"), "a", null).id, personOf(sso("lea"), "a", null).id);
});
