// permissions tests: what a check asks.
import { strict as assert } from "node:assert";
import {
  asksByProfile,
  featuresOf,
  type ProfileUse,
  type Question,
  questionsFor,
  scopeOf,
  type Subject,
} from "../../../lib/core/permissions/mod.ts";
import { ACCOUNT, ENTRY, MARA, profile, role, store } from "./uses.ts";

const SCOPE = scopeOf({ account: ACCOUNT, region: "eu-central-1" });

const ask = (
  features: string[],
  profiles: ProfileUse[],
  subject: Subject = MARA,
): readonly Question[] =>
  questionsFor(featuresOf({ features }), subject, { profiles, shells: [], stores: [] }, SCOPE);

const told = (questions: readonly Question[]) =>
  questions.map(({ action, resource, profiles, by }) =>
    `${by === null ? "" : `${by} `}${action} ${resource} [${profiles.join()}]`
  );

const value = (question: Question | undefined, key: string) =>
  question?.context.find((entry) => entry.key === key)?.values.join() ?? null;

Deno.test("rights are asked about on the very roles of the profiles, each once", () => {
  const prod = role("SentinelProtected-prod");
  assert.deepEqual(
    told(ask(["credential_issue"], [profile("prod"), profile("again", { chain: [prod] })])),
    [
      `sts:AssumeRole ${prod} [prod,again]`,
      `sts:SetSourceIdentity ${prod} [prod,again]`,
    ],
  );
});

Deno.test("in a chain each hop is asked of the role before it", () => {
  const [entry, deep] = [role("Entry"), role("Deep", "999988887777")];
  const questions = ask(["credential_issue"], [profile("deep", { chain: [entry, deep] })]);
  assert.deepEqual(told(questions), [
    `sts:AssumeRole ${entry} [deep]`,
    `sts:SetSourceIdentity ${entry} [deep]`,
    `${entry} sts:AssumeRole ${deep} [deep]`,
    `${entry} sts:SetSourceIdentity ${deep} [deep]`,
  ]);
  const [first, , later] = questions;
  const stamp = `sentinel=mara=direct=${"0".repeat(16)}`;
  assert.equal(value(first, "sts:SourceIdentity"), stamp);
  assert.equal(value(first, "aws:SourceIdentity"), null);
  assert.equal(value(first, "aws:username"), "mara");
  assert.equal(value(later, "aws:SourceIdentity"), stamp);
  assert.equal(value(later, "aws:PrincipalArn"), entry);
  assert.equal(value(later, "aws:username"), null);
});

Deno.test("tags are asked about where profiles pass them, on the last role alone", () => {
  const chain = [role("Entry"), role("Deep")];
  const questions = ask(["session_tags"], [
    profile("plain"),
    profile("tagged", { tags: true, chain }),
  ]);
  assert.deepEqual(told(questions), [`${chain[0]} sts:TagSession ${chain[1]} [tagged]`]);
  assert.equal(value(questions[0], "aws:TagKeys"), "sentinel:request");
  assert.equal(value(questions[0], "aws:RequestTag/sentinel:request"), "0".repeat(16));
});

Deno.test("where nothing is in use, an example that fits the pattern stands in, and says so", () => {
  const features = ["policy_load", "policy_decrypt", "shell_functions", "credential_issue"];
  const questions = ask([...features, "session_tags"], []);
  assert.ok(questions.every(({ example, profiles }) => example && profiles.length === 0));
  assert.deepEqual([...new Set(questions.map(({ resource }) => resource))], [
    `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/sentinel/policies/example`,
    `arn:aws:kms:eu-central-1:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`,
    `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/sentinel/policies`,
    `arn:aws:iam::${ACCOUNT}:role/SentinelProtected-example`,
  ]);
  assert.ok(questions.every(({ resource }) => !/[*?$]/.test(resource)));
});

Deno.test("an example lies in the caller's account and region where the scope names none", () => {
  const open = scopeOf({});
  const [question] = questionsFor(featuresOf({ features: ["policy_load"] }), MARA, {
    profiles: [],
    shells: [],
    stores: [],
  }, open);
  const arn = `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/sentinel/policies/example`;
  assert.equal(question?.resource, arn);
});

Deno.test("a store is asked about on its table, and on each index by name", () => {
  const [kept] = featuresOf({ features: ["approval_store"] });
  assert.ok(kept !== undefined && asksByProfile(kept));
  const own = store("own-", { profile: "prod" });
  const used = { profiles: [], shells: [], stores: [store("sentinel-"), own] };
  const asked = (prefix: string, profile: string) => {
    const { table } = store(prefix);
    return [
      [
        `dynamodb:GetItem ${table} [${profile}]`,
        `dynamodb:PutItem ${table} [${profile}]`,
      ],
      ["requester", "state", "profile"].map((field) =>
        `dynamodb:Query ${table}/index/by-${field} [${profile}]`
      ),
    ] as const;
  };
  const [everybodys, prods] = [asked("sentinel-", ""), asked("own-", "prod")];
  const questions = questionsFor([kept], MARA, used, SCOPE);
  assert.deepEqual(
    told(questions),
    [0, 1].flatMap((at) => [everybodys, prods].flatMap((one) => one[at] ?? [])),
  );
  assert.ok(questions.every(({ example, unseen }) => !example && unseen?.includes("table's own")));
  const { table } = store("sentinel-");
  assert.deepEqual(told(ask(["approval_store"], [])), [
    `dynamodb:GetItem ${table} []`,
    `dynamodb:PutItem ${table} []`,
    `dynamodb:Query ${table}/index/example []`,
  ]);
});

Deno.test("a policy's parameter is asked about where it is used", () => {
  const policy = `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/own/prod`;
  const questions = ask(["policy_load"], [profile("prod", { policy })]);
  assert.deepEqual(told(questions), [`ssm:GetParameter ${policy} [prod]`]);
  assert.equal(questions[0]?.example, false);
});

Deno.test("decryption carries what KMS sees of Parameter Store", () => {
  const [question] = ask(["policy_decrypt"], []);
  assert.equal(value(question, "kms:ViaService"), "ssm.eu-central-1.amazonaws.com");
  assert.equal(
    value(question, "kms:EncryptionContext:PARAMETER_ARN"),
    `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/sentinel/policies/example`,
  );
});

Deno.test("a caller is asked about itself; only a session needs to find its role", () => {
  assert.deepEqual(told(ask(["permissions_check"], [])), [
    `iam:SimulatePrincipalPolicy ${MARA.arn} []`,
  ]);
  assert.deepEqual(told(ask(["permissions_check"], [], ENTRY)), [
    `iam:SimulatePrincipalPolicy ${ENTRY.arn} []`,
    `iam:GetRole ${ENTRY.arn} []`,
  ]);
});

const SUFFICES: readonly {
  name: string;
  subject: Subject;
  chain: string[];
  want: Question["trustSuffices"][];
}[] = [
  { name: "a user of the account", subject: MARA, chain: [role("R")], want: ["alone", "alone"] },
  {
    name: "a role of the account, but for the stamp",
    subject: ENTRY,
    chain: [role("R")],
    want: ["within boundary", "no"],
  },
  {
    name: "nobody of another account",
    subject: MARA,
    chain: [role("R", "999988887777")],
    want: ["no", "no"],
  },
  {
    name: "a hop within another account, but for the stamp",
    subject: MARA,
    chain: [role("A", "999988887777"), role("B", "999988887777")],
    want: ["no", "no", "within boundary", "no"],
  },
];

for (const { name, subject, chain, want } of SUFFICES) {
  Deno.test(`a trust policy can be enough for ${name}`, () => {
    const questions = ask(["credential_issue"], [profile("p", { chain })], subject);
    assert.deepEqual(questions.map(({ trustSuffices }) => trustSuffices), want);
  });
}

Deno.test("only trust policies can be enough", () => {
  const questions = ask(["policy_load", "policy_decrypt", "permissions_check"], []);
  assert.deepEqual(new Set(questions.map(({ trustSuffices }) => trustSuffices)), new Set(["no"]));
});

Deno.test("long-term keys carry nothing of a session, and a role no user's name", () => {
  const absent = (subject: Subject) => ask(["permissions_check"], [], subject)[0]?.absent;
  assert.ok(absent(MARA)?.includes("aws:multifactorauthpresent"));
  assert.deepEqual(absent({ ...MARA, session: true }), []);
  assert.deepEqual(absent(ENTRY), ["aws:username"]);
});
