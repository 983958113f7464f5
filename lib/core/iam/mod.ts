// iam: the room's face.
export { principalContext } from "./context.ts";
export { evaluateIam } from "./evaluate.ts";
export { parsePolicyDocument, parseTrustPolicy } from "./parse.ts";
export type {
  Condition,
  IamContext,
  IamLayer,
  IamPolicies,
  IamPrincipal,
  IamPrincipalKind,
  IamReason,
  IamRequest,
  IamResult,
  PolicyDocument,
  PrincipalElement,
  Statement,
  UnknownReason,
} from "./types.ts";
