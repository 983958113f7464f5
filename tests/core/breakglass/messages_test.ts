// breakglass: what people read when they are refused: each message and hint, word for word.
import { strict as assert } from "node:assert";
import { asSentinelError } from "../../../lib/core/errors/mod.ts";
import {
  abandon,
  activate,
  closeEvent,
  invoke,
  judgeEmergencyUse,
  parseLimitPolicy,
  prepare,
  reviewEvent,
} from "../../../lib/core/breakglass/mod.ts";
import { memoryStore } from "../approvals/memory.ts";
import { at, lea, mara, NOW, person } from "../approvals/people.ts";
import { active, emergency, idOf, NO_LIMITS, policy, prepared } from "./emergencies.ts";

async function said(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    const { code, message, hint } = asSentinelError(error);
    return hint === null ? `${code} ${message}` : `${code} ${message} | ${hint}`;
  }
  return "nothing";
}

const SHOW = "sentinel breakglass show 00000000000000b0";
const sam = person("sam");
const END = at("09:00:00.000");
const LONG = "long enough a text to be one";
const reviewed = reviewEvent(active(), sam, "justified", LONG, policy(), END).item;
const limits = parseLimitPolicy(
  `version: "1"\nrules: [{name: a, cooldown: 2h, max_per_user: 9, quota_window: 1d}]`,
  "ratelimit.yaml",
).rules[0] ?? assert.fail();

const SAID: [string, () => unknown, string][] = [
  [
    "all that fails",
    () =>
      prepare(
        emergency({ profile: "vault", invoker: lea, reasonCode: "other", durationSeconds: 7200 }),
        policy(),
        null,
        NOW,
      ),
    'BREAKGLASS_REFUSED Cannot break glass for "vault" as "lea": user: the rule does not name this user; reason: want a reason of incident, security; time: it is open any day 22:00-06:00 UTC; duration: want 1h at most | sentinel request --profile vault',
  ],
  [
    "no policy",
    () => prepare(emergency(), null, null, NOW),
    'BREAKGLASS_REFUSED Cannot break glass for "prod" as "mara": policy: there is no break-glass policy, so nobody may | sentinel request --profile prod',
  ],
  [
    "trap: a profile whose name a shell would run",
    () => prepared({ profile: "x; reboot" }),
    `BREAKGLASS_REFUSED Cannot break glass for "x; reboot" as "mara": profile: no rule of the break-glass policy covers it | sentinel request --profile 'x; reboot'`,
  ],
  [
    "no rule",
    () => prepared({ profile: "dev" }),
    'BREAKGLASS_REFUSED Cannot break glass for "dev" as "mara": profile: no rule of the break-glass policy covers it | sentinel request --profile dev',
  ],
  [
    "no second factor",
    () => prepared({ profile: "keys" }),
    "MFA_REQUIRED Cannot break glass: the rule wants a second factor by totp | give it with --mfa-code",
  ],
  [
    "another second factor",
    () =>
      prepare(
        emergency({ profile: "keys" }),
        policy(),
        { method: "sms", at: NOW, challenge: null },
        NOW,
      ),
    "MFA_REFUSED Cannot break glass: found a second factor by sms, want totp",
  ],
  [
    "no id",
    () => prepared({ id: "x" }),
    "REQUEST_INVALID Cannot break glass: found no 16 hex digits as its id",
  ],
  [
    "no duration",
    () => prepared({ durationSeconds: 0 }),
    "REQUEST_INVALID Cannot break glass: found no whole seconds as its duration",
  ],
  [
    "a long ticket",
    () => prepared({ ticket: "x".repeat(101) }),
    "REQUEST_INVALID Cannot take ticket: found 101 characters, want 1 to 100",
  ],
  [
    "started twice",
    () => activate(active(), NOW),
    `STATE_REFUSED Cannot start break-glass event 00000000000000b0: found it active, want it prepared | ${SHOW}`,
  ],
  [
    "abandoned too late",
    () => abandon(active(), "x", NOW),
    `STATE_REFUSED Cannot abandon break-glass event 00000000000000b0: found it active, want it prepared | ${SHOW}`,
  ],
  [
    "closed by a stranger",
    () => closeEvent(active(), lea, LONG, policy(), NOW),
    `APPROVER_REFUSED Cannot close break-glass event 00000000000000b0 as "lea": only its invoker and the policy's security may | ${SHOW}`,
  ],
  [
    "closed when it is over",
    () => closeEvent(active(), mara, LONG, policy(), END),
    `STATE_REFUSED Cannot close break-glass event 00000000000000b0: found it expired, want it active | ${SHOW}`,
  ],
  [
    "reviewed by its invoker",
    () => reviewEvent(active(), mara, "justified", LONG, policy(), END),
    `APPROVER_REFUSED Cannot review break-glass event 00000000000000b0 as "mara": nobody reviews what they did themselves | ${SHOW}`,
  ],
  [
    "reviewed by a stranger",
    () => reviewEvent(active(), lea, "justified", LONG, policy(), END),
    `APPROVER_REFUSED Cannot review break-glass event 00000000000000b0 as "lea": only the policy's security may | ${SHOW}`,
  ],
  [
    "reviewed while it lasts",
    () => reviewEvent(active(), sam, "justified", LONG, policy(), NOW),
    `STATE_REFUSED Cannot review break-glass event 00000000000000b0: found it active, want it over | ${SHOW}`,
  ],
  [
    "reviewed twice",
    () => reviewEvent(reviewed, sam, "justified", LONG, policy(), END),
    `STATE_REFUSED Cannot review break-glass event 00000000000000b0: found it reviewed, want it over | ${SHOW}`,
  ],
  [
    "a short review",
    () => reviewEvent(active(), sam, "justified", "x".repeat(19), policy(), END),
    "REQUEST_INVALID Cannot take review: found 19 characters, want 20 to 2000",
  ],
  [
    "a long review",
    () => reviewEvent(active(), sam, "justified", "x".repeat(2001), policy(), END),
    "REQUEST_INVALID Cannot take review: found 2001 characters, want 20 to 2000",
  ],
  [
    "stacked",
    async () => {
      const store = memoryStore();
      await invoke(store, { event: prepared(), ...NO_LIMITS });
      await invoke(store, { event: prepared({ id: idOf(1) }), ...NO_LIMITS });
    },
    "BREAKGLASS_STACKED Cannot break glass for this profile: event 00000000000000b0 is active until 2026-01-05T09:00:00.000Z | sentinel exec --profile prod; to end it: sentinel breakglass close 00000000000000b0",
  ],
  [
    "limited",
    async () => {
      const store = memoryStore();
      await invoke(store, { event: prepared(), ...NO_LIMITS });
      const next = prepared({ id: idOf(1) }, END);
      await invoke(store, { event: next, ...NO_LIMITS, limits, now: () => END });
    },
    "BREAKGLASS_LIMITED Cannot break glass for this profile: cooldown (1 by this person, 1 on the profile); it opens in 1h | sentinel request --profile prod",
  ],
  [
    "beaten",
    () => {
      const store = memoryStore();
      const create: typeof store.create = async (table, item) =>
        table.name === "locks" ? "exists" : await store.create(table, item);
      return invoke({ ...store, create }, { event: prepared(), ...NO_LIMITS });
    },
    "STORE_BUSY Cannot break glass: others were first, again and again | try again",
  ],
];

for (const [name, work, wanted] of SAID) {
  Deno.test(`who is refused reads why: ${name}`, async () => {
    assert.equal(await said(work), wanted);
  });
}

const asked = { caller: mara, profile: "prod", role: emergency().role, policy: policy(), now: NOW };
const WHYS: [string, () => ReturnType<typeof judgeEmergencyUse>, string][] = [
  ["another's", () => judgeEmergencyUse(active(), { ...asked, caller: lea }), "it is mara's"],
  [
    "profile",
    () => judgeEmergencyUse(active(), { ...asked, profile: "x" }),
    "it is for another profile",
  ],
  ["role", () => judgeEmergencyUse(active(), { ...asked, role: null }), "it is for another role"],
  ["prepared", () => judgeEmergencyUse(prepared(), asked), "it is prepared"],
  ["over", () => judgeEmergencyUse(active(), { ...asked, now: END }), "it is expired"],
  [
    "a clock that is behind",
    () => judgeEmergencyUse(active(), { ...asked, now: at("07:57:59.999") }),
    "it was invoked in the future",
  ],
  [
    "no policy",
    () => judgeEmergencyUse(active(), { ...asked, policy: null }),
    "the break-glass policy does not let them any more",
  ],
  [
    "a second factor",
    () => judgeEmergencyUse({ ...active(), profile: "keys" }, { ...asked, profile: "keys" }),
    "the break-glass policy wants a second factor that it has not",
  ],
];

for (const [name, work, wanted] of WHYS) {
  Deno.test(`an event that does not count says why: ${name}`, () => {
    const verdict = work();
    assert.equal(verdict.usable ? "usable" : verdict.why, wanted);
  });
}

Deno.test("a clock that is two minutes behind is taken for the same clock", () => {
  assert.ok(judgeEmergencyUse(active(), { ...asked, now: at("07:58:00.000") }).usable);
});
