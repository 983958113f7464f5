// sandbox tests: IAM's simulation by the real AWS SDK.
import { strict as assert } from "node:assert";
import {
  type ContextEntry,
  type EvaluationResult,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from "@aws-sdk/client-iam";
import { GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { parseWorld, type Sandbox } from "../../../lib/edges/sandbox/mod.ts";
import { client, failure, keysFrom, keysOf, sandboxOnly } from "./fixture.ts";

const PAGE = "SimulatePrincipalPolicy";
const GUIDE = "Testing IAM policies with the IAM policy simulator";
const ACCOUNT = "111122223333";
const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

const document = (...Statement: Record<string, unknown>[]) => ({
  Version: "2012-10-17",
  Statement,
});
const allow = (rest: Record<string, unknown>) => ({ Effect: "Allow", Resource: "*", ...rest });
const deny = (rest: Record<string, unknown>) => ({ Effect: "Deny", Resource: "*", ...rest });
const simulate = document(allow({ Action: "iam:SimulatePrincipalPolicy" }));

const world = () =>
  parseWorld(
    JSON.stringify({
      account: ACCOUNT,
      region: "eu-central-1",
      user: "ann",
      users: {
        ann: {
          policies: {
            simulate,
            work: document(
              allow({ Action: ["sts:AssumeRole", "ssm:GetParameter"] }),
              deny({ Action: "ssm:GetParameter", Resource: "arn:aws:ssm:*:*:parameter/secret/*" }),
              allow({
                Action: "sts:TagSession",
                Condition: { StringLike: { "aws:RequestTag/ticket": "INC-*" } },
              }),
              allow({
                Action: "iam:GetUser",
                Resource: `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`,
              }),
            ),
          },
        },
        bounded: {
          boundary: document(allow({ Action: "ssm:*" })),
          policies: { all: document(allow({ Action: "*" })) },
        },
        nobody: {},
      },
      roles: {
        Closed: {
          path: "/team/",
          trust: document({
            Effect: "Deny",
            Principal: "*",
            Action: "sts:AssumeRole",
          }),
          policies: { own: document(allow({ Action: "ssm:GetParameter" })) },
          attached: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        },
      },
      scps: [{
        full: document(allow({ Action: "*" })),
        fence: document(deny({ Action: "kms:*" })),
      }],
    }),
    "world.yaml",
  );

async function asked(
  sandbox: Sandbox,
  input: Partial<SimulatePrincipalPolicyCommandInput> & { ActionNames: string[] },
  by = "ann",
): Promise<EvaluationResult[]> {
  const iam = client.iam(sandbox, keysOf(sandbox, by));
  try {
    const whole = { PolicySourceArn: user("ann"), ...input };
    const answer = await iam.send(new SimulatePrincipalPolicyCommand(whole));
    return answer.EvaluationResults ?? [];
  } finally {
    iam.destroy();
  }
}

const given = (key: string, value: string): ContextEntry => ({
  ContextKeyName: key,
  ContextKeyType: "string",
  ContextKeyValues: [value],
});

const TOLD: readonly {
  name: string;
  source?: string;
  action: string;
  resource?: string;
  context?: ContextEntry[];
  decision: string;
  statements?: string[];
  missing?: string[];
  organisation?: boolean;
  boundary?: boolean;
}[] = [
  {
    name: "an allowance names the policy that allows",
    action: "ssm:GetParameter",
    decision: "allowed",
    statements: ["work"],
  },
  {
    name: "an explicit denial names only what denies",
    action: "ssm:GetParameter",
    resource: `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/secret/x`,
    decision: "explicitDeny",
    statements: ["work"],
  },
  {
    name: "silence is an implicit denial and names nothing",
    action: "ssm:PutParameter",
    decision: "implicitDeny",
  },
  {
    name: "a role's trust policy has no say",
    action: "sts:AssumeRole",
    resource: role("team/Closed"),
    decision: "allowed",
    statements: ["work"],
  },
  {
    name: "a key that nobody brought is listed as missing",
    action: "sts:TagSession",
    decision: "implicitDeny",
    missing: ["aws:RequestTag/ticket"],
  },
  {
    name: "a key that was brought counts",
    action: "sts:TagSession",
    context: [given("aws:requesttag/ticket", "INC-7")],
    decision: "allowed",
    statements: ["work"],
  },
  {
    name: "a variable wants its key brought",
    action: "iam:GetUser",
    resource: user("ann"),
    decision: "implicitDeny",
    missing: ["aws:username"],
  },
  {
    name: "a variable is filled in by what is brought",
    action: "iam:GetUser",
    resource: user("ann"),
    context: [given("aws:username", "ann")],
    decision: "allowed",
    statements: ["work"],
  },
  {
    name: "an SCP denies, the organisation's part says so, and nothing else is looked at",
    source: user("bounded"),
    action: "kms:Sign",
    decision: "explicitDeny",
    organisation: false,
  },
  {
    name: "a boundary that stays silent denies, and its part says so",
    source: user("bounded"),
    action: "s3:GetObject",
    decision: "implicitDeny",
    boundary: false,
  },
  {
    name: "a role is simulated by its ARN with the path",
    source: role("team/Closed"),
    action: "ssm:GetParameter",
    decision: "allowed",
    statements: ["own", "ReadOnlyAccess"],
  },
];

for (const row of TOLD) {
  sandboxOnly(PAGE, row.name, async (sandbox) => {
    const [first, ...more] = await asked(sandbox, {
      ...(row.source !== undefined && { PolicySourceArn: row.source }),
      ActionNames: [row.action],
      ...(row.resource !== undefined && { ResourceArns: [row.resource] }),
      ...(row.context !== undefined && { ContextEntries: row.context }),
    });
    assert.equal(more.length, 0);
    const specific = first?.ResourceSpecificResults?.[0];
    assert.equal(specific !== undefined, row.resource !== undefined);
    const told = specific ?? first;
    assert.equal(first?.EvalDecision, row.decision);
    assert.equal(specific?.EvalResourceDecision ?? first?.EvalDecision, row.decision);
    const ids = told?.MatchedStatements?.map((s) => s.SourcePolicyId) ?? [];
    assert.deepEqual(ids, row.statements ?? []);
    assert.deepEqual(told?.MissingContextValues ?? [], row.missing ?? []);
    const { AllowedByOrganizations } = first?.OrganizationsDecisionDetail ?? {};
    assert.equal(AllowedByOrganizations, row.organisation ?? true);
    const { AllowedByPermissionsBoundary } = told?.PermissionsBoundaryDecisionDetail ?? {};
    assert.equal(AllowedByPermissionsBoundary, row.boundary);
  }, { world });
}

sandboxOnly(PAGE, "each action is answered on each resource, in pages", async (sandbox) => {
  const iam = client.iam(sandbox, keysOf(sandbox, "ann"));
  const command = (Marker?: string) =>
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: user("ann"),
      ActionNames: ["sts:AssumeRole", "ssm:PutParameter", "ssm:GetParameter"],
      ResourceArns: [role("A"), role("B")],
      MaxItems: 2,
      Marker,
    });
  const first = await iam.send(command());
  const rest = await iam.send(command(first.Marker));
  iam.destroy();
  assert.deepEqual([first.IsTruncated, rest.IsTruncated], [true, false]);
  const pairs = [...first.EvaluationResults ?? [], ...rest.EvaluationResults ?? []].map((r) => [
    r.EvalActionName,
    r.ResourceSpecificResults?.map((s) =>
      `${s.EvalResourceName?.slice(-1)} ${s.EvalResourceDecision}`
    ).join(),
  ]);
  assert.deepEqual(pairs, [
    ["sts:AssumeRole", "A allowed,B allowed"],
    ["ssm:PutParameter", "A implicitDeny,B implicitDeny"],
    ["ssm:GetParameter", "A allowed,B allowed"],
  ]);
}, { world });

sandboxOnly(PAGE, "who may not simulate is refused", async (sandbox) => {
  const refused = await failure(asked(sandbox, { ActionNames: ["s3:GetObject"] }, "nobody"));
  assert.equal(refused.code, "AccessDenied");
  assert.match(refused.text, /iam:SimulatePrincipalPolicy on resource: .*:user\/ann/);
}, { world });

sandboxOnly(PAGE, "whom nobody knows, and what is no user or role, is refused", async (sandbox) => {
  const ask = (PolicySourceArn: string, ActionNames = ["s3:GetObject"]) =>
    failure(asked(sandbox, { PolicySourceArn, ActionNames }));
  assert.equal((await ask(role("Closed"))).code, "NoSuchEntityException");
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/Closed/x`;
  assert.equal((await ask(session)).code, "InvalidInputException");
  assert.equal((await ask(user("ann"), ["s3:*"])).code, "InvalidInputException");
}, { world });

sandboxOnly(GUIDE, "policies that are brought count beside the user's own", async (sandbox) => {
  const more = JSON.stringify(document(allow({ Action: "ssm:PutParameter" })));
  const input = { ActionNames: ["ssm:PutParameter"], PolicyInputList: [more] };
  const [told] = await asked(sandbox, input);
  assert.equal(told?.EvalDecision, "allowed");
  assert.deepEqual(told?.MatchedStatements?.map((s) => s.SourcePolicyId), ["PolicyInputList.1"]);
  const tight = JSON.stringify(document(allow({ Action: "s3:*" })));
  const bound = { ...input, PermissionsBoundaryPolicyInputList: [tight] };
  assert.equal((await asked(sandbox, bound))[0]?.EvalDecision, "implicitDeny");
}, { world });

sandboxOnly(
  "GetSessionToken",
  "a user's own session without MFA simulates nothing",
  async (sandbox) => {
    const sts = client.sts(sandbox, keysOf(sandbox, "ann"));
    const keys = keysFrom(await sts.send(new GetSessionTokenCommand({})));
    const iam = client.iam(sandbox, keys);
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: user("ann"),
      ActionNames: ["s3:GetObject"],
    });
    assert.equal((await failure(iam.send(command))).code, "InvalidClientTokenId");
    iam.destroy();
    sts.destroy();
  },
  { world },
);

Deno.test("[ours] the control endpoint counts the rights that calls asked for", async () => {
  const { withSandbox } = await import("./fixture.ts");
  await withSandbox(async (sandbox) => {
    await asked(sandbox, { ActionNames: ["s3:GetObject", "s3:PutObject"] });
    const told = await (await fetch(`${sandbox.control}/events`)).json();
    // What was simulated was not asked for.
    assert.deepEqual(told.rights, { "iam:SimulatePrincipalPolicy": 1 });
  }, world());
});
