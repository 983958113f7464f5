// iam: what holds of every policy and every request.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  evaluateIam,
  type IamContext,
  type IamPolicies,
  type IamPrincipal,
  type IamRequest,
  parsePolicyDocument,
  type PolicyDocument,
  principalContext,
} from "../../../lib/core/iam/mod.ts";
import { OPERATORS } from "../../../lib/core/iam/operators.ts";
import { not } from "../../../lib/core/iam/tri.ts";
import { evaluateCondition } from "../../../lib/core/iam/conditions.ts";
import { readContext } from "../../../lib/core/iam/context.ts";
import callers from "../../vectors/iam/callers.json" with { type: "json" };

const runs = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "1500");
const settings = (seed: number) => ({ seed, numRuns: runs });

const people = (Object.values(callers) as IamPrincipal[]).filter((person) =>
  person.kind !== "role-session" || person.roleArn !== undefined
);
const names = people.filter((person) => person.account !== "").flatMap((person) => [
  person.arn,
  person.account,
  ...person.roleArn === undefined ? [] : [person.roleArn],
]);
const principal = fc.oneof(
  fc.constant("*"),
  fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((AWS) => ({ AWS })),
  fc.constant({ Service: "lambda.amazonaws.com" }),
);
const condition = fc.constantFrom<Record<string, Record<string, string>>>(
  {},
  { StringLike: { "sts:SourceIdentity": "sentinel=*" } },
  { StringNotLike: { "sts:SourceIdentity": "sentinel=*" } },
  { Null: { "aws:SourceIdentity": "true" } },
);
const DOUBT = { StringSounds: { "aws:username": "x" } };
const ROLE = "arn:aws:iam::111122223333:role/R";

interface Draft {
  Effect: string;
  Action: string;
  Resource: string;
  Condition: Record<string, unknown>;
  Principal?: unknown;
}

const draft = fc.record({
  Effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
  Action: fc.constantFrom("*", "sts:*", "sts:AssumeRole", "s3:*"),
  Resource: fc.constantFrom("*", ROLE, "arn:aws:s3:::b/*"),
  Condition: fc.tuple(condition, fc.constantFrom(false, false, true)).map((
    [held, doubt],
  ) => ({
    ...held,
    ...doubt ? DOUBT : {},
  })),
});
const named = fc.tuple(draft, principal).map(([rest, who]): Draft => ({ ...rest, Principal: who }));
const unnamed: fc.Arbitrary<Draft> = draft;
const drafts = (statement: fc.Arbitrary<Draft>) =>
  fc.array(statement, { minLength: 1, maxLength: 3 });

/** Statements by layer, before they are parsed; `null` or no level: not there. */
interface World {
  identity: Draft[] | null;
  boundary: Draft[] | null;
  session: Draft[] | null;
  resource: Draft[] | null;
  scp: Draft[] | null;
  rcp: Draft[] | null;
}
const LAYERS = ["identity", "boundary", "session", "resource", "scp", "rcp"] as const;
const maybe = (statement: fc.Arbitrary<Draft>) => fc.option(drafts(statement), { freq: 1 });
const world: fc.Arbitrary<World> = fc.record({
  identity: maybe(unnamed),
  boundary: maybe(unnamed),
  session: maybe(unnamed),
  resource: fc.option(drafts(named), { freq: 3 }),
  scp: maybe(unnamed),
  rcp: maybe(named),
});

const request: fc.Arbitrary<IamRequest> = fc.record({
  action: fc.constantFrom("sts:AssumeRole", "sts:SetSourceIdentity", "s3:GetObject"),
  resource: fc.constantFrom(ROLE, "arn:aws:s3:::b/k"),
  resourceAccount: fc.constantFrom("111122223333", "111122223333", "444455556666"),
  principal: fc.constantFrom(...people),
  context: fc.constantFrom<IamContext>(
    {},
    { "sts:SourceIdentity": "sentinel=x" },
    { "sts:SourceIdentity": "other", "aws:SourceIdentity": "sentinel=x" },
  ),
}).map((made) => ({ ...made, context: principalContext(made.principal, made.context) }));

function parse(statements: Draft[] | null, id: string): PolicyDocument[] {
  if (statements === null || statements.length === 0) return [];
  return [parsePolicyDocument({ Version: "2012-10-17", Statement: statements }, id)];
}

function policies(from: World): IamPolicies {
  return {
    identity: parse(from.identity, "identity"),
    boundary: parse(from.boundary, "boundary")[0] ?? null,
    session: from.session === null ? null : parse(from.session, "session"),
    resource: parse(from.resource, "resource")[0] ?? null,
    scps: from.scp === null ? [] : [parse(from.scp, "scp")],
    rcps: from.rcp === null ? [] : [parse(from.rcp, "rcp")],
  };
}

const decide = (asked: IamRequest, from: World) => evaluateIam(asked, policies(from)).decision;
const refused = (decision: string) => decision === "explicit-deny" || decision === "implicit-deny";

Deno.test("the generator reaches every decision", () => {
  const seen = new Map<string, number>();
  for (const [asked, from] of fc.sample(fc.tuple(request, world), settings(1))) {
    const decision = decide(asked, from);
    seen.set(decision, (seen.get(decision) ?? 0) + 1);
  }
  assert.equal(seen.size, 4, JSON.stringify([...seen]));
  for (const [decision, count] of seen) assert.ok(count > runs / 100, `${decision}: ${count}`);
});

Deno.test("every answer has a reason, and only an unknown one has doubts", () => {
  fc.assert(
    fc.property(request, world, (asked, from) => {
      const { decision, reasons, unknown } = evaluateIam(asked, policies(from));
      assert.ok(reasons.length > 0);
      assert.equal(unknown.length > 0, decision === "unknown");
    }),
    settings(11),
  );
});

Deno.test("adding a Deny anywhere never widens", () => {
  const layer = fc.constantFrom(...LAYERS);
  fc.assert(
    fc.property(request, world, named, layer, (asked, from, extra, where) => {
      const { Principal, ...rest } = { ...extra, Effect: "Deny" };
      const deny = where === "resource" || where === "rcp" ? { ...rest, Principal } : rest;
      // A layer that isn't there allows more than one that only denies: both are a narrowing.
      const after = decide(asked, { ...from, [where]: [...from[where] ?? [], deny] });
      const before = decide(asked, from);
      if (before !== "allowed") assert.notEqual(after, "allowed");
      if (refused(before)) assert.ok(refused(after), `${before} became ${after}`);
    }),
    settings(2),
  );
});

Deno.test("taking an Allow out of a layer never widens", () => {
  const layer = fc.constantFrom(...LAYERS);
  fc.assert(
    fc.property(request, world, layer, fc.nat(2), (asked, from, where, index) => {
      const list = from[where] ?? [];
      if (where === "boundary" && list.length < 2) return; // the last one out would lift the limit
      if (list[index]?.Effect !== "Allow") return;
      const after = decide(asked, { ...from, [where]: list.filter((_, at) => at !== index) });
      if (refused(decide(asked, from))) assert.ok(refused(after));
    }),
    settings(3),
  );
});

Deno.test("a limit that is added never widens", () => {
  const limit = fc.constantFrom("boundary", "session", "scp");
  fc.assert(
    fc.property(request, world, limit, drafts(unnamed), (asked, from, where, statements) => {
      const without = decide(asked, { ...from, [where]: null });
      // A federated user without a session policy may nothing, so there a policy does widen.
      if (where === "session" && asked.principal.kind === "federated-user") return;
      if (refused(without)) assert.ok(refused(decide(asked, { ...from, [where]: statements })));
    }),
    settings(4),
  );
});

Deno.test("a known decision holds whichever way each doubt falls", () => {
  const guesses = fc.array(fc.boolean(), { minLength: 18, maxLength: 18 });
  fc.assert(
    fc.property(request, world, guesses, (asked, from, falls) => {
      const settled = { ...from };
      let next = 0;
      for (const layer of LAYERS) {
        settled[layer] = from[layer]?.map((statement) => {
          if (!("StringSounds" in statement.Condition)) return statement;
          const { StringSounds: _, ...rest } = statement.Condition;
          const never = { StringEquals: { "no:such": "key" } };
          return { ...statement, Condition: falls[next++] ? rest : { ...rest, ...never } };
        }) ?? null;
      }
      const before = decide(asked, from);
      const after = decide(asked, settled);
      assert.notEqual(after, "unknown");
      if (before === "allowed") assert.equal(after, "allowed");
      if (before === "explicit-deny") assert.equal(after, "explicit-deny");
      if (before === "implicit-deny") assert.ok(refused(after), after);
    }),
    settings(5),
  );
});

Deno.test("the order of statements changes no decision", () => {
  fc.assert(
    fc.property(request, world, (asked, from) => {
      const turned = { ...from };
      for (const layer of LAYERS) turned[layer] = from[layer]?.toReversed() ?? null;
      assert.equal(decide(asked, turned), decide(asked, from));
    }),
    settings(6),
  );
});

// Conditions.

const PAIRS: [string, string][] = [
  ["StringEquals", "StringNotEquals"],
  ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
  ["StringLike", "StringNotLike"],
  ["NumericEquals", "NumericNotEquals"],
  ["DateEquals", "DateNotEquals"],
  ["IpAddress", "NotIpAddress"],
  ["ArnEquals", "ArnNotEquals"],
  ["ArnLike", "ArnNotLike"],
];
const value = fc.oneof(
  fc.constantFrom("a", "A", "a*", "b?", "1", "1.0", "2026-01-01", "true", "YQ=="),
  fc.constantFrom("10.0.0.1", "10.0.0.0/8", "::1", "arn:aws:iam::1:role/a", "arn:*:iam::*:role/*"),
  fc.string({ maxLength: 3 }).filter((text) => !text.includes("$")),
);
const values = fc.array(value, { minLength: 1, maxLength: 3 });

function judge(operator: string, actual: readonly string[] | null, wanted: string[]) {
  const facts = { values: readContext(actual === null ? {} : { k: actual }), variables: true };
  return evaluateCondition({ operator, key: "K", values: wanted }, facts);
}

Deno.test("each negated operator has its positive", () => {
  const negated = [...OPERATORS].filter(([, operator]) => operator.negated).map(([name]) => name);
  assert.deepEqual(negated.sort(), PAIRS.map(([, negation]) => negation).sort());
});

Deno.test("a negated operator is the positive's opposite where the key has one value", () => {
  fc.assert(
    fc.property(fc.constantFrom(...PAIRS), value, values, ([positive, negation], one, wanted) => {
      assert.deepEqual(judge(negation, [one], wanted), not(judge(positive, [one], wanted)));
    }),
    settings(7),
  );
});

Deno.test("ForAllValues of an operator is no ForAnyValue of its negation", () => {
  const several = fc.array(value, { minLength: 2, maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...PAIRS), several, values, ([positive, negation], has, wanted) => {
      assert.deepEqual(
        judge(`ForAllValues:${positive}`, has, wanted),
        not(judge(`ForAnyValue:${negation}`, has, wanted)),
      );
    }),
    settings(8),
  );
});

Deno.test("IfExists is true without the key and changes nothing with it", () => {
  const name = fc.constantFrom(...OPERATORS.keys());
  const prefix = fc.constantFrom("", "ForAllValues:", "ForAnyValue:");
  fc.assert(
    fc.property(prefix, name, values, values, (set, operator, has, wanted) => {
      const plain = set + operator;
      assert.equal(judge(`${plain}IfExists`, null, wanted).value, true);
      assert.deepEqual(judge(`${plain}IfExists`, has, wanted), judge(plain, has, wanted));
    }),
    settings(9),
  );
});

Deno.test("one value of a set is judged as a plain value, unless it is empty", () => {
  const name = fc.constantFrom(...OPERATORS.keys());
  fc.assert(
    fc.property(name, value.filter((text) => text !== ""), values, (operator, one, wanted) => {
      for (const set of ["ForAllValues:", "ForAnyValue:"]) {
        assert.deepEqual(judge(set + operator, [one], wanted), judge(operator, [one], wanted));
      }
    }),
    settings(10),
  );
});
