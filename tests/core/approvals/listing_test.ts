// approvals: which requests are listed: choices hold together, states are as they are now, newest first.
import { strict as assert } from "node:assert";
import {
  type AccessRequest,
  listRequests,
  type RequestFilter,
  type RequestState,
} from "../../../lib/core/approvals/mod.ts";
import { timeText } from "../../../lib/core/store/item.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import type { StorePort } from "../../../lib/core/store/types.ts";
import { memoryStore } from "../../edges/store/memory.ts";

const NOW = new Date("2026-01-05T09:00:00.000Z");
const minutes = (count: number) => timeText(new Date(NOW.getTime() + count * 60_000));

/** Of whom, for what, in which state it is stored, made so many minutes ago; `over`: its time is up. */
type Kept = [who: string, profile: string, state: RequestState, age: number, over?: "over"];

const KEPT: readonly Kept[] = [
  ["mara", "prod", "pending", 5],
  ["mara", "prod", "pending", 50, "over"],
  ["mara", "vault", "approved", 10],
  ["mara", "prod", "approved", 40, "over"],
  ["kim", "prod", "pending", 7],
  ["kim", "vault", "denied", 30],
  ["kim", "prod", "expired", 45],
  ["kim", "prod", "used", 60],
];

function requestOf([who, profile, state, age, over]: Kept): AccessRequest {
  const end = minutes(over === undefined && state !== "expired" ? 30 : -1);
  return {
    id: age.toString(16).padStart(16, "0"),
    version: 1,
    state,
    schema: 1,
    requester: `aws:111122223333:user:${who}`,
    requesterUser: who,
    requesterAliases: [],
    profile,
    role: null,
    durationSeconds: 3600,
    reason: "restart the queue",
    ticket: null,
    sessionPolicyDigest: null,
    notBefore: null,
    use: "window",
    rules: [],
    createdAt: minutes(-age),
    updatedAt: minutes(-age),
    expiresAt: end,
    approvedAt: state === "approved" ? minutes(-age) : null,
    windowEndsAt: state === "approved" ? end : null,
    decisions: [],
    closedBy: null,
    closedReason: null,
    usedAt: null,
    usedBy: null,
    retainUntil: 2_000_000_000,
  };
}

async function filled(): Promise<StorePort> {
  const store = memoryStore();
  for (const kept of KEPT) {
    assert.equal(await store.create(TABLES.requests, requestOf(kept)), "done");
  }
  return store;
}

const ALL: RequestFilter = { requester: null, states: null, profile: null };
const mara = "aws:111122223333:user:mara";

const ROWS: readonly { name: string; wanted: Partial<RequestFilter>; ages: readonly number[] }[] = [
  { name: "no choice: what waits and what is in force", wanted: {}, ages: [5, 7, 10] },
  { name: "expired, whatever is stored", wanted: { states: ["expired"] }, ages: [40, 45, 50] },
  { name: "denied", wanted: { states: ["denied"] }, ages: [30] },
  { name: "one's own, in any state", wanted: { requester: mara }, ages: [5, 10, 40, 50] },
  { name: "for a profile, in any state", wanted: { profile: "vault" }, ages: [10, 30] },
  {
    name: "one's own of a state, for a profile",
    wanted: { requester: mara, profile: "prod", states: ["pending"] },
    ages: [5],
  },
  {
    name: "of a state, for a profile",
    wanted: { profile: "prod", states: ["expired", "used"] },
    ages: [40, 45, 50, 60],
  },
  { name: "nobody's", wanted: { requester: "aws:nobody" }, ages: [] },
];

for (const { name, wanted, ages } of ROWS) {
  Deno.test(`listRequests() ${name}, newest first`, async () => {
    const found = await Array.fromAsync(listRequests(await filled(), { ...ALL, ...wanted }, NOW));
    assert.deepEqual(found.map(({ id }) => parseInt(id, 16)), ages);
  });
}

Deno.test("listRequests() of a damaged row throws: it is no request that isn't there", async () => {
  const store = await filled();
  const damaged = { ...requestOf(["kim", "prod", "pending", 1]), reason: 7 };
  await store.create(TABLES.requests, damaged);
  await assert.rejects(Array.fromAsync(listRequests(store, ALL, NOW)), { code: "STORE_DAMAGED" });
});

Deno.test("listRequests() reads no further than it is asked to, and lets go of every list", async () => {
  const inner = await filled();
  const open = new Set<string>();
  let read = 0;
  const store: StorePort = {
    ...inner,
    async *list(table, query) {
      open.add(query.partition);
      try {
        for await (const item of inner.list(table, query)) {
          read++;
          yield item;
        }
      } finally {
        open.delete(query.partition);
      }
    },
  };
  for await (const { state } of listRequests(store, ALL, NOW)) {
    assert.equal(state, "pending");
    assert.deepEqual([...open], ["pending", "approved"]);
    break;
  }
  assert.deepEqual([[...open], read], [[], 2]);
});
