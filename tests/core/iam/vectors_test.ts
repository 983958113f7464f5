// iam: every vector in tests/vectors/iam, each resting on the AWS page that it names.
import { strict as assert } from "node:assert";
import {
  evaluateIam,
  type IamContext,
  type IamPolicies,
  type IamPrincipal,
  type IamResult,
  parsePolicyDocument,
  type PolicyDocument,
  principalContext,
} from "../../../lib/core/iam/mod.ts";
import callers from "../../vectors/iam/callers.json" with { type: "json" };

/** A whole request under whole policies. */
interface Case {
  name: string;
  source: string;
  caller: string;
  action: string;
  resource: string;
  account: string;
  context?: IamContext;
  /** A document, or the name of one in the file's `documents`. */
  policies: {
    identity?: unknown[];
    boundary?: unknown;
    session?: unknown[];
    resource_policy?: unknown;
    scps?: unknown[][];
    rcps?: unknown[][];
  };
  expect: IamResult["decision"];
  /** Statements that have to be among the reasons. */
  because?: string[];
  unknown?: string[];
}

/** Conditions on the key `test:key`: operator, the request's value, the policy's, outcome. */
interface Section {
  source: string;
  rows: [string, string | string[] | null, unknown[], boolean | string][];
}

interface VectorFile {
  documents?: Record<string, unknown>;
  cases?: Case[];
  sections?: Section[];
}

const folder = new URL("../../vectors/iam/", import.meta.url);
const files = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort().filter((name) =>
  name.endsWith(".json") && name !== "callers.json"
);
const vectors = files.map((name): VectorFile & { name: string } => ({
  ...JSON.parse(Deno.readTextFileSync(new URL(name, folder))),
  name,
}));

Deno.test("vectors: there are files, and none is empty", () => {
  assert.deepEqual(files, [
    "conditions.json",
    "disagreements.json",
    "evaluation.json",
    "trust.json",
  ]);
  for (const { name, cases = [], sections = [] } of vectors) {
    const count = cases.length + sections.flatMap((section) => section.rows).length;
    assert.ok(count > (name === "disagreements.json" ? 20 : 40), `${name} holds ${count}`);
    const sources = [...cases, ...sections].map((entry) => entry.source);
    for (const source of sources) {
      assert.match(source, /^(IAM|AWS Organizations) User Guide, |^STS API/);
    }
    const names = cases.map((entry) => entry.name);
    assert.equal(new Set(names).size, names.length, `${name} has two cases of one name`);
  }
});

for (const { name: file, cases = [], documents = {} } of vectors) {
  for (const vector of cases) {
    Deno.test(`evaluateIam() ${file}: ${vector.name}`, () => {
      const result = run(vector, documents);
      assert.equal(result.decision, vector.expect, JSON.stringify(result.reasons, null, 1));
      assert.deepEqual([...result.unknown], vector.unknown ?? []);
      assert.ok(result.reasons.length > 0, "no reason given");
      const stated = result.reasons.map((reason) => reason.statement);
      for (const statement of vector.because ?? []) assert.ok(stated.includes(statement));
    });
  }
}

for (const { sections = [] } of vectors) {
  for (const section of sections) {
    for (const [operator, actual, wanted, outcome] of section.rows) {
      const title = `${operator} ${JSON.stringify(actual)} in ${JSON.stringify(wanted)}`;
      Deno.test(`condition ${title} is ${outcome}`, () => {
        const condition = { [operator]: { "TEST:Key": wanted } };
        const context: IamContext = actual === null ? {} : { "test:key": actual };
        const result = run({ ...CONDITION_CASE, context, condition });
        const decision = typeof outcome === "string"
          ? "unknown"
          : outcome
          ? "allowed"
          : "implicit-deny";
        assert.equal(result.decision, decision, section.source);
        assert.deepEqual([...result.unknown], typeof outcome === "string" ? [outcome] : []);
      });
    }
  }
}

const CONDITION_CASE = {
  caller: "alice",
  action: "test:Act",
  resource: "*",
  account: "111122223333",
};

type Run = Pick<Case, "caller" | "action" | "resource" | "account"> & {
  context?: IamContext;
  policies?: Case["policies"];
  condition?: unknown;
};

function run(vector: Run, documents: Record<string, unknown> = {}): IamResult {
  const principal = (callers as Record<string, IamPrincipal>)[vector.caller];
  assert.ok(principal, `callers.json has no ${vector.caller}`);
  const statement = { Effect: "Allow", Action: "*", Resource: "*", Condition: vector.condition };
  const given = vector.policies ??
    { identity: [{ Version: "2012-10-17", Statement: [statement] }] };
  return evaluateIam({
    action: vector.action,
    resource: vector.resource,
    resourceAccount: vector.account,
    principal,
    context: principalContext(principal, vector.context),
  }, readPolicies(given, documents, vector.action.startsWith("sts:") ? "trust" : "resource"));
}

function readPolicies(
  given: Case["policies"],
  documents: Record<string, unknown>,
  resourceId: string,
): IamPolicies {
  const read = (document: unknown, id: string): PolicyDocument =>
    parsePolicyDocument(typeof document === "string" ? documents[document] : document, id);
  const list = (entries: unknown[], id: string) =>
    entries.map((document, index) => read(document, `${id}${index}`));
  const levels = (lists: unknown[][] = [], id: string) =>
    lists.map((entries, level) => list(entries, `${id}${level}.`));
  return {
    identity: list(given.identity ?? [], "identity"),
    boundary: given.boundary === undefined ? null : read(given.boundary, "boundary"),
    session: given.session === undefined ? null : list(given.session, "session"),
    resource: given.resource_policy === undefined ? null : read(given.resource_policy, resourceId),
    scps: levels(given.scps, "scp"),
    rcps: levels(given.rcps, "rcp"),
  };
}
