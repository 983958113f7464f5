// judges: the callers, calls and context keys that cases are made of.
import type { IamPrincipal } from "../../lib/core/iam/mod.ts";

/** The account that owns most. */
export const HOME = "111122223333";
/** The other account. */
export const AWAY = "444455556666";

/** Callers of each kind; those that come often stand in the list more than once. */
export const CALLERS: readonly IamPrincipal[] = [
  user(HOME, "staff/alice"),
  user(HOME, "staff/alice"),
  user(AWAY, "mara"),
  session(HOME, "ci/Deploy", "run-7"),
  session(HOME, "ci/Deploy", "run-7"),
  session(AWAY, "ci/Deploy", "run-7"),
  session(
    HOME,
    "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Entry_01",
    "mara@example.com",
  ),
  {
    kind: "federated-user",
    arn: `arn:aws:sts::${HOME}:federated-user/guest`,
    account: HOME,
    userArn: `arn:aws:iam::${HOME}:user/staff/alice`,
  },
  { kind: "root", arn: `arn:aws:iam::${HOME}:root`, account: HOME },
  session(
    HOME,
    "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
    "x",
  ),
  { kind: "service", arn: "lambda.amazonaws.com", account: "" },
  {
    kind: "federated-provider",
    arn: `arn:aws:iam::${HOME}:oidc-provider/token.actions.githubusercontent.com`,
    account: "",
  },
];

function user(account: string, path: string): IamPrincipal {
  return { kind: "user", arn: `arn:aws:iam::${account}:user/${path}`, account };
}

function session(account: string, path: string, name: string): IamPrincipal {
  const role = path.slice(path.lastIndexOf("/") + 1);
  return {
    kind: "role-session",
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
    account,
    roleArn: `arn:aws:iam::${account}:role/${path}`,
  };
}

/** One call. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly owner: string;
}

const ROLE = `arn:aws:iam::${HOME}:role/ci/Deploy`;

/** The one call of a federated provider's token. */
export const WEB_IDENTITY: Call = {
  action: "sts:AssumeRoleWithWebIdentity",
  resource: ROLE,
  owner: HOME,
};

/** Calls on resources of each kind: in S3, with trust, with a key policy, with none, with colons. */
export const CALLS: readonly Call[] = [
  {
    action: "s3:GetObject",
    resource: "arn:aws:s3:::bucket/team/blue/report.txt",
    owner: HOME,
  },
  {
    action: "s3:PutObject",
    resource: "arn:aws:s3:::bucket/home/alice/a b.txt",
    owner: HOME,
  },
  { action: "s3:ListBucket", resource: "arn:aws:s3:::bucket", owner: HOME },
  {
    action: "s3:GetObject",
    resource: "arn:aws:s3:::theirs/team/blue/report.txt",
    owner: AWAY,
  },
  {
    action: "sqs:SendMessage",
    resource: `arn:aws:sqs:eu-west-1:${HOME}:jobs`,
    owner: HOME,
  },
  {
    action: "kms:Decrypt",
    resource: `arn:aws:kms:eu-west-1:${HOME}:key/0b1c2d3e-0000-1111-2222-333344445555`,
    owner: HOME,
  },
  {
    action: "secretsmanager:GetSecretValue",
    resource: `arn:aws:secretsmanager:eu-west-1:${HOME}:secret:db/main-AbCdEf`,
    owner: HOME,
  },
  { action: "ec2:DescribeInstances", resource: "*", owner: HOME },
  { action: "sts:AssumeRole", resource: ROLE, owner: HOME },
  {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${AWAY}:role/ci/Deploy`,
    owner: AWAY,
  },
  { action: "sts:SetSourceIdentity", resource: ROLE, owner: HOME },
  { action: "sts:TagSession", resource: ROLE, owner: HOME },
];

/** What the values of a key are read as. */
export type KeyType =
  | "string"
  | "arn"
  | "number"
  | "bool"
  | "date"
  | "address"
  | "binary"
  | "list";

/** A context key that may be in a request. */
export interface Key {
  readonly name: string;
  readonly type: KeyType;
  readonly values: readonly string[];
  /** Never drawn into a request: it follows from the caller. */
  readonly derived?: true;
  /** The actions that have it; absent where all have. */
  readonly only?: readonly string[];
}

/** Keys of each type, with values that are near each other. */
export const KEYS: readonly Key[] = [
  {
    name: "aws:PrincipalTag/team",
    type: "string",
    values: ["blue", "Blue", "bl*e", "green"],
  },
  {
    name: "aws:PrincipalTag/blob",
    type: "binary",
    values: ["AQID", "AQIE", "c2VudGluZWw="],
  },
  {
    name: "aws:PrincipalOrgID",
    type: "string",
    values: ["o-a1b2c3d4e5", "o-z9y8x7w6v5"],
  },
  {
    name: "aws:RequestedRegion",
    type: "string",
    values: ["eu-west-1", "eu-west-2", "us-east-1"],
  },
  {
    name: "aws:SourceIdentity",
    type: "string",
    values: ["alice", "mara", "Mara"],
  },
  {
    name: "aws:userid",
    type: "string",
    values: ["AIDAEXAMPLEALICE0001", "AROAEXAMPLE000000001:run-7"],
  },
  {
    name: "sts:SourceIdentity",
    type: "string",
    values: ["alice", "mara"],
    only: ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"],
  },
  {
    name: "sts:RoleSessionName",
    type: "string",
    values: ["run-7", "mara"],
    only: ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"],
  },
  {
    name: "sts:ExternalId",
    type: "string",
    values: ["x-17", "X-17"],
    only: ["sts:AssumeRole"],
  },
  {
    name: "aws:username",
    type: "string",
    values: ["alice", "Alice"],
    derived: true,
  },
  {
    name: "aws:PrincipalType",
    type: "string",
    values: ["User", "AssumedRole", "Account"],
    derived: true,
  },
  {
    name: "aws:PrincipalAccount",
    type: "string",
    values: [HOME, AWAY],
    derived: true,
  },
  {
    name: "aws:PrincipalArn",
    type: "arn",
    values: [
      `arn:aws:iam::${HOME}:user/staff/alice`,
      ROLE,
      `arn:aws:iam::${AWAY}:user/mara`,
    ],
    derived: true,
  },
  {
    name: "aws:PrincipalIsAWSService",
    type: "bool",
    values: ["true", "false"],
    derived: true,
  },
  {
    name: "aws:MultiFactorAuthAge",
    type: "number",
    values: ["0", "300", "3600", "3600.5"],
  },
  { name: "aws:SecureTransport", type: "bool", values: ["true", "false"] },
  {
    name: "aws:MultiFactorAuthPresent",
    type: "bool",
    values: ["true", "false"],
  },
  {
    name: "aws:CurrentTime",
    type: "date",
    values: [
      "2026-03-01T09:00:00Z",
      "2026-03-01T09:00:01Z",
      "2026-12-31T23:59:59Z",
    ],
  },
  {
    name: "aws:EpochTime",
    type: "date",
    values: ["1772355600", "1772355601", "1798761599"],
  },
  {
    name: "aws:SourceIp",
    type: "address",
    values: ["203.0.113.7", "203.0.114.7", "2001:db8::7"],
  },
  {
    name: "aws:SourceArn",
    type: "arn",
    values: [
      `arn:aws:sns:eu-west-1:${HOME}:topic`,
      `arn:aws:sns:eu-west-2:${AWAY}:topic`,
      `arn:aws:logs:eu-west-1:${HOME}:log-group:app:prod`,
    ],
  },
  {
    name: "aws:CalledVia",
    type: "list",
    values: [
      "cloudformation.amazonaws.com",
      "athena.amazonaws.com",
      "kms.amazonaws.com",
    ],
  },
  {
    name: "aws:PrincipalOrgPaths",
    type: "list",
    values: [
      "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/",
      "o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/",
    ],
  },
  {
    name: "aws:TagKeys",
    type: "list",
    values: ["team", "Team", "cost", ""],
    only: ["sts:TagSession"],
  },
];

/** The keys that a call may have. */
export function keysOf(action: string): Key[] {
  return KEYS.filter(({ only }) => only === undefined || only.includes(action));
}
