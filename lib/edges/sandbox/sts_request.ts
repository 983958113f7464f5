// sandbox: what an AssumeRole request may say (STS API reference, "AssumeRole").
import { SentinelError } from "../../core/errors/mod.ts";
import type { PolicyDocument } from "../../core/iam/types.ts";
import { AwsError } from "./aws_error.ts";
import type { Call } from "./call.ts";
import { optionalInteger, optionalText, requiredText, structureList, textList } from "./fields.ts";
import { awsManaged } from "./judge.ts";
import { readPolicyText } from "./policy_text.ts";

/** An AssumeRole request whose fields are well-formed. */
export interface AssumeRoleRequest {
  roleArn: string;
  sessionName: string;
  sourceIdentity: string | null;
  externalId: string | null;
  /** Seconds; `null` = not said. */
  duration: number | null;
  tags: Map<string, string>;
  transitive: readonly string[];
  /** Session policies; `null` = none passed. */
  policies: readonly PolicyDocument[] | null;
  policyBytes: number;
}

const NAME = "[\\w+=,.@-]*";

/** @throws {AwsError} `ValidationError`, `MalformedPolicyDocument`, `InvalidParameterValue` */
export function readAssumeRole(call: Call): AssumeRoleRequest {
  const { input } = call;
  const roleArn = requiredText(input, "RoleArn", { min: 20, max: 2048 });
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(roleArn)) {
    throw new AwsError("ValidationError", `${roleArn} is invalid`);
  }
  const policy = optionalText(input, "Policy", { min: 1 });
  const arns = structureList(input, "PolicyArns").map((item) => requiredText(item, "arn"));
  const policies = [
    ...(policy === null ? [] : [sessionPolicy(policy)]),
    ...arns.map(managedPolicy),
  ];
  return {
    roleArn,
    sessionName: requiredText(input, "RoleSessionName", { min: 2, max: 64, pattern: NAME }),
    sourceIdentity: optionalText(input, "SourceIdentity", { min: 2, max: 64, pattern: NAME }),
    externalId: optionalText(input, "ExternalId", {
      min: 2,
      max: 1224,
      pattern: "[\\w+=,.@:\\/-]*",
    }),
    duration: optionalInteger(input, "DurationSeconds", 900, 43_200),
    ...readTags(input),
    policies: policies.length === 0 ? null : policies,
    policyBytes: policy?.length ?? 0,
  };
}

function readTags(
  input: Call["input"],
): { tags: Map<string, string>; transitive: readonly string[] } {
  const tags = new Map<string, string>();
  const seen = new Set<string>();
  const pattern = "[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*";
  for (const tag of structureList(input, "Tags")) {
    const key = requiredText(tag, "Key", { min: 1, max: 128, pattern });
    if (seen.has(key.toLowerCase())) {
      throw new AwsError(
        "InvalidParameterValue",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    }
    seen.add(key.toLowerCase());
    tags.set(key, requiredText(tag, "Value", { max: 256, pattern }));
  }
  if (tags.size > 50) throw new AwsError("ValidationError", "'tags' may hold 50 items at most");
  return { tags, transitive: textList(input, "TransitiveTagKeys") };
}

function sessionPolicy(text: string): PolicyDocument {
  if (text.length > 2048) {
    throw new AwsError("ValidationError", "'policy' may be 2048 characters long at most");
  }
  try {
    return readPolicyText(text, "session policy");
  } catch (error) {
    if (!(error instanceof SentinelError)) throw error;
    throw new AwsError("MalformedPolicyDocument", "This policy contains invalid Json");
  }
}

function managedPolicy(arn: string): PolicyDocument {
  const document = awsManaged(arn);
  if (document === null) throw new AwsError("ValidationError", `Policy ${arn} does not exist`);
  return document;
}
