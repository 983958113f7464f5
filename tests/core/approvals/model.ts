// approvals: the state machine against a model of a few lines, on any store, under a clock that jumps.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  type AccessRequest,
  cancel,
  consume,
  expire,
  fileRequest,
  judgeUse,
  type Person,
  planFor,
  readRequest,
  type RequestChange,
  stateAt,
  takeBack,
} from "../../../lib/core/approvals/mod.ts";
import { parseApprovalPolicy } from "../../../lib/core/approvals/mod.ts";
import { asSentinelError } from "../../../lib/core/errors/mod.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import type { Keeper } from "./memory.ts";
import { lea, mara, say, tom, wish, zoe } from "./people.ts";

const POLICY = parseApprovalPolicy(
  `
version: "1"
rules:
  - {name: one, profiles: [prod], approvers: [lea, tom, mara], within: 2h}
  - {name: two, profiles: [vault], approvers: [lea, tom, mara], count: 2, use: once, within: 2h}`,
  "approval.yaml",
);
const PEOPLE: readonly Person[] = [mara, lea, tom, zoe];
const APPROVERS = ["lea", "tom"];
const HOUR = 3_600_000;
const SKEW = 120_000;
const START = Date.parse("2026-01-05T08:00:00.000Z");

/** All that the model knows, in numbers and words. */
export interface Model {
  now: number;
  id: number;
  profile: "prod" | "vault";
  /** What is written down; time is not looked at. */
  status: "none" | "pending" | "approved" | "over";
  made: number;
  opens: number;
  yes: string[];
  decided: number;
}

/** The request as it is stored. */
export interface Real {
  store: Keeper;
  id: string;
  seen: Set<string>;
}

function windowOpens(m: Model): number {
  return Math.max(m.decided, m.opens);
}

/** The model's own idea of where the request stands. */
function standing(m: Model): "none" | "pending" | "approved" | "over" {
  if (m.status === "pending" && m.now >= m.made + 2 * HOUR) return "over";
  if (m.status === "approved" && m.now >= windowOpens(m) + HOUR) return "over";
  return m.status;
}

async function load(real: Real): Promise<AccessRequest> {
  return readRequest(await real.store.get(TABLES.requests, real.id));
}

/** Makes the change and writes it; true when it was possible. What was refused has a code of its own. */
async function attempt(
  real: Real,
  change: (request: AccessRequest) => Promise<RequestChange> | RequestChange,
): Promise<boolean> {
  try {
    const { item, expected, events } = await change(await load(real));
    assert.ok(events.every(({ request }) => request.status === item.state));
    assert.equal(await real.store.replace(TABLES.requests, item, expected), "done");
    return true;
  } catch (error) {
    const { code } = asSentinelError(error);
    assert.match(
      code,
      /^(STATE_REFUSED|APPROVER_REFUSED|APPROVAL_OVER|CLOCK_SKEWED)$/,
      String(error),
    );
    real.seen.add(code);
    return false;
  }
}

const plan = (request: AccessRequest) => planFor([POLICY], request.profile);
const PRESENT = (m: Readonly<Model>) => m.status !== "none";
type Step = fc.AsyncCommand<Model, Real>;

function step(name: string, check: (m: Readonly<Model>) => boolean, run: Step["run"]): Step {
  return { check, run, toString: () => name };
}

function file(profile: Model["profile"], ahead: number): Step {
  return step(`file ${profile}+${ahead}`, (m) => standing(m) !== "pending", async (m, real) => {
    m.id++;
    real.id = m.id.toString(16).padStart(16, "0");
    const notBefore = ahead === 0 ? null : new Date(m.now + ahead);
    const asked = wish({ id: real.id, profile, notBefore });
    const now = new Date(m.now);
    const { item } = await fileRequest(asked, planFor([POLICY], profile), now);
    assert.equal(await real.store.create(TABLES.requests, item), "done");
    const opens = notBefore?.getTime() ?? -Infinity;
    Object.assign(m, { status: "pending", profile, made: m.now, opens, yes: [], decided: 0 });
  });
}

function decides(verdict: "approve" | "deny", who: Person): Step {
  return step(`${verdict} ${who.user}`, PRESENT, async (m, real) => {
    const may = standing(m) === "pending" && APPROVERS.includes(who.user) &&
      !m.yes.includes(who.user) && m.now >= m.made - SKEW;
    const done = await attempt(
      real,
      (request) => say(request, verdict, who, new Date(m.now), plan(request)),
    );
    assert.equal(done, may);
    if (!may) return;
    if (verdict === "deny") m.status = "over";
    else {
      m.yes.push(who.user);
      m.decided = m.yes.length === 1 ? m.now : Math.max(m.decided, m.now);
      if (m.yes.length === (m.profile === "prod" ? 1 : 2)) m.status = "approved";
    }
  });
}

function cancels(who: Person): Step {
  return step(`cancel ${who.user}`, PRESENT, async (m, real) => {
    const may = who === mara && ["pending", "approved"].includes(standing(m));
    assert.equal(await attempt(real, (one) => cancel(one, who, null, new Date(m.now))), may);
    if (may) m.status = "over";
  });
}

function takesBack(who: Person): Step {
  return step(`take back ${who.user}`, PRESENT, async (m, real) => {
    const may = standing(m) === "approved" && APPROVERS.includes(who.user);
    const done = await attempt(
      real,
      (one) => takeBack(one, who, "no longer needed", plan(one), new Date(m.now)),
    );
    assert.equal(done, may);
    if (may) m.status = "over";
  });
}

function uses(who: Person): Step {
  return step(`use ${who.user}`, PRESENT, async (m, real) => {
    const now = new Date(m.now);
    const request = await load(real);
    const { profile, role } = request;
    const asked = { caller: who, profile, role, sessionPolicyDigest: null, keys: null, now };
    const verdict = await judgeUse(request, { ...asked, plan: plan(request) });
    const may = who === mara && standing(m) === "approved" && m.now >= m.decided - SKEW &&
      m.now >= m.opens;
    assert.equal(verdict.usable, may, JSON.stringify(verdict));
    real.seen.add(verdict.usable ? "used" : verdict.code);
    if (!verdict.usable) return;
    assert.equal(verdict.until.getTime(), windowOpens(m) + HOUR);
    assert.ok(verdict.until.getTime() > m.now);
    const change = consume(request, "00000000000000ff", now);
    assert.equal(change !== null, m.profile === "vault");
    if (change === null) return;
    assert.equal(await real.store.replace(TABLES.requests, change.item, change.expected), "done");
    assert.equal(
      await real.store.replace(TABLES.requests, change.item, change.expected),
      "conflict",
      "a single use is used up once",
    );
    m.status = "over";
  });
}

const expires = step("expire", PRESENT, async (m, real) => {
  const change = expire(await load(real), new Date(m.now));
  const due = ["pending", "approved"].includes(m.status) && standing(m) === "over";
  assert.equal(change !== null, due);
  if (change === null) return;
  assert.equal(await real.store.replace(TABLES.requests, change.item, change.expected), "done");
  m.status = "over";
});

/** Two people decide about what both have read: one write counts, whoever comes first. */
const race = step(
  "race",
  (m) => standing(m) === "pending" && m.yes.length === 0,
  async (m, real) => {
    if (m.now < m.made - SKEW) return;
    const request = await load(real);
    const now = new Date(m.now);
    const yes = await say(request, "approve", lea, now, plan(request));
    const no = await say(request, "deny", tom, now, plan(request));
    assert.equal(await real.store.replace(TABLES.requests, no.item, no.expected), "done");
    assert.equal(await real.store.replace(TABLES.requests, yes.item, yes.expected), "conflict");
    m.status = "over";
  },
);

function jump(by: number): Step {
  return step(`jump ${by}`, () => true, async (m, real) => {
    m.now += by;
    if (m.status === "none") return;
    const state = stateAt(await load(real), new Date(m.now));
    const words = { pending: "pending", approved: "approved" }[state as string] ?? "over";
    assert.equal(words, standing(m));
  });
}

const anybody = fc.constantFrom(...PEOPLE);
const MINUTE = 60_000;
const jumps = fc.oneof(
  fc.constantFrom(1, MINUTE, HOUR - 1, HOUR, 2 * HOUR - 1, 2 * HOUR, 24 * HOUR),
  fc.constantFrom(-1, -MINUTE, -2 * MINUTE, -2 * MINUTE - 1, -HOUR, -24 * HOUR),
  fc.integer({ min: -HOUR, max: 3 * HOUR }),
);

/** The steps that anybody may try, at any time. */
export const STEPS: fc.Arbitrary<Step>[] = [
  fc.tuple(fc.constantFrom("prod" as const, "vault" as const), fc.constantFrom(0, 0, 1, HOUR))
    .map(([profile, ahead]) => file(profile, ahead)),
  fc.tuple(fc.constantFrom("approve" as const, "approve" as const, "deny" as const), anybody)
    .map(([verdict, who]) => decides(verdict, who)),
  anybody.map(cancels),
  anybody.map(takesBack),
  anybody.map(uses),
  fc.constant(uses(mara)),
  fc.constant(expires),
  fc.constant(race),
  jumps.map(jump),
];

/** A new model with its real counterpart on `store`. */
export function begin(store: Keeper, seen: Set<string>): { model: Model; real: Real } {
  return {
    model: {
      now: START,
      id: 0xa0,
      profile: "prod",
      status: "none",
      made: 0,
      opens: 0,
      yes: [],
      decided: 0,
    },
    real: { store, id: "", seen },
  };
}
