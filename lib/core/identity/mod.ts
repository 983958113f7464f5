// identity: the face of the room. Who asks, and by what name they go.
export type {
  CallerIdentity,
  GrantMark,
  Issuer,
  Principal,
  PrincipalKind,
  SourceIdentity,
} from "./types.ts";
export { parsePrincipal } from "./principal.ts";
export {
  isVouched,
  MAX_SOURCE_IDENTITY_USER,
  policyUser,
  sourceIdentityUser,
} from "./policy_user.ts";
export {
  formatSourceIdentity,
  newRequestId,
  parseRoleSessionName,
  parseSourceIdentity,
  roleSessionName,
} from "./source_identity.ts";
