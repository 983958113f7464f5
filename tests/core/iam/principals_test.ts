// iam: who is named by a Principal element, how directly, and whom a NotPrincipal spares.
import { strict as assert } from "node:assert";
import {
  type IamContext,
  type IamPrincipal,
  parsePolicyDocument,
} from "../../../lib/core/iam/mod.ts";
import { readContext } from "../../../lib/core/iam/context.ts";
import { Grade, matchPrincipal } from "../../../lib/core/iam/principals.ts";
import callers from "../../vectors/iam/callers.json" with { type: "json" };

const HOME = "111122223333";
const ALICE = `arn:aws:iam::${HOME}:user/staff/alice`;
const ROLE = `arn:aws:iam::${HOME}:role/ci/Deploy`;
const SESSION = `arn:aws:sts::${HOME}:assumed-role/Deploy/run-7`;
const ROOT = `arn:aws:iam::${HOME}:root`;
const GITHUB = `arn:aws:iam::${HOME}:oidc-provider/token.actions.githubusercontent.com`;
const ACCOUNT_LIST = [HOME, ROOT];

interface Row {
  caller: keyof typeof callers;
  /** The element; or a list of entries under AWS. */
  names: unknown;
  grade: Grade;
  context?: IamContext;
  unknown?: string;
}

function match(row: Row, element: string, effect: string, bounded: boolean) {
  const statement = parsePolicyDocument({
    Statement: {
      Effect: effect,
      [element]: Array.isArray(row.names) ? { AWS: row.names } : row.names,
      Action: "*",
    },
  }, "x").statements[0];
  assert.ok(statement);
  const caller = callers[row.caller] as IamPrincipal;
  return matchPrincipal(statement, caller, readContext(row.context ?? {}), bounded);
}

const named: Row[] = [
  { caller: "alice", names: "*", grade: Grade.Direct },
  { caller: "alice", names: ["*"], grade: Grade.Direct },
  { caller: "alice", names: [ALICE], grade: Grade.Direct },
  { caller: "alice", names: [HOME], grade: Grade.Account },
  { caller: "alice", names: [ROOT], grade: Grade.Account },
  { caller: "alice", names: [HOME, ALICE], grade: Grade.Direct },
  { caller: "alice", names: [ALICE, HOME], grade: Grade.Direct },
  { caller: "alice", names: [`arn:aws:sts::${HOME}:root`], grade: Grade.None },
  { caller: "alice", names: [`arn:aws:iam::${HOME}:user/root`], grade: Grade.None },
  { caller: "alice", names: [`arn:aws:iam::${HOME}:root:x`], grade: Grade.None },
  { caller: "alice", names: ["arn:aws:iam::444455556666:root"], grade: Grade.None },
  { caller: "alice", names: ["444455556666"], grade: Grade.None },
  { caller: "alice", names: [ROLE], grade: Grade.None },
  { caller: "alice", names: { Service: ALICE }, grade: Grade.None },
  { caller: "alice", names: { Federated: ALICE }, grade: Grade.None },
  { caller: "root", names: [HOME], grade: Grade.Direct },
  { caller: "root", names: [ROOT], grade: Grade.Direct },
  { caller: "root", names: [`arn:aws-cn:iam::${HOME}:root`], grade: Grade.Direct },
  { caller: "foreignRoot", names: ACCOUNT_LIST, grade: Grade.None },
  { caller: "deploy", names: [SESSION], grade: Grade.Direct },
  { caller: "deploy", names: [ROLE], grade: Grade.Role },
  { caller: "deploy", names: [HOME], grade: Grade.Account },
  { caller: "deploy", names: [HOME, ROLE], grade: Grade.Role },
  { caller: "deploy", names: [`arn:aws:iam::${HOME}:role/Deploy`], grade: Grade.None },
  { caller: "deploy", names: [`arn:aws:sts::${HOME}:assumed-role/Deploy/x`], grade: Grade.None },
  { caller: "pathless", names: [ROLE], grade: Grade.Role },
  { caller: "pathless", names: [`arn:aws:iam::${HOME}:role/Deploy`], grade: Grade.Role },
  { caller: "pathless", names: [`arn:aws:iam::${HOME}:role/Deploy2`], grade: Grade.None },
  { caller: "pathless", names: [`arn:aws:iam::${HOME}:role/XDeploy`], grade: Grade.None },
  { caller: "pathless", names: [`arn:aws:iam::${HOME}:user/Deploy`], grade: Grade.None },
  { caller: "pathless", names: ["arn:aws:iam::444455556666:role/Deploy"], grade: Grade.None },
  { caller: "pathless", names: [`arn:aws:iam::${HOME}:role/Deploy/`], grade: Grade.None },
  { caller: "federated", names: [ALICE], grade: Grade.Role },
  {
    caller: "federated",
    names: [`arn:aws:sts::${HOME}:federated-user/guest`],
    grade: Grade.Direct,
  },
  { caller: "federated", names: [HOME], grade: Grade.Account },
  { caller: "federated", names: [`arn:aws:iam::${HOME}:user/x`], grade: Grade.None },
  { caller: "lambda", names: { Service: "lambda.amazonaws.com" }, grade: Grade.Direct },
  { caller: "lambda", names: { Service: "ec2.amazonaws.com" }, grade: Grade.None },
  { caller: "lambda", names: { Federated: "lambda.amazonaws.com" }, grade: Grade.None },
  { caller: "lambda", names: [HOME], grade: Grade.None },
  { caller: "lambda", names: ["*"], grade: Grade.Direct },
  { caller: "github", names: { Federated: GITHUB }, grade: Grade.Direct },
  { caller: "github", names: { Federated: "*" }, grade: Grade.Direct },
  { caller: "github", names: { Federated: "accounts.google.com" }, grade: Grade.None },
  { caller: "github", names: { Service: GITHUB }, grade: Grade.None },
  { caller: "github", names: [GITHUB], grade: Grade.None },
  {
    caller: "deploy",
    names: { Federated: GITHUB },
    context: { "aws:FederatedProvider": GITHUB },
    grade: Grade.Account,
  },
  {
    caller: "deploy",
    names: { Federated: "accounts.google.com" },
    context: { "aws:FederatedProvider": GITHUB },
    grade: Grade.None,
  },
  { caller: "deploy", names: { Federated: "*" }, grade: Grade.None },
  {
    caller: "alice",
    names: ["AIDAAAAAAAAAAAAAAAAAA"],
    context: { "aws:userid": "AIDAAAAAAAAAAAAAAAAAA" },
    grade: Grade.Direct,
  },
  {
    caller: "alice",
    names: ["AIDAAAAAAAAAAAAAAAAAA"],
    context: { "aws:userid": "AIDAAAAAAAAAAAAAAAAAB" },
    grade: Grade.None,
  },
  {
    caller: "alice",
    names: ["AIDAAAAAAAAAAAAAAAAAA"],
    context: { "aws:userid": ["AIDAAAAAAAAAAAAAAAAAA", "AIDAAAAAAAAAAAAAAAAAB"] },
    grade: Grade.None,
  },
  {
    caller: "alice",
    names: ["AIDAAAAAAAAAAAAAAAAAA"],
    context: { "aws:userid": "AIDAAAAAAAAAAAAAAAAAA:x" },
    grade: Grade.None,
  },
  {
    caller: "deploy",
    names: ["AROAAAAAAAAAAAAAAAAAA"],
    context: { "aws:userid": "AROAAAAAAAAAAAAAAAAAA:run-7" },
    grade: Grade.Role,
  },
  {
    caller: "deploy",
    names: ["AROAAAAAAAAAAAAAAAAAA"],
    context: { "aws:userid": "AROAAAAAAAAAAAAAAAAAAB:run-7" },
    grade: Grade.None,
  },
  {
    caller: "federated",
    names: ["AROAAAAAAAAAAAAAAAAAA"],
    context: { "aws:userid": "AROAAAAAAAAAAAAAAAAAA:run-7" },
    grade: Grade.None,
  },
  {
    caller: "alice",
    names: { CanonicalUser: "79a59d" },
    grade: Grade.Direct,
    unknown: "canonical-user",
  },
  { caller: "alice", names: { AWS: ALICE, CanonicalUser: "79a59d" }, grade: Grade.Direct },
  { caller: "alice", names: { AWS: HOME, CanonicalUser: "79a59d" }, grade: Grade.Account },
];

const shown = ({ caller, names, context }: Row) =>
  `${caller}, ${JSON.stringify(names)}${context === undefined ? "" : JSON.stringify(context)}`;

for (const row of named) {
  Deno.test(`matchPrincipal() of ${shown(row)} is ${Grade[row.grade]}`, () => {
    const wanted = { grade: row.grade, unknown: row.unknown ?? null };
    assert.deepEqual(match(row, "Principal", "Allow", true), wanted);
    assert.deepEqual(match(row, "Principal", "Deny", true), wanted);
  });
}

const PARTIAL = "not-principal-partial";
const spared: Row[] = [
  { caller: "alice", names: "*", grade: Grade.None },
  { caller: "alice", names: ["*"], grade: Grade.None },
  { caller: "alice", names: [HOME, ALICE], grade: Grade.None },
  { caller: "alice", names: [ALICE, ROOT], grade: Grade.None },
  { caller: "alice", names: [ALICE], grade: Grade.Direct, unknown: PARTIAL },
  { caller: "alice", names: [HOME], grade: Grade.Direct, unknown: PARTIAL },
  { caller: "alice", names: { CanonicalUser: "7" }, grade: Grade.Direct, unknown: PARTIAL },
  { caller: "alice", names: ["444455556666"], grade: Grade.Direct },
  { caller: "alice", names: { Service: "a.b" }, grade: Grade.Direct },
  { caller: "deploy", names: [HOME, ROLE, SESSION], grade: Grade.None },
  { caller: "deploy", names: [HOME, ROLE], grade: Grade.Direct, unknown: PARTIAL },
  { caller: "deploy", names: [HOME, SESSION], grade: Grade.Direct, unknown: PARTIAL },
  { caller: "deploy", names: [ROLE, SESSION], grade: Grade.Direct, unknown: PARTIAL },
  { caller: "federated", names: [ALICE], grade: Grade.Direct, unknown: PARTIAL },
  { caller: "root", names: [ROOT], grade: Grade.None },
  { caller: "root", names: [HOME], grade: Grade.None },
  { caller: "foreignRoot", names: [HOME], grade: Grade.Direct },
  { caller: "lambda", names: { Service: "lambda.amazonaws.com" }, grade: Grade.None },
  { caller: "lambda", names: { Service: "ec2.amazonaws.com" }, grade: Grade.Direct },
  { caller: "github", names: { Federated: GITHUB }, grade: Grade.None },
  { caller: "github", names: [HOME], grade: Grade.Direct },
];

for (const row of spared) {
  const title = row.unknown ?? (row.grade === Grade.None ? "spared" : "meant");
  Deno.test(`matchPrincipal() of NotPrincipal in a Deny: ${shown(row)} is ${title}`, () => {
    const wanted = { grade: row.grade, unknown: row.unknown ?? null };
    assert.deepEqual(match(row, "NotPrincipal", "Deny", false), wanted);
    // A caller with a boundary is denied whatever the list says.
    assert.deepEqual(match(row, "NotPrincipal", "Deny", true), {
      grade: Grade.Direct,
      unknown: null,
    });
    for (const bounded of [false, true]) {
      assert.deepEqual(match(row, "NotPrincipal", "Allow", bounded), {
        grade: Grade.Direct,
        unknown: "not-principal-allow",
      });
    }
  });
}

Deno.test("matchPrincipal() without an element: a Deny binds everybody, an Allow nobody", () => {
  const row: Row = { caller: "alice", names: undefined, grade: Grade.None };
  assert.deepEqual(match(row, "Principal", "Deny", false), { grade: Grade.Direct, unknown: null });
  assert.deepEqual(match(row, "Principal", "Allow", false), { grade: Grade.None, unknown: null });
});

Deno.test("matchPrincipal() looks at a role and an IAM user behind those alone who have one", () => {
  const statement = parsePolicyDocument({
    Statement: { Effect: "Allow", Principal: { AWS: [ROLE, ALICE] }, Action: "*" },
  }, "x").statements[0];
  assert.ok(statement);
  const stranger = { arn: `arn:aws:iam::${HOME}:user/mara`, account: HOME };
  const grade = (caller: IamPrincipal) =>
    matchPrincipal(statement, caller, readContext({}), false).grade;
  assert.equal(grade({ ...stranger, kind: "user", roleArn: ROLE }), Grade.None);
  assert.equal(grade({ ...stranger, kind: "user", userArn: ALICE }), Grade.None);
});
