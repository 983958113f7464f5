// journal: an entry as a line for a person, with nothing in it that a terminal obeys.
import { strict as assert } from "node:assert";
import { showEntry } from "../../../lib/core/journal/show.ts";
import type { Entry, EntryBody } from "../../../lib/core/journal/types.ts";
import { entryOf, fullRefusal, refusal } from "./chains.ts";

const { subject, decision } = fullRefusal();
assert.ok(subject && decision);
const request = {
  requestId: "0123456789abcdef",
  subject,
  decision: { ...decision, outcome: "allow" as const, rule: "office-hours" },
  intent: { reason: "fix the build", ticket: "INC-7" },
  pins: "unpinned" as const,
  version: "0.1.0",
  sourceIdentity: "sentinel=mara=direct=0123456789abcdef",
};

const ROWS: { name: string; body: EntryBody; line: string }[] = [
  {
    name: "an intent",
    body: { kind: "intent", ...request, grant: "direct", duration: { asked: null, granted: 900 } },
    line:
      "intent     mara → prod (arn:aws:iam::111122223333:role/SentinelProtected-Prod)  rule=office-hours" +
      "  grant=direct  stamp=sentinel=mara=direct=0123456789abcdef  for=900s  ticket=INC-7" +
      "  reason: fix the build  request=0123456789abcdef",
  },
  {
    name: "an issue",
    body: {
      kind: "outcome",
      requestId: "r",
      intent: "ab".repeat(32),
      result: "issued",
      code: null,
      accessKeyId: "ASIAEXAMPLE",
      expiresAt: "2026-11-24T09:15:00Z",
    },
    line: "issued     key=ASIAEXAMPLE  until=2026-11-24T09:15:00Z  request=r",
  },
  {
    name: "a failed issue",
    body: {
      kind: "outcome",
      requestId: "r",
      intent: "ab".repeat(32),
      result: "failed",
      code: "AWS_REFUSED",
      accessKeyId: null,
      expiresAt: null,
    },
    line: "failed     code=AWS_REFUSED  request=r",
  },
  {
    name: "a cached session",
    body: {
      kind: "served",
      ...request,
      intent: { reason: null, ticket: null },
      intentHash: "ab".repeat(32),
      accessKeyId: "ASIAEXAMPLE",
      expiresAt: "2026-11-24T09:15:00Z",
    },
    line:
      "served     mara → prod (arn:aws:iam::111122223333:role/SentinelProtected-Prod)  rule=office-hours" +
      "  stamp=sentinel=mara=direct=0123456789abcdef  key=ASIAEXAMPLE  until=2026-11-24T09:15:00Z" +
      "  request=0123456789abcdef",
  },
  {
    name: "a refusal",
    body: fullRefusal(),
    line:
      "refused    mara → prod (arn:aws:iam::111122223333:role/SentinelProtected-Prod)  rule=block-leavers" +
      "  code=POLICY_DENIED  no rule matches  request=0123456789abcdef",
  },
  {
    name: "what waits",
    body: fullRefusal({ decision: { ...decision, outcome: "pending", rule: null }, subject: null }),
    line: "pending    rule=none  code=POLICY_DENIED  no rule matches  request=0123456789abcdef",
  },
  {
    name: "a repair",
    body: { kind: "repair", tornHash: "ab".repeat(32), tornBytes: 17, file: "00000001.jsonl.9.ab" },
    line: "repair     17 torn bytes  kept as torn/00000001.jsonl.9.ab",
  },
  {
    name: "a lost head",
    body: { kind: "repair", tornHash: "ab".repeat(32), tornBytes: 0, file: "head.json" },
    line: "repair     head.json was missing",
  },
  {
    name: "a head that another key had signed",
    body: { kind: "head", signedTo: 4, previous: "ab".repeat(32), key: "cd".repeat(32) },
    line: "head       was signed by abababababababab to entry 4  now signed by cdcdcdcdcdcdcdcd",
  },
  {
    name: "a new segment",
    body: { kind: "segment", previous: { segment: 3, seq: 6, hash: "ab".repeat(32) } },
    line: "segment    continues segment 3",
  },
];
for (const { name, body, line } of ROWS) {
  Deno.test(`showEntry() shows ${name}`, () => {
    assert.equal(showEntry(entryOf(body, 7)), `2026-11-24T09:00:00.000Z  #7  ${line}`);
  });
}

Deno.test("showEntry() prints nothing that moves a cursor or turns text around", () => {
  const shown = showEntry(entryOf(refusal("r\n2026 forged", "\u001b[2K\rall well\u202e\u0085")));
  assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}]/u);
  assert.ok(shown.includes("\\u{1b}[2K\\u{d}all well\\u{202e}\\u{85}"), shown);
});

Deno.test("showEntry() shows an entry of an unknown kind, or without its fields, as far as it goes", () => {
  const base = { v: 1, seq: 7, at: "2026-11-24T09:00:00.000Z", prev: "00".repeat(32) };
  assert.equal(
    showEntry({ ...base, kind: "drill\u001b" } as unknown as Entry),
    "2026-11-24T09:00:00.000Z  #7  drill\\u{1b}",
  );
  assert.equal(
    showEntry({ ...base, kind: "intent" } as unknown as Entry),
    "2026-11-24T09:00:00.000Z  #7  intent     with fields missing",
  );
});
