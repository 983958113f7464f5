// errors: the closed list of codes, and the exit code that each one ends the program with.

/**
 * Every way in which Sentinel can say no, and the exit code that goes with it.
 *
 * 1 could not do it · 2 called wrongly · 3 refused · 4 not yet · 5 could not be recorded ·
 * 6 no valid identity · 10 a check found something · 11 a check could not look at everything.
 */
export const EXIT = {
  // called wrongly
  USAGE: 2,
  PROFILE_NAME_INVALID: 2,
  PROFILE_UNKNOWN: 2,
  NESTED: 2,
  // could not do it: files and configuration
  POLICY_MISSING: 1,
  POLICY_UNREADABLE: 1,
  POLICY_INVALID: 1,
  CONFIG_INVALID: 1,
  AWS_CONFIG_INVALID: 1,
  PINS_INVALID: 1,
  FILE_UNSAFE: 1,
  FILE_FAILED: 1,
  HOME_UNKNOWN: 1,
  // could not do it: a profile that loops, conflicts or points at Sentinel itself
  PROFILE_LOOP: 1,
  PROFILE_CONFLICT: 1,
  SELF_REFERENCE: 1,
  RESOLVING: 1,
  // could not do it: AWS
  AWS_UNREACHABLE: 1,
  AWS_REFUSED: 1,
  AWS_THROTTLED: 1,
  AWS_RUBBISH: 1,
  STORE_MISSING: 1,
  STORE_BUSY: 1,
  STORE_NEWER: 1,
  STORE_DAMAGED: 1,
  STORE_UNCERTAIN: 1,
  STORE_ITEM_INVALID: 1,
  // could not do it: a key that signs decisions
  KEY_MISSING: 1,
  KEY_UNUSABLE: 1,
  PASSPHRASE_WRONG: 1,
  // could not do it: a notification's target
  TARGET_UNREACHABLE: 1,
  // could not do it: everything else
  PROCESS_FAILED: 1,
  IAM_POLICY_INVALID: 1,
  WORLD_INVALID: 1,
  NO_TERMINAL: 1,
  INTERRUPTED: 130,
  INTERNAL: 1,
  // refused
  POLICY_DENIED: 3,
  PIN_CONFLICT: 3,
  ALREADY_STAMPED: 3,
  UNSTAMPED_REFUSED: 3,
  LEAF_NOT_CALLER: 3,
  DURATION_TOO_SHORT: 3,
  CLOCK_SKEWED: 3,
  DECISION_STALE: 3,
  DURATION_INVALID: 2,
  // refused: people's decisions, break-glass, second factors, notifications
  REQUEST_UNKNOWN: 2,
  REQUEST_INVALID: 2,
  APPROVER_REFUSED: 3,
  STATE_REFUSED: 3,
  APPROVAL_OVER: 3,
  APPROVAL_FOREIGN: 3,
  APPROVAL_EDITED: 3,
  APPROVAL_FORGED: 3,
  APPROVAL_LAPSED: 3,
  BREAKGLASS_REFUSED: 3,
  BREAKGLASS_STACKED: 3,
  BREAKGLASS_LIMITED: 3,
  BREAKGLASS_OVER: 3,
  MFA_SECRET_INVALID: 1,
  MFA_REFUSED: 3,
  MFA_LOCKED: 3,
  TARGET_REFUSED: 3,
  // not yet
  OBLIGATION_OPEN: 4,
  MFA_REQUIRED: 4,
  ISSUE_BUSY: 4,
  APPROVAL_EARLY: 4,
  // could not be recorded
  JOURNAL_UNWRITABLE: 5,
  JOURNAL_BUSY: 5,
  // no valid identity
  NO_CREDENTIALS: 6,
  CREDENTIALS_EXPIRED: 6,
  IDENTITY_UNSUPPORTED: 6,
  // checks
  JOURNAL_BROKEN: 10,
  JOURNAL_INCOMPLETE: 11,
  // exec: as shells do
  COMMAND_NOT_EXECUTABLE: 126,
  COMMAND_NOT_FOUND: 127,
} as const satisfies Record<string, number>;

/** A stable error code: programs and tests rely on it, texts may change. */
export type ErrorCode = keyof typeof EXIT;
