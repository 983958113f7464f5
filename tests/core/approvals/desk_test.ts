// approvals: the desk and the look-up over a store: on record first, one winner, and nothing usable after.
import { strict as assert } from "node:assert";
import {
  type Clerk,
  type DeskPorts,
  findApproval,
  judgeRequest,
  parseApprovalPolicy,
  requestOf,
  revoke,
  submit,
  withdraw,
} from "../../../lib/core/approvals/mod.ts";
import { hasCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import type { ApprovalEntry, EntryBody } from "../../../lib/core/journal/types.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import type { StorePort } from "../../../lib/core/store/types.ts";
import { memoryStore } from "../../edges/store/memory.ts";

const NOW = new Date("2026-01-05T09:00:00.000Z");
const ROLE = "arn:aws:iam::111122223333:role/SentinelProtected-Prod";
const ID = "a1b2c3d4e5f60718";
const policy = (more = "") =>
  parseApprovalPolicy(
    `version: "1"\nrules:\n  - {name: prod, profiles: [prod], approvers: [lea, sam]${more}}\n`,
    "approval.yaml",
  );
const clerk = (user: string): Clerk => ({
  id: `aws:111122223333:user:AIDA${user.toUpperCase()}`,
  user,
  aliases: [],
  arn: `arn:aws:iam::111122223333:user/${user}`,
});
const [mara, lea, sam] = [clerk("mara"), clerk("lea"), clerk("sam")];

interface Stage {
  ports: DeskPorts;
  entries: EntryBody[];
  at(minutes: number): void;
}

function stage(more = "", store: StorePort = memoryStore()): Stage {
  let now = NOW;
  const entries: EntryBody[] = [];
  const append = (body: EntryBody) => {
    entries.push(body);
    return Promise.resolve({ seq: entries.length, hash: "0".repeat(64) });
  };
  return {
    entries,
    at: (minutes) => now = new Date(NOW.getTime() + minutes * 60_000),
    ports: {
      store,
      journal: { append, appendIf: () => Promise.reject(new Error("unplanned")) },
      now: () => now,
      policies: [policy(more)],
      sign: null,
      about: { pins: "unpinned", version: "test" },
    },
  };
}

const wish = {
  id: ID,
  profile: "prod",
  role: ROLE,
  durationSeconds: 3_600,
  reason: "restore the queue",
  ticket: null,
  notBefore: null,
  sessionPolicyDigest: null,
};

function look({ ports }: Stage, more: { role?: string; caller?: Clerk } = {}) {
  return findApproval({ ...ports, keys: null }, {
    caller: mara,
    profile: "prod",
    role: ROLE,
    ...more,
  });
}

const steps = (entries: readonly EntryBody[]) =>
  entries.map((entry) => {
    const { event, result, actor } = entry as ApprovalEntry;
    return `${event} ${result} by ${actor?.user ?? "clock"}`;
  });

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => assert.fail("it went through"), (thrown) => thrown);
  assert.ok(error instanceof SentinelError, String(error));
  return error.code;
}

Deno.test("filed, approved, found: each step on record before it is stored", async () => {
  const it = stage();
  await submit(it.ports, wish, mara);
  assert.deepEqual((await look(it)).waiting, [ID]);
  it.at(10);
  await judgeRequest(it.ports, ID, "approve", lea, "go on");
  const { approved } = await look(it);
  assert.equal(approved?.until.toISOString(), "2026-01-05T10:10:00.000Z");
  assert.equal(approved?.grantId, "a1b2c3d4");
  assert.deepEqual(steps(it.entries), [
    "request.created about by mara",
    "request.created done by mara",
    "request.approved about by lea",
    "request.approved done by lea",
  ]);
});

Deno.test("an approval is nobody else's, and for no other role", async () => {
  const it = stage();
  await submit(it.ports, wish, mara);
  await judgeRequest(it.ports, ID, "approve", lea, null);
  assert.equal((await look(it, { caller: sam })).approved, null);
  assert.equal((await look(it, { role: `${ROLE}2` })).approved, null);
  assert.notEqual((await look(it)).approved, null);
});

Deno.test("nobody approves their own, and a refused step leaves no entry", async () => {
  const it = stage();
  await submit(it.ports, wish, mara);
  assert.equal(
    await codeOf(judgeRequest(it.ports, ID, "approve", mara, null)),
    "APPROVER_REFUSED",
  );
  assert.equal(it.entries.length, 2);
});

Deno.test("taken back, cancelled, over: the next look finds nothing to use", async () => {
  const ends: [string, (it: Stage) => Promise<unknown> | void][] = [
    ["taken back", (it) => revoke(it.ports, ID, sam, "the incident is over")],
    ["cancelled", (it) => withdraw(it.ports, ID, mara, null)],
    ["over", (it) => it.at(60)],
  ];
  for (const [name, end] of ends) {
    const it = stage();
    await submit(it.ports, wish, mara);
    await judgeRequest(it.ports, ID, "approve", lea, null);
    const before = (await look(it)).approved;
    await end(it);
    assert.deepEqual(await look(it), { approved: null, waiting: [] }, name);
    // Found a moment ago, and ended since: using it is refused too.
    const now = it.ports.now();
    assert.equal(await codeOf(before?.consume("b".repeat(16), now) ?? never()), "APPROVAL_OVER");
  }
});

function never(): Promise<never> {
  return Promise.reject(new Error("there was none"));
}

Deno.test("single use: of two that found it one is first, and then it is used", async () => {
  const it = stage(", use: once");
  await submit(it.ports, wish, mara);
  await judgeRequest(it.ports, ID, "approve", lea, null);
  const both = await Promise.all([look(it), look(it)]);
  const uses = await Promise.allSettled(
    both.map(({ approved }, at) => approved?.consume(`${at}`.repeat(16), NOW) ?? never()),
  );
  assert.deepEqual(uses.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const stored = await requestOf(it.ports.store, ID);
  assert.equal(stored.state, "used");
  assert.equal((await look(it)).approved, null);
});

Deno.test("a yes to what was shown is no yes to what it became meanwhile", async () => {
  const at = stage();
  const { request: seen } = await submit(at.ports, wish, mara);
  const longer = { ...seen, version: 2, durationSeconds: 28_800 };
  assert.equal(
    await at.ports.store.replace(TABLES.requests, longer, { version: 1 }),
    "done",
  );
  await assert.rejects(
    judgeRequest(at.ports, ID, "approve", lea, null, seen),
    (error: unknown) => hasCode(error, "APPROVAL_EDITED"),
  );
  assert.equal((await requestOf(at.ports.store, ID)).state, "pending");
});

Deno.test("a row that was edited by hand grants nothing, and says so", async () => {
  const store = memoryStore();
  const it = stage("", store);
  await submit(it.ports, wish, mara);
  const { TABLES } = await import("../../../lib/core/store/tables.ts");
  const row = await requestOf(store, ID);
  const forged = {
    ...row,
    version: row.version + 1,
    state: "approved" as const,
    approvedAt: row.createdAt,
    windowEndsAt: "2026-01-05T10:00:00.000Z",
  };
  await store.replace(TABLES.requests, forged, { version: row.version });
  assert.equal(await codeOf(look(it)), "APPROVAL_EDITED");
});

Deno.test("a store that fails leaves an end on record; what nobody knows is called unknown", async () => {
  for (
    const [code, result] of [["STORE_BUSY", "failed"], ["STORE_UNCERTAIN", "unknown"]] as const
  ) {
    const store = memoryStore();
    const it = stage("", {
      ...store,
      create: () => Promise.reject(new SentinelError(code, "planned")),
    });
    assert.equal(await codeOf(submit(it.ports, wish, mara)), code);
    assert.deepEqual(steps(it.entries), [
      "request.created about by mara",
      `request.created ${result} by mara`,
    ]);
  }
});

Deno.test("without a record nothing is stored", async () => {
  const it = stage();
  const journal = {
    append: () => Promise.reject(new SentinelError("JOURNAL_UNWRITABLE", "planned")),
    appendIf: () => Promise.reject(new Error("unplanned")),
  };
  assert.equal(
    await codeOf(submit({ ...it.ports, journal }, wish, mara)),
    "JOURNAL_UNWRITABLE",
  );
  assert.equal(await codeOf(requestOf(it.ports.store, ID)), "REQUEST_UNKNOWN");
  assert.equal(await codeOf(requestOf(it.ports.store, "../etc")), "REQUEST_UNKNOWN");
});

Deno.test("sixteen decide at once: exactly one outcome, and the record agrees", async () => {
  for (let round = 0; round < 20; round++) {
    const it = stage();
    await submit(it.ports, wish, mara);
    const decided = await Promise.allSettled(
      Array.from(
        { length: 16 },
        (_, n) =>
          n % 4 === 0
            ? withdraw(it.ports, ID, mara, null)
            : judgeRequest(it.ports, ID, n % 2 ? "approve" : "deny", n % 3 ? lea : sam, null),
      ),
    );
    const { state } = await requestOf(it.ports.store, ID);
    const done = (it.entries as ApprovalEntry[]).filter(({ event, result }) =>
      event !== "request.created" && result === "done"
    );
    // A request that is approved may still be cancelled by its owner: then two steps are done.
    assert.ok(done.length >= 1 && done.length <= 2, `${done.length} steps`);
    assert.equal(done.at(-1)?.event, `request.${state}`);
    const won = decided.filter(({ status }) => status === "fulfilled").length;
    assert.equal(won, done.length);
  }
});
