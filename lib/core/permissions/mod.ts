// permissions: the room's face.
export { FEATURES, ROLES } from "./registry.ts";
export { DEFAULT_SCOPE, scopeOf } from "./scope.ts";
export { featuresOf, identityPolicy, statementsFor, SUBSYSTEMS } from "./statements.ts";
export type {
  Conditions,
  Feature,
  FreeCall,
  IdentityPolicy,
  Right,
  Role,
  Scope,
  Selection,
  Simulated,
  Statement,
} from "./types.ts";
