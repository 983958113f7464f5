// breakglass: the room's face. Emergencies: who may, how often, what they grant, and their review.
export {
  BREAKGLASS_EVENTS,
  type BreakGlassEvent,
  breakGlassEvent,
  type BreakGlassEventType,
} from "./events.ts";
export {
  GRACE_MS,
  type InvocationStore,
  type InvocationTerms,
  invoke,
  type Invoked,
} from "./invoke.ts";
export {
  type Counts,
  type Finding,
  LEDGER_ID,
  personOfEvent,
  release,
  type Reservation,
  reserve,
} from "./ledger.ts";
export { limitFor, type LimitPolicy, type LimitRule, parseLimitPolicy } from "./limits.ts";
export {
  abandon,
  activate,
  type BreakGlassChange,
  breakGlassEnd,
  breakGlassStateAt,
  closeEvent,
  type EmergencyWish,
  expireEvent,
  judgeEmergency,
  type MfaProof,
  prepare,
  reviewEvent,
} from "./machine.ts";
export {
  type BreakGlassPolicy,
  type BreakGlassRule,
  type Failing,
  type Invocation,
  type InvocationVerdict,
  judgeInvocation,
  MAX_BREAKGLASS_SECONDS,
  ruleFor,
} from "./judge.ts";
export { parseBreakGlassPolicy } from "./policy.ts";
export { BREAKGLASS_STATES, readBreakGlass, readLedger } from "./record.ts";
export {
  type BreakGlass,
  type BreakGlassState,
  type Ledger,
  type LedgerEntry,
  MAX_LIMIT_SECONDS,
  MFA_METHODS,
  type MfaMethod,
  REASON_CODES,
  type ReasonCode,
  type Review,
} from "./types.ts";
export { type EmergencyQuestion, type EmergencyVerdict, judgeEmergencyUse } from "./use.ts";
