// journal: whatever is done to a chain is found, and the first bad entry is named.
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { decodeEntry, encodeEntry } from "../../../lib/core/journal/entry.ts";
import type { Head } from "../../../lib/core/journal/head.ts";
import type { Entry } from "../../../lib/core/journal/types.ts";
import { createVerifier, type Verification } from "../../../lib/core/journal/verify.ts";
import { chainOf, type Segment } from "./chains.ts";

const numRuns = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");
const seed = 20261124;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const utf8 = new TextEncoder();

function verify(segments: readonly Segment[], head: Head | null): Verification {
  const verifier = createVerifier({ sha256, head });
  for (const { number, lines } of segments) {
    verifier.segment(`${number}.jsonl`, number);
    for (const line of lines) verifier.line(utf8.encode(line));
  }
  return verifier.finish();
}

function rewritten(line: string, change: (entry: Entry) => Entry): string {
  return new TextDecoder().decode(encodeEntry(change(decodeEntry(line))));
}

const whole = await chainOf(12);
const split = await chainOf(12, 4);
const lines = whole.segments[0]?.lines ?? [];
const one = (changed: string[]): Segment[] => [{ number: 1, lines: changed }];
const bad = (v: Verification) => v.firstBad && [v.firstBad.what, v.firstBad.seq, v.firstBad.line];

Deno.test("verifier finds nothing in a whole chain, in one segment or several", () => {
  for (const { segments, head } of [whole, split]) {
    const answer = verify(segments, head);
    assert.deepEqual(answer, {
      ok: true,
      entries: 12,
      firstBad: null,
      head: "ok",
      headSince: 0,
      tornBytes: 0,
      provenTo: null,
      unwitnessedAfter: 0,
    });
  }
  assert.equal(split.segments.length, 3);
});

Deno.test("verifier takes hashes by promise too", async () => {
  const verifier = createVerifier({ sha256: (b) => Promise.resolve(sha256(b)), head: whole.head });
  verifier.segment("1.jsonl", 1);
  for (const line of lines) await verifier.line(utf8.encode(line));
  assert.equal(verifier.finish().ok, true);
});

const message = (line: string) => line.replace("no rule matches", "all is well");
for (
  const c of [
    { name: "an edited message", seq: 5, what: "edited", to: message },
    { name: "an edited first entry", seq: 1, what: "edited", to: message },
    { name: "an edited last entry", seq: 12, what: "edited", to: message },
    {
      name: "one digit of prev",
      seq: 5,
      what: "edited",
      to: (l: string) =>
        rewritten(l, (e) => ({ ...e, prev: e.prev.replace(/^./, e.prev[0] === "0" ? "1" : "0") })),
    },
    {
      name: "a number set back",
      seq: 5,
      what: "edited",
      to: (l: string) => rewritten(l, (e) => ({ ...e, seq: 3 })),
    },
    {
      name: "a number set ahead",
      seq: 5,
      what: "edited",
      to: (l: string) => rewritten(l, (e) => ({ ...e, seq: 50 })),
    },
    { name: "rubbish", seq: 5, what: "unreadable", to: () => "rubbish" },
    { name: "an empty line", seq: 5, what: "unreadable", to: () => "" },
  ]
) {
  Deno.test(`verifier names ${c.name} in entry ${c.seq}`, () => {
    const changed = lines.map((line, i) => i === c.seq - 1 ? c.to(line) : line);
    assert.notDeepEqual(changed, lines);
    assert.deepEqual(bad(verify(one(changed), whole.head)), [c.what, c.seq, c.seq]);
  });
}

for (
  const c of [
    { name: "a deletion", changed: lines.toSpliced(4, 1), is: ["deleted", 5, 5] },
    { name: "a deleted beginning", changed: lines.slice(3), is: ["deleted", 1, 1] },
    { name: "a deleted end", changed: lines.slice(0, 9), is: ["cut", 10, 10] },
    { name: "all deleted", changed: [], is: ["cut", 1, 1] },
    {
      name: "two swapped",
      changed: lines.toSpliced(4, 2, ...lines.slice(4, 6).reverse()),
      is: ["reordered", 5, 5],
    },
    {
      name: "one moved to the end",
      changed: [...lines.toSpliced(4, 1), lines[4] ?? ""],
      is: ["reordered", 5, 5],
    },
    {
      name: "one twice in a row",
      changed: lines.toSpliced(5, 0, lines[4] ?? ""),
      is: ["doubled", 5, 6],
    },
    { name: "one again at the end", changed: [...lines, lines[4] ?? ""], is: ["doubled", 5, 13] },
  ]
) {
  Deno.test(`verifier names ${c.name}`, () => {
    assert.deepEqual(bad(verify(one(c.changed), whole.head)), c.is);
  });
}

Deno.test("verifier names the earlier of two neighbours that were both edited", () => {
  const changed = lines.map((line, i) => i === 4 || i === 5 ? message(line) : line);
  assert.deepEqual(bad(verify(one(changed), whole.head)), ["edited", 5, 5]);
});

Deno.test("verifier holds a chain that was forged to its end against the head", async () => {
  const forged = await chainOf(12);
  const last = forged.segments[0]?.lines ?? [];
  last[11] = message(last[11] ?? "");
  assert.deepEqual(bad(verify(one(last), whole.head)), ["edited", 12, 12]);
  assert.equal(verify(one(last), null).ok, true, "without a head nobody can tell");
});

Deno.test("verifier says how the head stands", () => {
  const short = whole.segments.map((s) => ({ ...s, lines: s.lines.slice(0, 5) }));
  assert.equal(verify(short, whole.head).head, "ahead");
  assert.equal(verify(whole.segments, null).head, "missing");
  const early = { ...whole.head, seq: 3, hash: sha256(utf8.encode(lines[2])) };
  assert.deepEqual([verify(whole.segments, early).head, verify(whole.segments, early).ok], [
    "behind",
    true,
  ]);
  const wrong = { ...early, hash: "00".repeat(32) };
  assert.deepEqual(bad(verify(whole.segments, wrong)), ["edited", 3, 3]);
  const middle = lines.toSpliced(4, 1);
  assert.equal(verify(one(middle), whole.head).head, "ok", "a hole does not put the head ahead");
});

for (
  const c of [
    { name: "a missing segment in the middle", keep: [0, 2], is: ["deleted", 5, 1] },
    { name: "a missing first segment", keep: [1, 2], is: ["deleted", 1, 1] },
    { name: "a missing last segment", keep: [0, 1], is: ["cut", 9, 5] },
    { name: "segments in the wrong order", keep: [1, 0, 2], is: ["reordered", 1, 1] },
  ]
) {
  Deno.test(`verifier names ${c.name}`, () => {
    const kept = c.keep.map((i) => split.segments[i] ?? { number: 0, lines: [] });
    assert.deepEqual(bad(verify(kept, split.head)), c.is);
  });
}

Deno.test("verifier wants each segment to carry over the one before, and none elsewhere", () => {
  const renumbered = split.segments.map((s) => ({
    ...s,
    number: s.number === 1 ? 1 : s.number + 1,
  }));
  assert.deepEqual(bad(verify(renumbered, split.head)), ["segment", 9, 1], "1, 3, 4");
  const joined = one(split.segments.flatMap((s) => s.lines));
  assert.deepEqual(bad(verify(joined, split.head)), ["segment", 5, 5]);
  const parted = [{ number: 1, lines: lines.slice(0, 6) }, { number: 2, lines: lines.slice(6) }];
  assert.deepEqual(bad(verify(parted, whole.head)), ["segment", 7, 1]);
});

Deno.test("verifier lets a torn tail stand at the very end only", () => {
  const torn = (after: boolean, bytes = 17) => {
    const verifier = createVerifier({ sha256, head: after ? null : split.head });
    for (const { number, lines } of split.segments) {
      verifier.segment(`${number}`, number);
      for (const line of lines) verifier.line(utf8.encode(line));
      if (after ? number === 1 : number === 3) verifier.fragment(bytes);
    }
    return verifier.finish();
  };
  assert.deepEqual([torn(false).ok, torn(false).tornBytes], [true, 17]);
  assert.deepEqual(bad(torn(true)), ["unreadable", 5, 5]);
  assert.deepEqual(bad(torn(false, 4096)), ["unreadable", 13, 5], "longer than any entry");
});

// What can be done to lines: each gives the changed lines and the first entry that is then bad.
type Attack = { lines: string[]; first: number };
const index = fc.nat(lines.length - 1);
const flip = (s: string, at: number, to: string) => s.slice(0, at) + to + s.slice(at + 1);
const attacks: Record<string, fc.Arbitrary<Attack | null>> = {
  edit: fc.tuple(index, fc.nat(), fc.constantFrom("0", "a", "}", '"', " ", "é")).map(
    ([i, at, to]) => {
      const line = lines[i] ?? "";
      const edited = flip(line, at % line.length, to);
      return edited === line ? null : { lines: lines.with(i, edited), first: i + 1 };
    },
  ),
  delete: fc.tuple(index, fc.integer({ min: 1, max: 4 })).map(([i, n]) => ({
    lines: lines.toSpliced(i, n),
    first: i + 1,
  })),
  move: fc.tuple(index, index).map(([from, to]) => {
    const moved = lines.toSpliced(from, 1).toSpliced(to, 0, lines[from] ?? "");
    return from === to ? null : { lines: moved, first: Math.min(from, to) + 1 };
  }),
  double: fc.tuple(index, index).filter(([of, after]) => of <= after).map(([of, after]) => ({
    lines: lines.toSpliced(after + 1, 0, lines[of] ?? ""),
    first: of + 1,
  })),
  truncate: index.map((n) => ({ lines: lines.slice(0, n), first: n + 1 })),
  rehash: fc.tuple(index, index).filter(([i, last]) => i < last).map(([i, last]) => {
    // Edits entry i and mends the chain up to and including `last`.
    const forged = [...lines];
    for (let k = i; k <= last; k++) {
      forged[k] = rewritten(forged[k] ?? "", (e) => ({
        ...e,
        ...(k === i ? { message: "forged" } : { prev: sha256(utf8.encode(forged[k - 1] ?? "")) }),
      }));
    }
    return { lines: forged, first: last + 1 };
  }),
};

for (const [name, attack] of Object.entries(attacks)) {
  Deno.test(`verifier property: ${name} is found, and the first bad entry named`, () => {
    fc.assert(
      fc.property(attack, (a) => {
        fc.pre(a !== null);
        const answer = verify(one(a.lines), whole.head);
        assert.equal(answer.ok, false);
        assert.equal(answer.firstBad?.seq, a.first);
        assert.equal(answer.entries, a.lines.length);
      }),
      { seed, numRuns },
    );
  });
}
