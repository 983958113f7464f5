// permissions: the room's face.
export {
  type CheckedRight,
  type CheckPorts,
  checkRights,
  exitOf,
  type Tally,
  tally,
} from "./check.ts";
export {
  detect,
  type Detection,
  type ProfileUse,
  type ShellUse,
  type StoreUse,
  type Surroundings,
  type UnstampedUse,
} from "./detect.ts";
export { type PolicySources, principalsOf } from "./principal.ts";
export {
  asksByProfile,
  type ContextEntry,
  type Question,
  questionsFor,
  type Subject,
} from "./questions.ts";
export { FEATURES, ROLES } from "./registry.ts";
export { DEFAULT_SCOPE, scopeOf } from "./scope.ts";
export { type Simulation, type SimulationPort, type SimulationResult } from "./simulation.ts";
export { UNSEEN } from "./unseen.ts";
export { featuresOf, identityPolicy, statementsFor, SUBSYSTEMS } from "./statements.ts";
export type {
  About,
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
