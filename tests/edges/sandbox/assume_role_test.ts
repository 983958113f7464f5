// sandbox tests: AssumeRole allowed and refused, by the real AWS SDK.
import { strict as assert } from "node:assert";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import {
  type Aws,
  client,
  failure,
  type Keys,
  keysFrom,
  keysOf,
  portable,
  sandboxOnly,
} from "./fixture.ts";
import { assumeRoleWorld } from "./assume_role_world.ts";

const ACCOUNT = "111122223333";
const STAMP = "sentinel=ann=direct=0123456789abcdef";
const OTHER = "sentinel=ann=direct=fedcba9876543210";
const SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/ann`;

type Input = Partial<AssumeRoleCommandInput>;

async function assume(
  aws: Aws,
  keys: Keys,
  role: string,
  input: Input = {},
): Promise<AssumeRoleCommandOutput> {
  const sts = client.sts(aws, keys);
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${role}`;
  try {
    return await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s-1", ...input }));
  } finally {
    sts.destroy();
  }
}

interface Row {
  name: string;
  /** The AWS page that says so. */
  page: string;
  /** Every AWS serves it, whether it judges policies or not. */
  portable?: true;
  /** What the role before is assumed with; that role is `Open`. */
  first?: Input;
  firstRole?: string;
  user?: string;
  role: string;
  input?: Input;
  /** Code, or `""` where it is served. */
  wanted: string;
  text?: RegExp;
}

const MONITOR = "Monitor and control actions taken with assumed roles";
const API = "AssumeRole";
const ROWS: readonly Row[] = [
  { name: "a named user", page: API, portable: true, role: "Open", wanted: "" },
  {
    name: "a user who isn't named",
    page: API,
    user: "bare",
    role: "Open",
    wanted: "AccessDenied",
    text:
      /^User: arn:aws:iam::111122223333:user\/bare is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role\/Open$/,
  },
  { name: "a role that isn't there", page: API, role: "Nowhere", wanted: "AccessDenied" },
  {
    name: "a stamp, where both sides allow it",
    page: MONITOR,
    role: "Open",
    input: { SourceIdentity: STAMP },
    wanted: "",
  },
  {
    name: "a stamp, where the role doesn't allow it",
    page: MONITOR,
    role: "NoStamp",
    input: { SourceIdentity: STAMP },
    wanted: "AccessDenied",
    text: /perform: sts:SetSourceIdentity on/,
  },
  { name: "no stamp, where none is allowed", page: MONITOR, role: "NoStamp", wanted: "" },
  {
    name: "a chain that keeps its stamp",
    page: MONITOR,
    first: { SourceIdentity: STAMP },
    role: "Next",
    wanted: "",
  },
  {
    name: "a chain that repeats its stamp",
    page: MONITOR,
    first: { SourceIdentity: STAMP },
    role: "Next",
    input: { SourceIdentity: STAMP },
    wanted: "",
  },
  {
    name: "a chain that changes its stamp",
    page: MONITOR,
    first: { SourceIdentity: STAMP },
    role: "Next",
    input: { SourceIdentity: OTHER },
    wanted: "AccessDenied",
    text: /perform: sts:SetSourceIdentity on/,
  },
  {
    name: "a stamped chain into a role that doesn't allow stamps",
    page: MONITOR,
    first: { SourceIdentity: STAMP },
    role: "NextNoStamp",
    wanted: "AccessDenied",
    text: /perform: sts:SetSourceIdentity on/,
  },
  {
    name: "an unstamped chain into a role that doesn't allow stamps",
    page: MONITOR,
    first: {},
    role: "NextNoStamp",
    wanted: "",
  },
  {
    name: "a stamped chain that the caller's own policy is silent about",
    page: MONITOR,
    first: { SourceIdentity: STAMP },
    firstRole: "Silent",
    role: "AfterSilent",
    wanted: "AccessDenied",
    text: /perform: sts:SetSourceIdentity on/,
  },
  {
    name: "an unstamped chain that the caller's own policy is silent about",
    page: MONITOR,
    first: {},
    firstRole: "Silent",
    role: "AfterSilent",
    wanted: "",
  },
  {
    name: "the right external id",
    page: API,
    portable: true,
    role: "External",
    input: { ExternalId: "id-1" },
    wanted: "",
  },
  {
    name: "another external id",
    page: API,
    role: "External",
    input: { ExternalId: "id-2" },
    wanted: "AccessDenied",
  },
  { name: "no external id", page: API, role: "External", wanted: "AccessDenied" },
  {
    name: "a good MFA code",
    page: "Secure API access with MFA",
    role: "Mfa",
    input: { SerialNumber: SERIAL, TokenCode: "123456" },
    wanted: "",
  },
  {
    name: "a bad MFA code",
    page: "Secure API access with MFA",
    role: "Mfa",
    input: { SerialNumber: SERIAL, TokenCode: "654321" },
    wanted: "AccessDenied",
    text: /^MultiFactorAuthentication failed/,
  },
  {
    name: "somebody else's MFA device",
    page: "Secure API access with MFA",
    role: "Mfa",
    input: { SerialNumber: `${SERIAL}2`, TokenCode: "123456" },
    wanted: "AccessDenied",
  },
  {
    name: "no MFA",
    page: "Secure API access with MFA",
    role: "Mfa",
    wanted: "AccessDenied",
  },
  {
    name: "an account root as principal, with an identity policy",
    page: "Cross-account resource access in IAM",
    user: "delegated",
    role: "Account",
    wanted: "",
  },
  {
    name: "an account root as principal, without an identity policy",
    page: "Cross-account resource access in IAM",
    user: "bare",
    role: "Account",
    wanted: "AccessDenied",
  },
  {
    name: "a service control policy that denies",
    page: "Service control policies (SCPs)",
    role: "Forbidden",
    wanted: "AccessDenied",
    text: /with an explicit deny in a service control policy$/,
  },
  {
    name: "the right tag",
    page: "Pass session tags in AWS STS",
    portable: true,
    role: "Tagged",
    input: { Tags: [{ Key: "team", Value: "red" }] },
    wanted: "",
  },
  {
    name: "a wrong tag",
    page: "Pass session tags in AWS STS",
    role: "Tagged",
    input: { Tags: [{ Key: "team", Value: "blue" }] },
    wanted: "AccessDenied",
  },
  {
    name: "a tag where the role lets none in",
    page: "Pass session tags in AWS STS",
    role: "NoStamp",
    input: { Tags: [{ Key: "team", Value: "red" }] },
    wanted: "AccessDenied",
    text: /perform: sts:TagSession on/,
  },
  {
    name: "a tag value with a comma",
    page: "Pass session tags in AWS STS",
    role: "Open",
    input: { Tags: [{ Key: "why", Value: "a, b" }] },
    wanted: "ValidationError",
  },
  {
    name: "one tag key in two cases",
    page: "Pass session tags in AWS STS",
    role: "Open",
    input: { Tags: [{ Key: "a", Value: "1" }, { Key: "A", Value: "2" }] },
    wanted: "InvalidParameterValue",
  },
  {
    name: "a transitive tag that is set again",
    page: "Pass session tags in AWS STS",
    first: { Tags: [{ Key: "team", Value: "red" }], TransitiveTagKeys: ["team"] },
    role: "Next",
    input: { Tags: [{ Key: "team", Value: "blue" }] },
    wanted: "InvalidParameterValue",
  },
  {
    name: "15 minutes",
    page: API,
    portable: true,
    role: "Open",
    input: { DurationSeconds: 900 },
    wanted: "",
  },
  {
    name: "less than 15 minutes",
    page: API,
    role: "Open",
    input: { DurationSeconds: 899 },
    wanted: "ValidationError",
    text: /'899' at 'durationSeconds'.*greater than or equal to 900/,
  },
  {
    name: "more than 12 hours",
    page: API,
    role: "Open",
    input: { DurationSeconds: 43_201 },
    wanted: "ValidationError",
  },
  {
    name: "the role's longest session",
    page: API,
    portable: true,
    role: "Open",
    input: { DurationSeconds: 7200 },
    wanted: "",
  },
  {
    name: "more than the role's longest session",
    page: API,
    role: "Open",
    input: { DurationSeconds: 7201 },
    wanted: "ValidationError",
    text: /exceeds the MaxSessionDuration set for this role/,
  },
  {
    name: "an hour in a chain",
    page: API,
    portable: true,
    first: {},
    role: "Next",
    input: { DurationSeconds: 3600 },
    wanted: "",
  },
  {
    name: "more than an hour in a chain",
    page: API,
    first: {},
    role: "Next",
    input: { DurationSeconds: 3601 },
    wanted: "ValidationError",
    text: /1 hour session limit for roles assumed by role chaining/,
  },
  ...["sentinel:mara", "a b", "a", "x".repeat(65)].map((SourceIdentity) => ({
    name: `the source identity "${SourceIdentity}"`,
    page: API,
    role: "Open",
    input: { SourceIdentity },
    wanted: "ValidationError",
    text: /'sourceIdentity'/,
  })),
  ...["a:b", "a", "ä-1", "x".repeat(65)].map((RoleSessionName) => ({
    name: `the session name "${RoleSessionName}"`,
    page: API,
    role: "Open",
    input: { RoleSessionName },
    wanted: "ValidationError",
    text: /'roleSessionName'/,
  })),
  {
    name: "a role ARN that is none",
    page: API,
    role: "Open",
    input: { RoleArn: "arn:aws:iam::111122223333:user/ann" },
    wanted: "ValidationError",
  },
  {
    name: "a session policy that is no JSON",
    page: API,
    role: "Open",
    input: { Policy: "{" },
    wanted: "MalformedPolicyDocument",
  },
];

for (const row of ROWS) {
  const { name, page, first, firstRole = "Open", user = "ann", role, input = {}, wanted, text } =
    row;
  const title = `AssumeRole with ${name} gives ${wanted || "a session"}`;
  const run = async (aws: Aws): Promise<void> => {
    const own = keysOf(aws, user);
    const keys = first === undefined ? own : keysFrom(await assume(aws, own, firstRole, first));
    const last = assume(aws, keys, role, input);
    if (wanted === "") {
      const stamp = input.SourceIdentity ?? first?.SourceIdentity;
      const given = await last;
      assert.equal(given.SourceIdentity, stamp);
      assert.equal(
        given.AssumedRoleUser?.Arn,
        `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/s-1`,
      );
      const left = ((given.Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000;
      const asked = input.DurationSeconds ?? 3600;
      assert.ok(left > asked - 10 && left <= asked, `found ${left} s, want ${asked}`);
      return;
    }
    const refusal = await failure(last);
    // The SDK adds "Exception" to the codes that its model lists.
    assert.equal(refusal.code.replace(/Exception$/, ""), wanted, refusal.text);
    if (text !== undefined) assert.match(refusal.text, text);
  };
  if (row.portable) portable(title, run, { world: assumeRoleWorld });
  else sandboxOnly(page, title, run, { world: assumeRoleWorld });
}

sandboxOnly(
  "Permissions boundaries for IAM entities",
  "a boundary doesn't limit a user whom the role itself names",
  async (sandbox) => {
    const answer = await assume(sandbox, keysOf(sandbox, "bounded"), "Bounded");
    assert.match(answer.AssumedRoleUser?.Arn ?? "", /assumed-role\/Bounded\/s-1$/);
  },
  { world: assumeRoleWorld },
);

sandboxOnly("GetSessionToken", "a user's own session is no link of a chain", async (sandbox) => {
  const sts = client.sts(sandbox, keysOf(sandbox, "ann"));
  const code = { SerialNumber: SERIAL, TokenCode: "123456" };
  const keys = keysFrom(await sts.send(new GetSessionTokenCommand(code)));
  const answer = await assume(sandbox, keys, "Open", {
    DurationSeconds: 7200,
    SourceIdentity: STAMP,
  });
  assert.equal(answer.SourceIdentity, STAMP);
  await assume(sandbox, keys, "Mfa");
  sts.destroy();
}, { world: assumeRoleWorld });

sandboxOnly(
  "Policies and permissions in AWS Identity and Access Management",
  "a session policy narrows the session, also on the next hop",
  async (sandbox) => {
    const only = (Action: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action, Resource: "*" }],
      });
    const keys = keysFrom(
      await assume(sandbox, keysOf(sandbox, "ann"), "Open", { Policy: only("s3:*") }),
    );
    const refusal = await failure(assume(sandbox, keys, "Next"));
    assert.equal(refusal.code, "AccessDenied");
    const ssm = client.ssm(sandbox, keys);
    const read = await failure(ssm.send(new GetParameterCommand({ Name: "/a" })));
    assert.equal(read.code, "AccessDeniedException");
    assert.match(
      read.text,
      /assumed-role\/Open\/s-1 is not authorized to perform: ssm:GetParameter/,
    );
    ssm.destroy();
  },
  { world: assumeRoleWorld },
);

sandboxOnly(
  "Pass session tags in AWS STS",
  "transitive tags go on, others stay behind",
  async (sandbox) => {
    const keys = keysFrom(
      await assume(sandbox, keysOf(sandbox, "ann"), "Open", {
        Tags: [{ Key: "team", Value: "red" }, { Key: "desk", Value: "4" }],
        TransitiveTagKeys: ["team"],
      }),
    );
    const next = keysFrom(await assume(sandbox, keys, "Next"));
    await assume(sandbox, next, "TeamRed");
    assert.equal((await failure(assume(sandbox, next, "DeskFour"))).code, "AccessDenied");
    const [first] = sandbox.events();
    const shown = first?.["requestParameters"] as Record<string, unknown>;
    assert.deepEqual(shown["principalTags"], { team: "red", desk: "4" });
    assert.deepEqual(shown["transitiveTagKeys"], ["team"]);
  },
  { world: assumeRoleWorld },
);
