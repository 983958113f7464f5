// breakglass: invocations against a model of a few lines, on any store, under a clock that jumps.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  breakGlassStateAt,
  closeEvent,
  GRACE_MS,
  type InvocationStore,
  invoke,
} from "../../../lib/core/breakglass/mod.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { lea, mara, NOW } from "../approvals/people.ts";
import { eventOf, idOf, NO_LIMITS, outcomes, policy, prepared } from "./emergencies.ts";

/** Who has an active event, since when, and who died half-way. */
export interface Model {
  now: number;
  count: number;
  /** Events that nobody closed, in the order in which they were made: a clock that jumps back revives them. */
  active: { user: string; id: string; until: number }[];
  /** Events whose process died after the ledger had let them through, and whom nobody has met yet. */
  dead: { user: string; at: number }[];
}
type Step = fc.AsyncCommand<Model, InvocationStore>;
const HOUR = 3_600_000;

function running(m: Model, user: string): Model["active"] {
  return m.active.filter((one) => one.user === user && m.now < one.until);
}

function step(name: string, run: Step["run"]): Step {
  return { check: () => true, run, toString: () => name };
}

const invokes = (invoker: typeof mara, dies: boolean): Step =>
  step(`${invoker.user} invokes${dies ? " and dies" : ""}`, async (m, store) => {
    const { user } = invoker;
    const now = new Date(m.now);
    const id = idOf(m.count++);
    const met = m.dead.filter((one) => one.user === user && m.now < one.at + HOUR);
    const blocked = running(m, user).length > 0 || met.some(({ at }) => m.now - at < GRACE_MS);
    const event = prepared({ id, invoker }, now);
    const through = dies && !blocked
      ? {
        ...store,
        replace: (...args: Parameters<InvocationStore["replace"]>) =>
          args[1].state === "active" ? Promise.reject(new Error("killed")) : store.replace(...args),
      }
      : store;
    const [found] = await outcomes([
      invoke(through, { event, ...NO_LIMITS, now: () => now }),
    ]);
    assert.equal(found, blocked ? "BREAKGLASS_STACKED" : dies ? "INTERNAL" : "done");
    if (blocked) return;
    m.dead = m.dead.filter((one) => !met.includes(one));
    if (dies) m.dead.push({ user, at: m.now });
    else m.active.push({ user, id, until: m.now + HOUR });
  });

const closes = (invoker: typeof mara): Step =>
  step(`${invoker.user} closes`, async (m, store) => {
    const [mine] = running(m, invoker.user);
    if (mine === undefined) return;
    const event = await eventOf(store, mine.id);
    assert.ok(event);
    assert.equal(breakGlassStateAt(event, new Date(m.now)), "active");
    const change = closeEvent(event, invoker, "it runs again", policy(), new Date(m.now));
    assert.equal(await store.replace(TABLES.breakglass, change.item, change.expected), "done");
    m.active = m.active.filter((one) => one !== mine);
  });

const jump = (by: number): Step =>
  step(`jump ${by}`, (m) => {
    m.now += by;
    return Promise.resolve();
  });

const who = fc.constantFrom(mara, lea);

/** The steps that anybody may try, at any time. */
export const STEPS: fc.Arbitrary<Step>[] = [
  who.map((one) => invokes(one, false)),
  who.map((one) => invokes(one, true)),
  who.map(closes),
  fc.constantFrom(1, GRACE_MS - 1, GRACE_MS, HOUR - 1, HOUR, -1, -GRACE_MS, -HOUR).map(jump),
];

/** A new model with its real counterpart on `store`. */
export function begin(store: InvocationStore): { model: Model; real: InvocationStore } {
  return { model: { now: NOW.getTime(), count: 0, active: [], dead: [] }, real: store };
}
