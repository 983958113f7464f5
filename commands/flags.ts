// commands: the flags that mean the same everywhere, said once.
import type { SettingName } from "../lib/core/config/settings.ts";

/** How the answer looks. */
export interface TalkFlags {
  readonly json?: boolean;
  readonly noColor?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** Who asks, by which policy. */
export interface AskFlags extends TalkFlags {
  readonly policy?: string;
  readonly awsProfile?: string;
  readonly region?: string;
}

/** Where requests and approvals are kept. */
export interface StoreFlags {
  readonly store?: string;
}

/** What a grant is for. */
export interface GrantFlags extends AskFlags, StoreFlags {
  readonly profile?: string;
  readonly reason?: string;
  readonly ticket?: string;
  readonly duration?: string;
  readonly journal?: string;
  readonly mfaCode?: string;
}

const word = (input: string): string => input;

/** A flag with a value, as stricli describes it. */
export interface ValueFlag {
  readonly kind: "parsed";
  readonly parse: (input: string) => string;
  readonly optional: true;
  readonly brief: string;
  readonly placeholder: string;
}

/** A flag without one. */
export interface SwitchFlag {
  readonly kind: "boolean";
  readonly optional: true;
  readonly withNegated: false;
  readonly brief: string;
}

/** A flag that takes a value, when it is given. */
export function said(brief: string, placeholder: string): ValueFlag {
  return { kind: "parsed", parse: word, optional: true, brief, placeholder };
}

/** The words that a shell offers for a value; others are read too. Asked for when shell text is made. */
export interface Offer {
  readonly proposeCompletions: () => readonly string[] | Promise<readonly string[]>;
}

/** The same flag or word, with what a shell offers for it. */
export function offering<Value extends object>(
  value: Value,
  words: Offer["proposeCompletions"],
): Value & Offer {
  return { ...value, proposeCompletions: words };
}

/** A flag that takes values, one each time it is given. */
export function several(
  brief: string,
  placeholder: string,
): ValueFlag & { readonly variadic: true } {
  return { ...said(brief, placeholder), variadic: true };
}

/** A flag that is there or not. */
export function yes(brief: string): SwitchFlag {
  return { kind: "boolean", optional: true, withNegated: false, brief };
}

/** A flag that takes a number of entries. */
export function counting(brief: string): Omit<ValueFlag, "parse"> & {
  readonly parse: (input: string) => number;
} {
  return { kind: "parsed", parse: countOf, optional: true, brief, placeholder: "N" };
}

function countOf(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n > 0) return n;
  throw new SyntaxError(`Expected a whole number of entries, found ${JSON.stringify(text)}`);
}

/** How the answer and the talk around it look. Every command has these. */
export const TALK_FLAGS = {
  json: yes("Answer as JSON (lists: one document a line)"),
  noColor: yes("No colours; NO_COLOR does the same"),
  quiet: yes("No notes on stderr, errors only"),
  debug: yes("Say more on stderr when something fails"),
} as const;

/** Who asks, by which policy. */
export const ASK_FLAGS = {
  policy: said("Policy: file:PATH, a path, ssm:/name or a parameter's ARN", "SRC"),
  awsProfile: said("Base credentials: another profile than the target names", "NAME"),
  region: said("AWS region", "REGION"),
  ...TALK_FLAGS,
} as const;

/** Where requests and approvals are kept. */
export const STORE_FLAGS = {
  store: said("Requests and approvals: sqlite:PATH, dynamodb: or dynamodb:PREFIX", "STORE"),
} as const;

/** What a grant is for, and for how long. */
export const GRANT_FLAGS = {
  profile: said("Target profile", "PROFILE"),
  duration: said("Session length, 15m to 12h", "15m"),
  reason: said("Why you need it; goes into the journal", "TEXT"),
  ticket: said("Ticket id; goes into the journal", "ID"),
  mfaCode: said("One-time code of the profile's MFA device (- reads stdin)", "CODE"),
  journal: said("Another place that each entry is written to (- is stderr)", "PATH"),
  ...STORE_FLAGS,
  ...ASK_FLAGS,
} as const;

/** `-p` is the target profile wherever there is one. */
export const PROFILE_ALIAS = { p: "profile" } as const;

/** The shared flags that hold a value, by the setting that they set. */
export function flagValues(flags: GrantFlags): ReadonlyMap<SettingName, string> {
  const values = new Map<SettingName, string>();
  for (const [name, value] of Object.entries(flags)) {
    if (typeof value === "string") values.set(name as SettingName, value);
    else if (value === true) values.set(name as SettingName, "true");
  }
  return values;
}
