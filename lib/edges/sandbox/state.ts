// sandbox: what changes while it runs.
import type { PolicyDocument } from "../../core/iam/mod.ts";
import { readPolicyText } from "./policy_text.ts";
import { hex } from "./sigv4.ts";
import type { NamedDocument, SettledWorld, World, WorldKeys } from "./world.ts";

/** Random bytes; the one source of everything that must not be guessed. */
export type Random = (length: number) => Uint8Array<ArrayBuffer>;

/** A policy as text and as a value. */
export interface StoredPolicy {
  text: string;
  document: PolicyDocument;
}

/** What users and roles have in common. */
export interface Identity {
  name: string;
  path: string;
  arn: string;
  /** `AIDA…` or `AROA…`. */
  id: string;
  policies: Map<string, StoredPolicy>;
  attached: Set<string>;
  boundary: StoredPolicy | null;
  tags: Map<string, string>;
  /** ms since the epoch. */
  created: number;
}

/** An IAM user. */
export interface User extends Identity {
  mfa: { serial: string; codes: readonly string[] } | null;
}

/** An IAM role. */
export interface Role extends Identity {
  trust: StoredPolicy;
  /** Seconds. */
  maxSession: number;
}

/** A role session, as long as its keys live. */
export interface RoleSession {
  role: Role;
  name: string;
  sourceIdentity: string | null;
  tags: Map<string, string>;
  transitive: Set<string>;
  /** `null` = none were passed. */
  policies: readonly PolicyDocument[] | null;
}

/** A pair of keys and what they stand for. */
export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
  /** `null` for long-term keys. */
  token: string | null;
  /** ms since the epoch; `null` for long-term keys. */
  issued: number | null;
  expires: number | null;
  /** ms since the epoch of the MFA that the session rests on. */
  mfaAt: number | null;
  holder: { kind: "user"; user: User } | { kind: "session"; session: RoleSession };
}

/** One version of a parameter. */
export interface Parameter {
  name: string;
  type: "String" | "StringList" | "SecureString";
  /** Value by version, version 1 first; ciphertext (base64) for SecureString. */
  versions: { value: string; modified: number; by: string }[];
  description: string | null;
}

/** A KMS key. */
export interface Key {
  id: string;
  arn: string;
  alias: string;
  spec: string;
  created: number;
  material: Promise<CryptoKey | CryptoKeyPair> | null;
}

/** One thing that the sandbox was told to do wrong. */
export interface Fault {
  service: string;
  action: string;
  kind: FaultKind;
  /** How many calls it still hits. */
  left: number;
  /** `error` only: AWS code and HTTP status. */
  code: string;
  status: number;
  /** `hang` only: seconds until the call goes on; `null` = never. */
  seconds: number | null;
}

/** What a fault does to a call. */
export type FaultKind = "error" | "hang" | "throttle" | "rubbish" | "half" | "redirect" | "5xx";

/** A CloudTrail record. */
export type TrailRecord = Readonly<Record<string, unknown>>;

/** The whole state of a running sandbox. */
export interface State {
  account: string;
  region: string;
  users: Map<string, User>;
  roles: Map<string, Role>;
  credentials: Map<string, Credential>;
  parameters: Map<string, Parameter>;
  keys: Key[];
  scps: readonly (readonly PolicyDocument[])[];
  /** Oldest first. */
  events: TrailRecord[];
  /** `sts:AssumeRole` to the number of calls received. */
  counts: Map<string, number>;
  faults: Fault[];
  /** Seconds that AWS's clock is ahead. */
  offset: number;
  /** Real seconds that every new session lives; `null` = as asked. */
  lifetime: number | null;
  /** AWS's clock, ms since the epoch. */
  time(): number;
  random: Random;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An id in AWS's form: four letters for the kind, then random ones. */
export function newId(prefix: string, random: Random, length = 16): string {
  return prefix + Array.from(random(length), (byte) => BASE32[byte % 32]).join("");
}

/** A random version 4 UUID. */
export function newUuid(random: Random): string {
  const bytes = random(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A random secret of `length` bytes in base64. */
export function newSecret(length: number, random: Random): string {
  return btoa(String.fromCharCode(...random(length)));
}

/** Give every user of a world keys. */
export function settleWorld(world: World, random: Random): SettledWorld {
  const make = (): WorldKeys => ({
    accessKeyId: newId("AKIA", random),
    secretAccessKey: newSecret(30, random),
  });
  return { ...world, users: world.users.map((user) => ({ ...user, keys: user.keys ?? make() })) };
}

/**
 * The state in which a world starts.
 * @param now real time, ms since the epoch
 * @throws SentinelError `IAM_POLICY_INVALID` when a document of the world is none
 */
export function createState(world: SettledWorld, now: () => number, random: Random): State {
  const created = now();
  const state: State = {
    account: world.account,
    region: world.region,
    users: new Map(),
    roles: new Map(),
    credentials: new Map(),
    parameters: new Map(),
    keys: [],
    scps: world.scps.map((level) =>
      level.map((named) => readPolicyText(named.document, named.name))
    ),
    events: [],
    counts: new Map(),
    faults: [],
    offset: 0,
    lifetime: null,
    time: () => now() + state.offset * 1000,
    random,
  };
  for (const user of world.users) addUser(state, user, created);
  for (const role of world.roles) {
    state.roles.set(role.name, {
      ...identity(state, "role", role, created),
      trust: storePolicy(role.trust, `${role.name}/trust`, "trust"),
      maxSession: role.maxSession,
    });
  }
  for (const { alias, spec } of world.keys) {
    const id = newUuid(random);
    const arn = `arn:aws:kms:${world.region}:${world.account}:key/${id}`;
    state.keys.push({ id, arn, alias: `alias/${alias}`, spec, created, material: null });
  }
  return state;
}

function addUser(state: State, user: SettledWorld["users"][number], created: number): void {
  const stored: User = { ...identity(state, "user", user, created), mfa: user.mfa };
  state.users.set(user.name, stored);
  state.credentials.set(user.keys.accessKeyId, {
    ...user.keys,
    token: null,
    issued: null,
    expires: null,
    mfaAt: null,
    holder: { kind: "user", user: stored },
  });
}

interface Described {
  name: string;
  path: string;
  policies: readonly NamedDocument[];
  attached: readonly string[];
  boundary: string | null;
  tags: ReadonlyMap<string, string>;
}

function identity(state: State, kind: "user" | "role", of: Described, created: number): Identity {
  const boundary = of.boundary;
  return {
    name: of.name,
    path: of.path,
    arn: `arn:aws:iam::${state.account}:${kind}${of.path}${of.name}`,
    id: newId(kind === "user" ? "AIDA" : "AROA", state.random, 17),
    policies: new Map(
      of.policies.map((p) => [p.name, storePolicy(p.document, `${of.name}/${p.name}`)]),
    ),
    attached: new Set(of.attached),
    boundary: boundary === null ? null : storePolicy(boundary, `${of.name}/boundary`),
    tags: new Map(of.tags),
    created,
  };
}

/** Parse a policy and keep its text. @throws SentinelError `IAM_POLICY_INVALID` */
export function storePolicy(text: string, id: string, kind?: "trust"): StoredPolicy {
  return { text, document: readPolicyText(text, id, kind) };
}
