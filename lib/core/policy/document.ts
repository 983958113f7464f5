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
  requireEncryption: boolean;
  requireMdm: boolean;
  requireMdmCompliant: boolean;
  requireFirewall: boolean;
  minOsVersion: string | null;
  /** Lower case. */
  allowedOsTypes: readonly string[] | null;
}

/** All hold; `null` = any. */
export interface Conditions {
  profiles: readonly string[] | null;
  users: readonly string[] | null;
  mode: readonly Mode[] | null;
  time: TimeWindow | null;
  device: DeviceWants | null;
}

/** One rule as its file says it. */
export interface Rule {
  name: string;
  effect: Effect;
  reason: string | null;
  conditions: Conditions;
  /** Seconds; `null` = no cap. */
  maxServerDuration: number | null;
  sessionTable: string | null;
  /** True lets credentials go out without a source identity. */
  unstamped: boolean;
  place: Place;
}

/** A policy or guardrail file, valid in every part. Made by `parsePolicy`. */
export interface Policy {
  version: "1";
  origin: Required<Origin>;
  rules: readonly Rule[];
}

/** A rule as the evaluator reads it. */
export interface CompiledRule extends Rule {
  id: string;
  /** Position in its file, from 0. */
  index: number;
}

/** One file with the index over its rules. */
export interface CompiledFile {
  file: string;
  kind: "policy" | "guardrail";
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
  guardrails: readonly CompiledFile[];
}
