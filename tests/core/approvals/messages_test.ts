// approvals: what people read when they are refused: each message and hint, word for word.
import { strict as assert } from "node:assert";
import {
  approvalDigest,
  cancel,
  consume,
  decide,
  decisionOf,
  fileRequest,
  judgeUse,
  statementOf,
  takeBack,
} from "../../../lib/core/approvals/mod.ts";
import { asSentinelError } from "../../../lib/core/errors/mod.ts";
import { approved, at, filed, lea, mara, NOW, plan, say, tom, wish, zoe } from "./people.ts";

async function said(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    const { code, message, hint } = asSentinelError(error);
    return hint === null ? `${code} ${message}` : `${code} ${message} | ${hint}`;
  }
  return "nothing";
}

const pending = await filed();
const yes = await approved();
const vault = await filed({ profile: "vault" });
const first = (await say(vault, "approve", lea, NOW)).item;
const LATER = at("09:30:00.000");
const short = plan(`version: "1"\nrules: [{name: a, approvers: [lea], max_duration: 30m}]`);
const own = plan(`version: "1"\nrules: [{name: a, approvers: [mara]}]`);
const stale = await decisionOf(pending, lea, "approve", null, NOW);
const edited = { ...pending, reason: "something else altogether" };

const SAID: [string, () => unknown, string][] = [
  [
    "self",
    () => say(pending, "approve", mara, NOW),
    'APPROVER_REFUSED Cannot approve request 00000000000000a1 as "mara": nobody decides about a request of their own | sentinel request show 00000000000000a1',
  ],
  [
    "a stranger",
    () => say(pending, "deny", zoe, NOW),
    'APPROVER_REFUSED Cannot deny request 00000000000000a1 as "zoe": the approval policy does not name them | sentinel request show 00000000000000a1',
  ],
  [
    "no rule",
    () => say(pending, "approve", lea, NOW, null),
    'APPROVER_REFUSED Cannot approve request 00000000000000a1 as "lea": no approval policy has a rule for profile "prod" | sentinel request show 00000000000000a1',
  ],
  [
    "twice",
    () => say(first, "approve", lea, NOW),
    'APPROVER_REFUSED Cannot approve request 00000000000000a1 as "lea": they have said yes before: it takes somebody else | sentinel request show 00000000000000a1',
  ],
  [
    "decided",
    () => say(yes, "approve", tom, LATER),
    "STATE_REFUSED Cannot approve request 00000000000000a1: found it approved, want it pending | sentinel request show 00000000000000a1",
  ],
  [
    "edited",
    async () => decide(edited, stale, await approvalDigest(statementOf(edited)), plan(), NOW),
    "APPROVAL_EDITED Cannot approve request 00000000000000a1: it is no longer what was decided about | sentinel request show 00000000000000a1",
  ],
  [
    "late",
    async () => decide(pending, stale, await approvalDigest(statementOf(pending)), plan(), LATER),
    "DECISION_STALE Cannot approve request 00000000000000a1: found a decision that is too old | decide again",
  ],
  [
    "a clock that is behind",
    () => say(pending, "approve", lea, at("07:57:59.000")),
    "CLOCK_SKEWED Cannot approve request 00000000000000a1: by this machine's clock it is not made yet | set the clock",
  ],
  [
    "lapsed",
    () => say(pending, "approve", lea, NOW, short),
    "APPROVAL_LAPSED Cannot approve request 00000000000000a1: its window is longer than the approval policy allows today | sentinel deny 00000000000000a1",
  ],
  [
    "somebody else's",
    () => cancel(pending, lea, null, NOW),
    'APPROVER_REFUSED Cannot cancel request 00000000000000a1 as "lea": only who asked may cancel | sentinel request show 00000000000000a1',
  ],
  [
    "cancelled twice",
    () => cancel(cancel(pending, mara, null, NOW).item, mara, null, NOW),
    "STATE_REFUSED Cannot cancel request 00000000000000a1: found it cancelled, want it pending or approved | sentinel request show 00000000000000a1",
  ],
  [
    "not theirs to take",
    () => takeBack(yes, zoe, "long enough a reason", plan(), LATER),
    'APPROVER_REFUSED Cannot take back request 00000000000000a1 as "zoe": only its approvers may take an approval back | sentinel request show 00000000000000a1',
  ],
  [
    "too short a reason",
    () => takeBack(yes, lea, "short", plan(), LATER),
    "REQUEST_INVALID Cannot take reason: found 5 characters, want 10 to 1000",
  ],
  [
    "used up",
    () => consume({ ...yes, state: "used" }, "x", LATER),
    "APPROVAL_OVER Cannot use request 00000000000000a1: found it used, want it approved | sentinel request",
  ],
  [
    "nobody could",
    () => fileRequest(wish(), own, NOW),
    'APPROVER_REFUSED Cannot file request for "prod": nobody could approve it: without you, the approval policy names too few people | ask whoever keeps the approval policy',
  ],
  [
    "nobody at all",
    () => fileRequest(wish(), null, NOW),
    'APPROVER_REFUSED Cannot file request for "prod": nobody could approve it: no approval policy has a rule for profile "prod" | ask whoever keeps the approval policy',
  ],
  [
    "no id",
    () => fileRequest(wish({ id: "x" }), plan(), NOW),
    "REQUEST_INVALID Cannot file request: found no 16 hex digits as its id",
  ],
  [
    "no duration",
    () => fileRequest(wish({ durationSeconds: 0 }), plan(), NOW),
    "REQUEST_INVALID Cannot file request: found no whole seconds as its duration",
  ],
  [
    "a start that is past",
    () => fileRequest(wish({ notBefore: NOW }), plan(), NOW),
    "REQUEST_INVALID Cannot file request: found an instant that is past as its start",
  ],
  [
    "a start that is far",
    () => fileRequest(wish({ notBefore: new Date("2026-02-04T08:00:00.001Z") }), plan(), NOW),
    "REQUEST_INVALID Cannot file request: found an instant more than 30 days ahead as its start",
  ],
  [
    "a long ticket",
    () => fileRequest(wish({ ticket: "x".repeat(101) }), plan(), NOW),
    "REQUEST_INVALID Cannot take ticket: found 101 characters, want 1 to 100",
  ],
  [
    "a long comment",
    () => decisionOf(pending, lea, "approve", "x".repeat(501), NOW),
    "REQUEST_INVALID Cannot take comment: found 501 characters, want 1 to 500",
  ],
];

for (const [name, work, wanted] of SAID) {
  Deno.test(`who is refused reads why: ${name}`, async () => {
    assert.equal(await said(work), wanted);
  });
}

const asked = {
  caller: mara,
  profile: "prod",
  role: wish().role,
  sessionPolicyDigest: null,
  plan: plan(),
  keys: null,
  now: LATER,
};
const WHYS: [string, () => ReturnType<typeof judgeUse>, string][] = [
  ["pending", () => judgeUse(pending, asked), "nobody has approved it yet"],
  [
    "early",
    async () => {
      const later = await approved({ notBefore: at("12:00:00.000") });
      return judgeUse(later, asked);
    },
    "it counts from 2026-01-05T12:00:00.000Z",
  ],
  [
    "of the future",
    () => judgeUse(yes, { ...asked, now: at("08:30:00.000") }),
    "it was approved in the future",
  ],
  ["denied", () => judgeUse({ ...yes, state: "denied" }, asked), "it is denied"],
  ["another's", () => judgeUse(yes, { ...asked, caller: lea }), "it is mara's"],
  ["profile", () => judgeUse(yes, { ...asked, profile: "x" }), "it is for another profile"],
  ["role", () => judgeUse(yes, { ...asked, role: null }), "it is for another role"],
  [
    "session policy",
    () => judgeUse(yes, { ...asked, sessionPolicyDigest: "x" }),
    "it is for another session policy",
  ],
  [
    "edited",
    () => judgeUse({ ...yes, reason: "something else" }, asked),
    "it is no longer what was approved",
  ],
  [
    "moved",
    () => judgeUse({ ...yes, windowEndsAt: "2026-01-05T11:00:00.000Z" }, asked),
    "its window is not the one that was approved",
  ],
  [
    "undecided",
    () => judgeUse({ ...yes, decisions: [] }, asked),
    "its decisions do not make it approved",
  ],
  ["unsigned", () => judgeUse(yes, { ...asked, keys: [] }), "the yes of lea is not signed"],
  [
    "no rule",
    () => judgeUse(yes, { ...asked, plan: null }),
    "no approval policy has a rule for it any more",
  ],
  [
    "longer",
    () => judgeUse(yes, { ...asked, plan: short }),
    "its window is longer than the approval policy allows today",
  ],
  [
    "rights lost",
    () => judgeUse(yes, { ...asked, plan: own }),
    "too few of its approvers may approve it today",
  ],
];

for (const [name, work, wanted] of WHYS) {
  Deno.test(`an approval that does not count says why: ${name}`, async () => {
    const verdict = await work();
    assert.equal(verdict.usable ? "usable" : verdict.why, wanted);
  });
}
