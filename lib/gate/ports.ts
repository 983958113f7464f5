// gate: what the gate needs from the world, as ports.
import type { JournalPort, RecordedFact } from "../core/journal/types.ts";
import type { LoadedPolicy } from "../core/policy/loaded.ts";
import type { Decision, DevicePosture, Mode, PolicyRequest } from "../core/policy/types.ts";
import type { Target } from "../core/profiles/types.ts";
import type { Permit } from "../core/sessions/permit.ts";
import type {
  Caller,
  MfaAnswer,
  SessionCachePort,
  SessionCredentials,
} from "../core/sessions/types.ts";

export type { LoadedPolicy } from "../core/policy/loaded.ts";

/** What the pins file says of one profile. */
export interface PinnedProfile {
  /** True when something is pinned for this profile. */
  pinned: boolean;
  /** The role that it must resolve to; `null` = not pinned. */
  role: string | null;
  /** Roles that are pinned for named profiles: who else uses one goes round its pins. */
  roles: ReadonlyMap<string, readonly string[]>;
}

/** What an approval is looked for. */
export interface ApprovalQuestion {
  profile: string;
  role: string | null;
  caller: Caller;
}

/** An approved request that may be used for a question, checked in every part. */
export interface Approved {
  id: string;
  /** What stands after `ap-` in the source identity. */
  grantId: string;
  /** No session may live beyond this instant. */
  until: Date;
  /** Who vouches for it: a pinned key, or whoever can write the store. */
  vouchedBy: string;
  /**
   * Uses it up by one conditional write where policy says `once`; else does nothing.
   * @param issue the request id of the issue
   * @throws SentinelError `APPROVAL_OVER` when another was first or it was taken back, or the
   * store's own code: then AWS is not asked
   */
  consume(issue: string, now: Date): Promise<void>;
}

/** What the store has for a question. */
export interface ApprovalAnswer {
  approved: Approved | null;
  /** Ids of requests for the same that nobody has decided yet. */
  waiting: readonly string[];
}

/** Ports that answer questions; none of them yields credentials. */
export interface AuthorizePorts {
  now(): Date;
  /** Which role, chain and leaf. Reads files only. */
  resolve(profile: string): Promise<Target>;
  /** Who: STS's answer for the leaf. */
  identify(target: Target): Promise<Caller>;
  /** Which policy decides about a profile. One that is missing, unreadable or invalid throws. */
  policyFor(profile: string, target: Target, caller: Caller): Promise<LoadedPolicy>;
  pinsFor(profile: string): Promise<PinnedProfile>;
  /**
   * The approval that a question may use now. Asked at each decision that wants one, never cached.
   * @throws SentinelError when the store can't be asked, or what it holds was forged or edited
   */
  approval(question: ApprovalQuestion): Promise<ApprovalAnswer>;
  device: DevicePosture | null;
  sessionTable: string | null;
  /** Variables that are set and can lead the program or its calls elsewhere, by name. */
  surroundings: readonly string[];
}

/** Everything that a grant needs. */
export interface GatePorts extends AuthorizePorts {
  random(bytes: number): Uint8Array;
  /** The journal with every sink that pins, flags and files add. */
  journal(): Promise<JournalPort>;
  /** The journal's own file alone: for a refusal whose reason is that the rest can't be known. */
  localJournal(): JournalPort;
  cache: SessionCachePort | null;
  /** Asks for the one-time code that the target's `mfa_serial` wants; `null` = nobody can be asked. */
  mfa(target: Target, serial: string): Promise<MfaAnswer | null>;
  /** The only function that asks AWS for a target's credentials. */
  vend(permit: Permit): Promise<SessionCredentials>;
  /** Drops what was read of pins and configuration: a decision that is taken again reads it anew. */
  forget(): void;
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
}

/** One profile, judged: the target's, or one whose role stands on the way to it. */
export interface Judged {
  profile: string;
  policy: LoadedPolicy;
  request: PolicyRequest;
  decision: Decision;
}

/** What is known when the decision is taken. */
export interface Authorization {
  readonly ask: Ask;
  readonly target: Target;
  readonly caller: Caller;
  readonly pins: PinnedProfile;
  /** The gated profiles on the way, in order, then the target: all must allow. */
  readonly judged: readonly [...Judged[], Judged];
  /** What the store had for the profiles that want an approval. */
  readonly approvals: ReadonlyMap<string, ApprovalAnswer>;
  /** The instant of the decision. */
  readonly at: Date;
  readonly facts: readonly RecordedFact[];
}

/** Credentials, and the record that they were handed out under. */
export interface Grant {
  credentials: SessionCredentials;
  /** When a holder that comes back should; never later than the credentials end. */
  reported: Date;
  target: Target;
  caller: Caller;
  decision: Decision;
  pinned: boolean;
  sourceIdentity: string | null;
  requestId: string;
  served: "new" | "cache";
}
