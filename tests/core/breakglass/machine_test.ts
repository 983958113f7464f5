// breakglass: who may break the glass, for how long, and who closes and reviews it: the traps by name.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  abandon,
  activate,
  breakGlassStateAt,
  closeEvent,
  expireEvent,
  judgeEmergency,
  judgeEmergencyUse,
  judgeInvocation,
  prepare,
  readBreakGlass,
  readLedger,
  reviewEvent,
} from "../../../lib/core/breakglass/mod.ts";
import { faultOf } from "../../../lib/core/store/item.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { at, lea, mara, NOW, person, tom } from "../approvals/people.ts";
import { active, emergency, POLICY, policy, prepared } from "./emergencies.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");
const code = (name: Parameters<typeof hasCode>[1]) => (error: unknown) => hasCode(error, name);
const sam = person("sam");
const REASON = "the queue runs again";

Deno.test("an event is an item of its table, and is read back as it was", () => {
  for (const event of [prepared(), active()]) {
    assert.equal(faultOf(TABLES.breakglass, event), null);
    assert.deepEqual(readBreakGlass(JSON.parse(JSON.stringify(event))), event);
  }
});

Deno.test("trap: a row with any field missing or of another type is damaged", () => {
  const event = active();
  for (const field of Object.keys(event)) {
    const { [field]: _, ...without } = event as Record<string, unknown>;
    assert.throws(() => readBreakGlass(without), { code: "STORE_DAMAGED" }, field);
  }
  fc.assert(
    fc.property(fc.anything(), (row) => {
      for (const read of [readBreakGlass, readLedger]) {
        assert.throws(() => read(row), { code: "STORE_DAMAGED" });
      }
    }),
    { seed: 71, numRuns: RUNS },
  );
});

Deno.test("trap: retention is apart from the end: the event outlives it by 400 days", () => {
  const event = active();
  assert.ok(event.retainUntil * 1000 - Date.parse(event.expiresAt) >= 400 * 86_400_000);
});

for (
  const row of [
    { name: "19 characters", edit: { justification: "x".repeat(19) } },
    { name: "1001 characters", edit: { justification: "x".repeat(1001) } },
    { name: "no duration", edit: { durationSeconds: 0 } },
    { name: "half a second", edit: { durationSeconds: 0.5 } },
    { name: "no id", edit: { id: "0".repeat(16) } },
  ]
) {
  Deno.test(`trap: input is judged before a code is used up: ${row.name}`, () => {
    const wish = emergency(row.edit);
    assert.throws(() => judgeEmergency(wish, policy(), NOW), code("REQUEST_INVALID"));
  });
}

Deno.test("an event over 4 hours is cut to that, and said so", () => {
  const found = judgeEmergency(emergency({ durationSeconds: 5 * 3600 }), policy(), NOW);
  assert.deepEqual([found.durationSeconds, found.capped], [4 * 3600, true]);
  assert.equal(judgeEmergency(emergency(), policy(), NOW).capped, false);
});

Deno.test("trap: no policy means nobody, and so does a policy without a rule for the profile", () => {
  assert.throws(() => prepare(emergency(), null, null, NOW), code("BREAKGLASS_REFUSED"));
  assert.throws(() => prepared({ profile: "dev" }), code("BREAKGLASS_REFUSED"));
});

const NIGHT = new Date("2026-01-05T23:00:00.000Z");
for (
  const row of [
    { name: "everything holds", ask: {}, failing: null },
    { name: "somebody else", ask: { user: "lea" }, failing: ["user"] },
    { name: "another reason", ask: { reasonCode: "other" as const }, failing: ["reason"] },
    { name: "by day", ask: { now: NOW }, failing: ["time"] },
    {
      name: "trap: too long, inside the window, is told as too long and not as a wrong time",
      ask: { durationSeconds: 3601 },
      failing: ["duration"],
    },
    {
      name: "too long and by day",
      ask: { durationSeconds: 3601, now: NOW },
      failing: ["time", "duration"],
    },
    { name: "trap: past midnight", ask: { now: new Date("2026-01-06T05:59:00Z") }, failing: null },
  ]
) {
  Deno.test(`judgeInvocation() names what fails: ${row.name}`, () => {
    const verdict = judgeInvocation(policy(), {
      user: "mara",
      profile: "vault",
      reasonCode: "incident",
      durationSeconds: 3600,
      now: NIGHT,
      ...row.ask,
    });
    const failing = verdict.allowed ? null : verdict.failing.map(({ condition }) => condition);
    assert.deepEqual(failing, row.failing);
  });
}

Deno.test("trap: a rule that wants a second factor gets it, by one of its methods, and it is kept", () => {
  const wish = emergency({ profile: "keys" });
  assert.throws(() => prepare(wish, policy(), null, NOW), code("MFA_REQUIRED"));
  const proof = { at: NOW, challenge: "00000000000000c1" };
  assert.throws(
    () => prepare(wish, policy(), { ...proof, method: "sms" }, NOW),
    code("MFA_REFUSED"),
  );
  const event = prepare(wish, policy(), { ...proof, method: "totp" }, NOW);
  assert.deepEqual([event.mfaMethod, event.mfaVerifiedAt, event.mfaChallenge], [
    "totp",
    "2026-01-05T08:00:00.000Z",
    "00000000000000c1",
  ]);
  const { breakglass } = activate(event, NOW).events[0] ?? assert.fail();
  assert.deepEqual([breakglass.mfa_verified, breakglass.mfa_method], [true, "totp"]);
});

Deno.test("a prepared event grants nothing until it is started", () => {
  const verdict = judgeEmergencyUse(prepared(), question());
  assert.equal(!verdict.usable && verdict.code, "BREAKGLASS_OVER");
});

function question(changed = {}) {
  const { profile, role } = emergency();
  return { caller: mara, profile, role, policy: policy(), now: at("08:30:00.000"), ...changed };
}

Deno.test("trap: an event grants what is left of it, under a mark of its own: its id, not 'direct'", () => {
  assert.deepEqual(judgeEmergencyUse(active(), question()), {
    usable: true,
    grantId: "00000000",
    until: at("09:00:00.000"),
    remainingSeconds: 1800,
  });
});

for (
  const row of [
    { name: "somebody else", changed: { caller: lea }, code: "BREAKGLASS_REFUSED" },
    {
      name: "the same name elsewhere",
      changed: { caller: person("mara", "x") },
      code: "BREAKGLASS_REFUSED",
    },
    { name: "another profile", changed: { profile: "vault" }, code: "BREAKGLASS_REFUSED" },
    { name: "another role", changed: { role: null }, code: "BREAKGLASS_REFUSED" },
    { name: "its end", changed: { now: at("09:00:00.000") }, code: "BREAKGLASS_OVER" },
    { name: "before its time", changed: { now: at("07:57:59.000") }, code: "BREAKGLASS_REFUSED" },
    { name: "no policy any more", changed: { policy: null }, code: "BREAKGLASS_REFUSED" },
    {
      name: "a policy that does not name them any more",
      changed: { policy: policy(`version: "1"\nrules: [{name: a, users: [lea]}]`) },
      code: "BREAKGLASS_REFUSED",
    },
    {
      name: "a policy that wants a second factor now",
      changed: {
        policy: policy(`version: "1"\nrules: [{name: a, users: [mara], mfa: {required: true}}]`),
      },
      code: "BREAKGLASS_REFUSED",
    },
  ]
) {
  Deno.test(`an event grants nothing: ${row.name}`, () => {
    const verdict = judgeEmergencyUse(active(), question(row.changed));
    assert.equal(verdict.usable ? "usable" : verdict.code, row.code);
  });
}

Deno.test("trap: an edited end grants no more than four hours", () => {
  const event = { ...active(), expiresAt: "2026-02-05T08:00:00.000Z" };
  const verdict = judgeEmergencyUse(event, question({ now: at("11:59:59.000") }));
  assert.equal(verdict.usable && verdict.remainingSeconds, 1);
  assert.equal(breakGlassStateAt(event, at("12:00:00.000")), "expired");
});

Deno.test("trap: only the invoker and security close an event, and say why in 10 to 1000 characters", () => {
  const event = active();
  for (const stranger of [lea, tom]) {
    assert.throws(
      () => closeEvent(event, stranger, REASON, policy(), NOW),
      code("APPROVER_REFUSED"),
    );
  }
  assert.throws(() => closeEvent(event, sam, REASON, null, NOW), code("APPROVER_REFUSED"));
  for (const reason of ["too short", "x".repeat(1001)]) {
    assert.throws(() => closeEvent(event, mara, reason, policy(), NOW), code("REQUEST_INVALID"));
  }
  for (const who of [mara, sam]) {
    const { item, events, expected } = closeEvent(event, who, REASON, policy(), NOW);
    assert.deepEqual([item.state, item.closedBy, item.closedReason], ["closed", who.user, REASON]);
    assert.deepEqual(expected, { version: 2, state: "active" });
    assert.equal(events[0]?.type, "breakglass.closed");
    const verdict = judgeEmergencyUse(item, question());
    assert.equal(!verdict.usable && verdict.code, "BREAKGLASS_OVER");
    assert.throws(() => closeEvent(item, who, REASON, policy(), NOW), code("STATE_REFUSED"));
  }
});

Deno.test("trap: that an event has run out is written down and told of, once", () => {
  const event = active();
  const end = at("09:00:00.000");
  assert.equal(expireEvent(event, new Date(end.getTime() - 1)), null);
  const change = expireEvent(event, end);
  assert.deepEqual([change?.item.state, change?.events[0]?.type], [
    "expired",
    "breakglass.expired",
  ]);
  assert.equal(change && expireEvent(change.item, at("10:00:00.000")), null);
});

Deno.test("an event is started once, and not after its end", () => {
  assert.throws(() => activate(active(), NOW), code("STATE_REFUSED"));
  assert.throws(() => activate(prepared(), at("09:00:00.000")), code("STATE_REFUSED"));
  const gone = abandon(prepared(), "nobody came back", NOW).item;
  assert.equal(gone.state, "abandoned");
  assert.throws(() => activate(gone, NOW), code("STATE_REFUSED"));
  assert.throws(() => abandon(active(), "too late for that", NOW), code("STATE_REFUSED"));
});

Deno.test("a review is by security, of what somebody else did, once, when it is over", () => {
  const over = at("09:00:00.000");
  const text = "read with CloudTrail: ten calls, all on the queue";
  const review = (event = active(), who = sam, now = over, using = policy()) =>
    reviewEvent(event, who, "justified", text, using, now);
  const { item, events } = review();
  assert.deepEqual([item.state, item.review?.by, item.review?.verdict], [
    "expired",
    "sam",
    "justified",
  ]);
  assert.equal(events[0]?.type, "breakglass.reviewed");
  assert.throws(() => review(item), code("STATE_REFUSED"));
  assert.throws(() => review(active(), sam, NOW), code("STATE_REFUSED"));
  assert.throws(() => review(active(), lea), code("APPROVER_REFUSED"));
  assert.throws(() => review(prepared(), sam, NOW), code("STATE_REFUSED"));
  const both = policy(POLICY.replace("security: [sam]", "security: [sam, mara]"));
  assert.throws(() => review(active(), mara, over, both), code("APPROVER_REFUSED"));
  const alias = policy(POLICY.replace("security: [sam]", "security: [sam]\npeople: {sam: [mara]}"));
  assert.throws(() => review(active(), sam, over, alias), code("APPROVER_REFUSED"));
});
