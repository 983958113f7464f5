// approvals: what is read back from a store, and what is signed, to the byte.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  approvalDigest,
  canonicalBytes,
  canonicalJson,
  decisionBytes,
  grantIdOf,
  isRecordId,
  readRequest,
  statementOf,
} from "../../../lib/core/approvals/mod.ts";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import { faultOf } from "../../../lib/core/store/item.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { sha256Hex } from "../../../lib/core/text/hex.ts";
import { approved, filed } from "./people.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");
const damaged = { code: "STORE_DAMAGED" };

Deno.test("a request is an item of its table, and is read back as it was", async () => {
  for (const request of [await filed(), await approved()]) {
    assert.equal(faultOf(TABLES.requests, request), null);
    assert.deepEqual(readRequest(JSON.parse(JSON.stringify(request))), request);
  }
});

Deno.test("fields that are not ours are left out", async () => {
  const request = await filed();
  assert.deepEqual(readRequest({ ...request, owner: "x" }), request);
});

for (const row of [null, undefined, 1, "x", [], {}, () => {}]) {
  Deno.test(`readRequest() refuses ${typeof row} ${JSON.stringify(row)}`, () => {
    assert.throws(() => readRequest(row), damaged);
  });
}

Deno.test("trap: a row with any field missing or of another type is damaged, never half a request", async () => {
  const request = await approved();
  for (const field of Object.keys(request)) {
    const { [field]: _, ...without } = request as Record<string, unknown>;
    assert.throws(() => readRequest(without), damaged, field);
    for (const value of [undefined, {}, [1], -1, 1.5, "", true]) {
      assert.throws(() => readRequest({ ...request, [field]: value }), damaged, field);
    }
  }
  for (
    const edit of [
      { state: "APPROVED" },
      { id: "0".repeat(16) },
      { createdAt: "2026-01-05T09:00:00+01:00" },
      { createdAt: "2026-02-30T09:00:00.000Z" },
      { schema: 2 },
      { decisions: [{}] },
      { decisions: [{ ...request.decisions[0], verdict: "yes" }] },
      { decisions: [{ ...request.decisions[0], signature: "x" }] },
    ]
  ) {
    assert.throws(() => readRequest({ ...request, ...edit }), damaged, JSON.stringify(edit));
  }
});

Deno.test("readRequest() throws STORE_DAMAGED or gives a request, for any value", () => {
  fc.assert(
    fc.property(fc.anything(), (row) => {
      try {
        readRequest(row);
      } catch (error) {
        assert.ok(error instanceof SentinelError && error.code === "STORE_DAMAGED");
      }
    }),
    { seed: 66, numRuns: RUNS },
  );
});

Deno.test("canonicalJson() is one text a value, whatever order its keys came in", () => {
  assert.equal(
    canonicalJson({ b: [1, true, null], a: { "é": "x\n", A: "ü" } }),
    '{"a":{"A":"ü","é":"x\\n"},"b":[1,true,null]}',
  );
  assert.equal(canonicalJson({ "10": 1, "9": 2, "": 0 }), '{"":0,"10":1,"9":2}');
  assert.equal(canonicalJson(-0), "0");
  for (const value of [1.5, NaN, Infinity, 2 ** 53, "\ud800", { "\udc00": 1 }]) {
    assert.throws(() => canonicalJson(value), RangeError);
  }
});

const plain = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "grapheme" }).filter((text) => text.isWellFormed()),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie("any"), { maxKeys: 4 }),
  ),
})).any;

/** The same value with the keys of its maps in the other order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([k, v]) => [k, reversed(v)]));
}

Deno.test("canonicalJson() is JSON for the same value, and equal for equal values alone", () => {
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      const text = canonicalJson(a as never);
      const back = JSON.parse(text);
      assert.equal(canonicalJson(back), text);
      assert.equal(canonicalJson(reversed(a) as never), text);
      const other = canonicalJson(b as never);
      assert.equal(text === other, JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
    }),
    { seed: 67, numRuns: RUNS },
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ["list", ...value.map(sorted)];
  if (value === null || typeof value !== "object") return value === 0 ? 0 : value;
  const members = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return ["map", ...members.map(([k, v]) => [k, sorted(v)])];
}

Deno.test("the digest is SHA-256 over the canonical statement, and every field of it counts", async () => {
  const statement = statementOf(await filed());
  const digest = await approvalDigest(statement);
  assert.equal(digest, await sha256Hex(canonicalBytes({ ...statement })));
  for (const field of Object.keys(statement)) {
    const changed = { ...statement, [field]: "another" } as typeof statement;
    assert.notEqual(await approvalDigest(changed), digest, field);
  }
});

Deno.test("what is signed says what it is for, so that no other signature of the key fits", async () => {
  const [decision] = (await approved()).decisions;
  assert.ok(decision);
  const text = new TextDecoder().decode(decisionBytes(decision));
  const [mark, body = "", ...rest] = text.split("\n");
  assert.deepEqual([mark, rest], ["sentinel approval 1", []]);
  assert.deepEqual(Object.keys(JSON.parse(body)), [
    "approver",
    "approverAliases",
    "approverId",
    "at",
    "comment",
    "digest",
    "verdict",
  ]);
});

Deno.test("a grant's short id is the id's beginning; what is no id has none", () => {
  assert.equal(grantIdOf("0123456789abcdef"), "01234567");
  for (const text of ["", "0".repeat(16), "0123456789ABCDEF", "0123456789abcde", "x"]) {
    assert.equal(isRecordId(text), false, text);
    assert.throws(() => grantIdOf(text), { code: "INTERNAL" });
  }
});
