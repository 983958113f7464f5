// approvals: a quorum counts people. Rows by name, and the seating against every possible seating.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  isSamePerson,
  judgeQuorum,
  type Person,
  type Requirement,
  rightOf,
} from "../../../lib/core/approvals/mod.ts";
import { lea, mara, person, tom, zoe } from "./people.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");

const rule = (name: string, count: number, ...approvers: string[]): Requirement => ({
  rule: name,
  approvers,
  count,
});
const again = (who: Person, user: string): Person => ({ ...person(user), aliases: [who.id] });

for (
  const row of [
    { name: "one of one", rules: [rule("a", 1, "lea")], yes: [lea], complete: true },
    { name: "nobody", rules: [rule("a", 1, "lea")], yes: [], complete: false },
    { name: "no rule at all", rules: [], yes: [lea], complete: false },
    {
      name: "count 2 and one yes",
      rules: [rule("a", 2, "lea", "tom")],
      yes: [lea],
      complete: false,
    },
    {
      name: "count 2 and the same person twice",
      rules: [rule("a", 2, "lea", "tom")],
      yes: [lea, lea],
      complete: false,
    },
    {
      name: "count 2 and the same person under two names",
      rules: [rule("a", 2, "lea", "tom")],
      yes: [lea, again(lea, "tom")],
      complete: false,
    },
    {
      name: "count 2 and two people",
      rules: [rule("a", 2, "lea", "tom")],
      yes: [lea, tom],
      complete: true,
    },
    {
      name: "two rules for one, and one person who is in both",
      rules: [rule("a", 1, "lea"), rule("b", 1, "lea")],
      yes: [lea],
      complete: false,
    },
    {
      name: "two rules for one, and two people",
      rules: [rule("a", 1, "lea", "tom"), rule("b", 1, "lea")],
      yes: [lea, tom],
      complete: true,
    },
    {
      name: "two rules for one, and two people who are both in one alone",
      rules: [rule("a", 1, "lea", "tom"), rule("b", 1, "zoe")],
      yes: [lea, tom],
      complete: false,
    },
    {
      name: "the requester among them",
      rules: [rule("a", 2, "lea", "mara")],
      yes: [lea, mara],
      complete: false,
    },
    {
      name: "the requester under another name",
      rules: [rule("a", 2, "lea", "zoe")],
      yes: [lea, again(mara, "zoe")],
      complete: false,
    },
    {
      name: "two names that a third yes shows to be one person",
      rules: [rule("a", 2, "lea", "tom", "zoe")],
      yes: [lea, tom, { ...zoe, aliases: [lea.id, tom.id] }],
      complete: false,
    },
    { name: "a yes without the right", rules: [rule("a", 1, "lea")], yes: [tom], complete: false },
  ]
) {
  Deno.test(`judgeQuorum() ${row.name}: ${row.complete ? "whole" : "not whole"}`, () => {
    assert.equal(judgeQuorum(row.rules, mara, row.yes).complete, row.complete);
  });
}

Deno.test("judgeQuorum() says what each rule lacks", () => {
  const rules = [rule("a", 2, "lea", "tom"), rule("b", 1, "zoe")];
  assert.deepEqual(judgeQuorum(rules, mara, [lea]), {
    complete: false,
    have: 1,
    want: 3,
    missing: [{ rule: "a", count: 1 }, { rule: "b", count: 1 }],
  });
});

Deno.test("rightOf() tells the requester from a stranger", () => {
  const rules = [rule("a", 1, "lea", "mara")];
  assert.equal(rightOf(lea, mara, rules), null);
  assert.equal(rightOf(mara, mara, rules), "self");
  assert.equal(rightOf(again(mara, "lea"), mara, rules), "self");
  assert.equal(rightOf(tom, mara, rules), "no-approver");
  assert.equal(rightOf(person("Lea"), mara, rules), "no-approver");
});

const NAMES = ["lea", "tom", "zoe", "mara", "ida"];
const rules = fc.array(
  fc.record({
    rule: fc.constantFrom("a", "b", "c"),
    approvers: fc.subarray(NAMES, { minLength: 1 }),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
);
const people = fc.array(
  fc.record({
    id: fc.constantFrom("1", "2", "3", "4", "5"),
    user: fc.constantFrom(...NAMES),
    aliases: fc.constant([]),
  }),
  { maxLength: 5 },
);

/** Tries every way of giving seats to people; a person is all yes that share a name, however remotely. */
function bruteForce(requirements: readonly Requirement[], yes: readonly Person[]): boolean {
  const classOf = yes.map((_, index) => index);
  for (let round = 0; round < yes.length; round++) {
    yes.forEach((a, i) =>
      yes.forEach((b, j) => {
        if (!isSamePerson(a, b)) return;
        const least = Math.min(classOf[i] ?? 0, classOf[j] ?? 0);
        classOf[i] = least;
        classOf[j] = least;
      })
    );
  }
  const barred = new Set(yes.flatMap((one, i) => isSamePerson(one, mara) ? [classOf[i]] : []));
  const seats = requirements.flatMap(({ approvers, count }) => Array(count).fill(approvers));
  const fill = (seat: number, used: ReadonlySet<number | undefined>): boolean =>
    seat === seats.length ||
    yes.some(({ user }, i) =>
      seats[seat].includes(user) && !used.has(classOf[i]) &&
      fill(seat + 1, new Set([...used, classOf[i]]))
    );
  return fill(0, barred);
}

Deno.test("judgeQuorum() finds people for all seats exactly when there is a way to seat them", () => {
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(rules, people, (requirements, yes) => {
      const { complete, have, want, missing } = judgeQuorum(requirements, mara, yes);
      assert.equal(complete, bruteForce(requirements, yes));
      assert.equal(missing.reduce((sum, { count }) => sum + count, 0), want - have);
      seen.add(complete);
    }),
    { seed: 61, numRuns: RUNS },
  );
  if (RUNS >= 100) assert.equal(seen.size, 2, "both answers were met");
});

Deno.test("judgeQuorum() does not depend on the order of the yes", () => {
  fc.assert(
    fc.property(rules, people, (requirements, yes) => {
      const { have } = judgeQuorum(requirements, mara, yes);
      assert.equal(judgeQuorum(requirements, mara, yes.toReversed()).have, have);
    }),
    { seed: 62, numRuns: RUNS },
  );
});
