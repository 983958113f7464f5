// permissions: the registry. It lists what is built; a feature's rights arrive with its code.
import { TABLES } from "../store/tables.ts";
import type { Feature, Role, Scope } from "./types.ts";

/** Roles, in the order in which they are told. */
export const ROLES: readonly Role[] = ["requester", "approver", "admin", "auditor", "tvm"];

const PEOPLE: readonly Role[] = ["requester", "approver", "admin", "auditor"];
/** Who asks policy something: for credentials, or what it would answer. */
const ASKING: readonly Role[] = ["requester", "admin", "auditor"];

function policies({ partition, region, account, policyRoot }: Scope): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter${policyRoot}/*`;
}

function protectedRoles({ partition, account, protectedRoles }: Scope): readonly string[] {
  return [`arn:${partition}:iam::${account}:role/${protectedRoles}`];
}

function requests({ partition, region, account, tablePrefix }: Scope): string {
  const table = `${tablePrefix}${TABLES.requests.name}`;
  return `arn:${partition}:dynamodb:${region}:${account}:table/${table}`;
}

/** DynamoDB Developer Guide, "Using resource-based policies for DynamoDB". */
const TABLE_POLICY =
  "a policy of the table's own, where it has one, can deny it, or allow it alone";

const TRUST = "the role's trust policy must allow it too; within one account, one that names the " +
  "caller is enough";

/** Everything that Sentinel asks of AWS today, in the order in which a first call meets it. */
export const FEATURES: readonly Feature[] = [
  {
    id: "identity",
    subsystem: "core",
    brief: "Ask STS whose credentials these are",
    roles: PEOPLE,
    optional: false,
    rights: [],
    free: [{
      call: "sts:GetCallerIdentity",
      because: "no permission is needed, and an explicit denial doesn't keep anybody from it " +
        "(AWS STS API Reference, GetCallerIdentity)",
    }],
  },
  {
    id: "base_credentials",
    subsystem: "credentials",
    brief: "Get base credentials by a log-in's or a workload's token",
    roles: PEOPLE,
    optional: true,
    rights: [],
    free: [{
      call: "sso:GetRoleCredentials",
      because: "the log-in's access token stands for the person; what counts is that the " +
        "permission set is assigned (IAM Identity Center Portal API Reference, GetRoleCredentials)",
    }, {
      call: "sts:AssumeRoleWithWebIdentity",
      because: "nobody signs it: the trust policy of the base role decides " +
        "(AWS STS API Reference, AssumeRoleWithWebIdentity)",
    }],
  },
  {
    id: "policy_load",
    subsystem: "core",
    brief: "Read a profile's policy from Parameter Store",
    roles: ASKING,
    optional: true,
    rights: [{
      sid: "SentinelReadPolicies",
      about: "policy-parameter",
      actions: ["ssm:GetParameter"],
      resources: (scope) => [policies(scope)],
      why: "reads the policy where --policy, config.yaml or a pin says ssm:",
      simulated: { kind: "yes" },
    }],
    free: [],
  },
  {
    id: "policy_decrypt",
    subsystem: "core",
    brief: "Decrypt a policy that is a SecureString under a key of your own",
    roles: ASKING,
    optional: true,
    rights: [{
      sid: "SentinelDecryptPolicies",
      about: "policy-key",
      actions: ["kms:Decrypt"],
      resources: ({ partition, region, account }) => [
        `arn:${partition}:kms:${region}:${account}:key/*`,
      ],
      // Parameter Store decrypts for the caller, with the parameter's ARN as encryption context (AWS
      // KMS Developer Guide, "How AWS Systems Manager Parameter Store uses AWS KMS").
      condition: (scope) => ({
        StringLike: {
          "kms:EncryptionContext:PARAMETER_ARN": policies(scope),
          "kms:ViaService": `ssm.${scope.region}.*`,
        },
      }),
      why: "Parameter Store decrypts in the caller's name; under AWS's own key (alias/aws/ssm) " +
        "nothing is needed",
      simulated: { kind: "half", unseen: "the key's own policy must let the account in" },
    }],
    free: [],
  },
  {
    id: "shell_functions",
    subsystem: "shell",
    brief: "Find the profiles that have a policy in Parameter Store",
    roles: ASKING,
    optional: true,
    rights: [{
      sid: "SentinelListPolicies",
      about: "policy-folder",
      actions: ["ssm:GetParametersByPath"],
      // A folder can be written with a slash at its end, and AWS's page doesn't say how it is judged.
      resources: ({ partition, region, account, policyRoot }) =>
        ["", "/"].map((end) =>
          `arn:${partition}:ssm:${region}:${account}:parameter${policyRoot}${end}`
        ),
      // Its answer holds values too, but none that is sealed: nothing is decrypted.
      why: "sentinel shell init --policy-root writes a function for each policy below the folder",
      simulated: { kind: "yes" },
    }],
    free: [],
  },
  {
    id: "approval_store",
    subsystem: "approvals",
    brief: "Keep requests and approvals in a table of DynamoDB",
    roles: ["requester", "approver"],
    optional: true,
    rights: [{
      sid: "SentinelUseRequests",
      about: "request-table",
      // A change of a request is a PutItem under a condition; nothing is removed, and nothing scanned.
      actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
      resources: (scope) => [requests(scope)],
      why: "files a request, decides about it, takes it back, uses it, where store says dynamodb:",
      simulated: { kind: "half", unseen: TABLE_POLICY },
    }, {
      sid: "SentinelListRequests",
      about: "request-index",
      actions: ["dynamodb:Query"],
      resources: (scope) => [`${requests(scope)}/index/*`],
      why: "finds requests by who asked, by profile or by state; the table itself is never queried",
      simulated: { kind: "half", unseen: TABLE_POLICY },
    }],
    free: [],
  },
  {
    id: "credential_issue",
    subsystem: "credentials",
    brief: "Assume the role of a gated profile, stamped with a source identity",
    roles: ["requester"],
    optional: false,
    rights: [{
      sid: "SentinelAssumeProtectedRoles",
      about: "protected-role",
      actions: ["sts:AssumeRole", "sts:SetSourceIdentity"],
      resources: protectedRoles,
      why: "each grant is one AssumeRole that carries who asked and by which grant",
      simulated: { kind: "half", unseen: TRUST },
    }],
    free: [],
  },
  {
    id: "session_tags",
    subsystem: "credentials",
    brief: "Tag the session with request id and ticket (sentinel_tags = true)",
    roles: ["requester"],
    optional: true,
    rights: [{
      sid: "SentinelTagSessions",
      about: "protected-role",
      actions: ["sts:TagSession"],
      resources: protectedRoles,
      why: "session tags are passed only where the profile says sentinel_tags = true",
      simulated: { kind: "half", unseen: TRUST },
    }],
    free: [],
  },
  {
    id: "unstamped_session",
    subsystem: "credentials",
    brief: "A session of an IAM user without a role, where a rule says unstamped: true",
    roles: ["requester"],
    optional: true,
    rights: [],
    free: [{
      call: "sts:GetSessionToken",
      because: "no permission is needed: it tells that the user is the user " +
        '(IAM User Guide, "Permissions for GetSessionToken")',
    }],
  },
  {
    id: "permissions_check",
    subsystem: "permissions",
    brief: "Ask IAM's simulation which of these rights you have",
    roles: PEOPLE,
    optional: true,
    rights: [{
      sid: "SentinelSimulateOwnPolicies",
      about: "caller",
      actions: ["iam:SimulatePrincipalPolicy"],
      resources: ({ partition, account }) => [
        `arn:${partition}:iam::${account}:role/*`,
        `arn:${partition}:iam::${account}:user/\${aws:username}`,
        `arn:${partition}:iam::${account}:user/*/\${aws:username}`,
      ],
      why: "sentinel permissions check asks it about the caller itself; a user only about the " +
        "user's own policies",
      simulated: { kind: "yes" },
    }, {
      sid: "SentinelFindOwnRole",
      about: "caller-role",
      actions: ["iam:GetRole"],
      resources: ({ partition, account }) => [`arn:${partition}:iam::${account}:role/*`],
      why: "a session's ARN doesn't say its role's path, and the simulation wants the whole ARN",
      simulated: { kind: "yes" },
    }],
    free: [],
  },
];
