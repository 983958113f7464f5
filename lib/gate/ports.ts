// gate: what the gate needs from the world, as ports.
import type { JournalPort, RecordedFact } from "../core/journal/types.ts";
import type { Permit } from "../core/sessions/permit.ts";
import type {
  Caller,
  MfaAnswer,
  SessionCachePort,
  SessionCredentials,
} from "../core/sessions/types.ts";
import type { LoadedPolicy } from "../core/policy/loaded.ts";
import type { Decision, DevicePosture, Mode, PolicyRequest } from "../core/policy/types.ts";
import type { Target } from "../core/profiles/types.ts";

export type { LoadedPolicy } from "../core/policy/loaded.ts";

/** What the pins file says of one profile. */
export interface PinnedProfile {
  /** True when a pins file exists at all. */
  pinned: boolean;
  role: string | null;
}

/** Ports that answer questions; none of them yields credentials. */
export interface AuthorizePorts {
  now(): Date;
  random(bytes: number): Uint8Array;
  /** Which role, chain and leaf. Reads files only. */
  resolve(profile: string): Promise<Target>;
  /** Who: STS's answer for the leaf. */
  identify(target: Target): Promise<Caller>;
  /** Which policy decides. A policy that is missing, unreadable or invalid throws. */
  policyFor(target: Target, caller: Caller): Promise<LoadedPolicy>;
  pinsFor(profile: string): Promise<PinnedProfile>;
  device: DevicePosture | null;
  sessionTable: string | null;
}

/** Everything that a grant needs. */
export interface GatePorts extends AuthorizePorts {
  journal(): Promise<JournalPort>;
  cache: SessionCachePort | null;
  /** Asks for the one-time code that the target's `mfa_serial` wants; `null` = nobody can be asked. */
  mfa(target: Target, serial: string): Promise<MfaAnswer | null>;
  /** The only function that asks AWS for a target's credentials. */
  vend(permit: Permit): Promise<SessionCredentials>;
  /** Says something to the person on stderr. */
  warn(text: string): void;
  version: string;
}

/** What a command asks the gate for. */
export interface Ask {
  profile: string;
  mode: Mode;
  reason: string | null;
  ticket: string | null;
  /** Seconds; `null` = the profile's own, else one hour. */
  duration: number | null;
  /** False skips the session cache. */
  useCache: boolean;
}

/** What is known when the decision is taken. */
export interface Authorization {
  ask: Ask;
  target: Target;
  caller: Caller;
  policy: LoadedPolicy;
  pins: PinnedProfile;
  request: PolicyRequest;
  decision: Decision;
  facts: readonly RecordedFact[];
}

/** Credentials, and the record that they were handed out under. */
export interface Grant {
  credentials: SessionCredentials;
  target: Target;
  caller: Caller;
  decision: Decision;
  sourceIdentity: string | null;
  requestId: string;
  served: "new" | "cache";
}
