// journal tests: a quick look at the record: its head, and the sessions that are out.
import { strict as assert } from "node:assert";
import type { Head } from "../../../lib/core/journal/head.ts";
import { liveSessions, type LookedAt, sightOf } from "../../../lib/core/journal/look.ts";
import type { Entry } from "../../../lib/core/journal/types.ts";

const NOW = new Date("2026-01-05T09:30:00Z");
const AHEAD = "2026-01-05T10:00:00.000Z";
const OVER = "2026-01-05T09:29:59.000Z";

const subject = {
  profile: "dev",
  mode: "cli",
  role: "arn:aws:iam::111122223333:role/Dev",
  chain: [],
  leaf: { kind: "keys", profile: "mara" },
  principal: { id: "AIDA1", arn: "arn:aws:iam::111122223333:user/mara", user: "mara" },
  endpoint: null,
};

/** Entries numbered from `first`, each with the hash that its number makes. */
function record(bodies: readonly object[], first = 1): LookedAt[] {
  return bodies.map((body, i) => ({
    entry: { v: 1, seq: first + i, at: "2026-01-05T09:00:00.000Z", prev: "0", ...body } as Entry,
    hash: `h${first + i}`,
  }));
}

function head(seq: number, hash = `h${seq}`): Head {
  return { segment: 1, seq, hash, bytes: 0 };
}

const intent = (requestId: string) => ({ kind: "intent", requestId, grant: "direct", subject });
const issued = (requestId: string, accessKeyId: string, expiresAt: unknown) => ({
  kind: "outcome",
  requestId,
  result: "issued",
  accessKeyId,
  expiresAt,
});
const served = (accessKeyId: string, expiresAt: unknown) => ({
  kind: "served",
  subject,
  accessKeyId,
  expiresAt,
});

const three = record([intent("r1"), issued("r1", "K1", AHEAD), served("K1", AHEAD)]);

const HEADS: readonly [name: string, entries: LookedAt[], head: Head | null, want: string][] = [
  ["nothing at all", [], null, "empty"],
  ["a head of nothing", [], head(0), "empty"],
  ["a head without its entries", [], head(3), "cut"],
  ["the head names the last entry", three, head(3), "ok"],
  ["the head names an earlier one", three, head(2), "behind"],
  [
    "the head names one older than what was looked at",
    record([intent("r")], 900),
    head(3),
    "behind",
  ],
  ["no head", three, null, "missing"],
  ["the head names one that is not there", three, head(4), "cut"],
  ["the last entry is another one", three, head(3, "other"), "contradicts"],
  ["an earlier entry is another one", three, head(2, "other"), "contradicts"],
];

for (const [name, entries, at, want] of HEADS) {
  Deno.test(`sightOf: ${name}: ${want}`, () => assert.equal(sightOf(entries, at).head, want));
}

Deno.test("sightOf: the number and kind of the last entry, and its profile by the intent before", () => {
  assert.deepEqual(sightOf(three.slice(0, 2), head(2)), {
    entries: 2,
    head: "ok",
    last: { at: "2026-01-05T09:00:00.000Z", kind: "issued", profile: "dev" },
  });
  assert.equal(sightOf(three.slice(1, 2), null).last?.profile, null);
});

const SESSIONS: readonly [name: string, bodies: object[], want: unknown[]][] = [
  ["an issue that lives", [intent("r1"), issued("r1", "K1", AHEAD)], [["K1", "dev", 0]]],
  ["an issue that is over", [intent("r1"), issued("r1", "K1", OVER)], []],
  ["an issue that ends this instant", [issued("r1", "K1", NOW.toISOString())], []],
  ["a failed one", [{ ...issued("r1", "K1", AHEAD), result: "failed" }], []],
  ["one handed out again, twice", [
    intent("r1"),
    issued("r1", "K1", AHEAD),
    served("K1", AHEAD),
    served("K1", AHEAD),
  ], [["K1", "dev", 2]]],
  ["one whose issue is older than what was looked at", [served("K1", AHEAD)], [["K1", "dev", 1]]],
  ["one without its intent", [issued("r1", "K1", AHEAD)], [["K1", null, 0]]],
  ["two, the first to end first", [
    intent("r1"),
    issued("r1", "K1", "2026-01-05T11:00:00Z"),
    intent("r2"),
    issued("r2", "K2", AHEAD),
  ], [["K2", "dev", 0], ["K1", "dev", 0]]],
  ["what is no date", [intent("r1"), issued("r1", "K1", "soon"), served("K2", null)], []],
  ["what lacks its parts", [{ kind: "intent" }, { kind: "outcome" }, { kind: "served" }], []],
];

for (const [name, bodies, want] of SESSIONS) {
  Deno.test(`liveSessions: ${name}`, () => {
    const found = liveSessions(record(bodies), NOW);
    assert.deepEqual(found.map((s) => [s.accessKeyId, s.profile, s.served]), want);
  });
}
