// policy: a version "1" document as a value, as parsed and as compiled.
import type { Effect, Mode, Origin, Place } from "./types.ts";

/** A window of the wall clock of one zone. A window with `start > end` runs past midnight. */
export interface TimeWindow {
  /** Weekdays, 0 = Sunday; `null` = any. Past midnight the day is that of the start. */
  days: readonly number[] | null;
  /** Minutes since midnight, `start` inside and `end` outside; `null` = all day. */
  hours: { start: number; end: number } | null;
  /** IANA zone. */
  zone: string;
}

/** What a rule asks of a device; a key that is `false` or `null` asks nothing. */
export interface DeviceWants {
  /** Its disk must be encrypted. */
  requireEncryption: boolean;
  /** The device must be enrolled in management. */
  requireMdm: boolean;
  /** Management must call it compliant. */
  requireMdmCompliant: boolean;
  /** Its firewall must be on. */
  requireFirewall: boolean;
  /** Oldest system version that will do; `null` = any. */
  minOsVersion: string | null;
  /** Lower case. */
  allowedOsTypes: readonly string[] | null;
}

/** All hold; `null` = any. */
export interface Conditions {
  /** Target profiles; `null` = any. */
  profiles: readonly string[] | null;
  /** Policy user names; `null` = any. */
  users: readonly string[] | null;
  /** Ways of asking. */
  mode: readonly Mode[] | null;
  /** When it holds; `null` = always. */
  time: TimeWindow | null;
  /** What the device must be; `null` = anything. */
  device: DeviceWants | null;
}

/** One rule as its file says it. */
export interface Rule {
  /** Its name, unique in its file. */
  name: string;
  /** What the rule says. */
  effect: Effect;
  /** The rule's own reason, as written; `null` = none. */
  reason: string | null;
  /** All must hold. */
  conditions: Conditions;
  /** Seconds; `null` = no cap. */
  maxServerDuration: number | null;
  /** DynamoDB table for tracked sessions; `null` = none. */
  sessionTable: string | null;
  /** True lets credentials go out without a source identity. */
  unstamped: boolean;
  /** Where it stands in its file. */
  place: Place;
}

/** A policy or guardrail file, valid in every part. Made by `parsePolicy`. */
export interface Policy {
  /** The policy language's version. */
  version: "1";
  /** Where the text came from. */
  origin: Required<Origin>;
  /** In the order of the file. */
  rules: readonly Rule[];
}

/** A rule as the evaluator reads it. */
export interface CompiledRule extends Rule {
  /** `<file>/<name>`. */
  id: string;
  /** Position in its file, from 0. */
  index: number;
}

/** One file with the index over its rules. */
export interface CompiledFile {
  /** The file's name, as shown in errors. */
  file: string;
  /** What kind it is. */
  kind: "policy" | "guardrail";
  /** In the order of the file. */
  rules: readonly CompiledRule[];
  /** Bucket key (see `bucketKey`) to positions of rules, ascending. */
  buckets: Readonly<Record<string, readonly number[]>>;
}

/** A policy with its guardrails, ready to decide. Plain JSON. Made by `compilePolicy`. */
export interface CompiledPolicy {
  /** `COMPILER` of the code that made it; another one's is refused. */
  compiler: string;
  /** The one policy; `null` = none, and then nothing is ever granted. */
  policy: CompiledFile | null;
  /** Files that bind and never allow. */
  guardrails: readonly CompiledFile[];
}
