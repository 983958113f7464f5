// permissions: what IAM's simulation doesn't see, said with each answer and in the docs.

/**
 * One line each (IAM User Guide, "Testing IAM policies with the IAM policy simulator"; IAM API
 * Reference, SimulatePrincipalPolicy).
 */
export const UNSEEN: readonly string[] = [
  "trust policies of roles: AWS's simulation reads none for sts:Assume*, so a role that allows " +
  "nobody looks like one that allows you",
  "policies of other resources, such as a KMS key's own policy",
  "service control policies with conditions on global keys, and resource control policies at all",
  "session policies that your own session was made with",
  "policies of VPC endpoints on the way",
  "what a call only has when it is made: your address, whether you gave an MFA code",
];
