// gate: ports that tell in which order they were called. An unplanned call is a failure.
import { type ErrorCode, SentinelError } from "../../lib/core/errors/mod.ts";
import type { EntryBody } from "../../lib/core/journal/types.ts";
import { compilePolicy, evaluate, parsePolicy } from "../../lib/core/policy/mod.ts";
import type { Target } from "../../lib/core/profiles/types.ts";
import { redeemPermit } from "../../lib/core/sessions/permit.ts";
import type {
  CachedSession,
  Caller,
  SessionKey,
  VendTerms,
} from "../../lib/core/sessions/types.ts";
import {
  type ApprovalAnswer,
  type Ask,
  type GatePorts,
  type Grant,
  grant,
} from "../../lib/gate/mod.ts";

export const NOW = new Date("2026-01-05T09:00:00.000Z");
export const ROLE = "arn:aws:iam::111122223333:role/SentinelProtected-Dev";
export const SECRET = "planted-secret-4f1c";

/** What a test puts in place of the world. */
export interface World {
  policy: string;
  guardrail?: string;
  target?: Partial<Target>;
  caller?: Partial<Caller>;
  pinnedRole?: string | null;
  pinnedRoles?: Record<string, string[]>;
  mode?: Ask["mode"];
  ask?: Partial<Ask>;
  cached?: CachedSession | null;
  surroundings?: string[];
  /** What the store has, by profile. */
  approvals?: Record<string, Partial<ApprovalAnswer>>;
  now?: Date;
  /** Milliseconds that a step takes, the first time. */
  waits?: Record<string, number>;
  /** The policy as it is from its second reading on. */
  policyLater?: string;
  /** Seconds that AWS's sessions live, whatever was asked for. */
  lives?: number;
  mfa?: string | null;
  fail?: { at: string; error: unknown };
}

/** The ports, and what happened. */
export interface Played {
  ask: Ask;
  ports: GatePorts;
  calls: string[];
  entries: EntryBody[];
  terms: VendTerms[];
  keys: SessionKey[];
  warnings: string[];
}

export function rules(text: string): string {
  return `version: "1"\nrules:\n${text}`;
}

export const ALLOW_DEV = rules("  - {name: dev, effect: allow, conditions: {profiles: [dev]}}");

export function targetOf(more: Partial<Target> = {}): Target {
  return {
    name: "dev",
    gated: true,
    roleArn: ROLE,
    chain: [{
      profile: "dev",
      roleArn: ROLE,
      externalId: null,
      mfaSerial: null,
      region: null,
      gated: true,
    }],
    leaf: { kind: "keys", profile: "mara" },
    region: "eu-central-1",
    tags: false,
    maxDuration: null,
    defaultDuration: null,
    lease: null,
    mfaProcess: null,
    stsEndpoint: null,
    ssmEndpoint: null,
    ssoEndpoint: null,
    origins: new Map(),
    ...more,
  };
}

export function callerOf(more: Partial<Caller> = {}): Caller {
  return {
    principal: {
      id: "aws:111122223333:user:AIDAMARA",
      partition: "aws",
      account: "111122223333",
      kind: "user",
      name: "mara",
      path: "/",
      role: null,
      permissionSet: null,
      uniqueId: "AIDAMARA",
      arn: "arn:aws:iam::111122223333:user/mara",
    },
    user: "mara",
    userSegment: "mara",
    session: false,
    grantOf: null,
    stsDate: null,
    leaf: { expiresAt: null },
    ...more,
  };
}

export function sessionOf(expiresAt: Date, issuedAt = NOW): CachedSession {
  return {
    credentials: {
      accessKeyId: "ASIACACHED",
      secretAccessKey: SECRET,
      sessionToken: SECRET,
      expiresAt,
    },
    issuedAt,
    duration: Math.round((expiresAt.getTime() - issuedAt.getTime()) / 1000),
    sourceIdentity: "sentinel=mara=direct=0000000000000000",
    intentHash: "c".repeat(64),
  };
}

export function play(world: World): Played {
  const played: Played = {
    ask: {
      profile: "dev",
      mode: world.mode ?? "cli",
      reason: null,
      ticket: null,
      duration: null,
      ...world.ask,
    },
    calls: [],
    entries: [],
    terms: [],
    keys: [],
    warnings: [],
    ports: undefined as unknown as GatePorts,
  };
  let clock = world.now ?? NOW;
  const step = (name: string) => {
    played.calls.push(name);
    if (world.fail?.at === name) throw world.fail.error;
    // Waiting takes its time once: the next time round nothing holds it up.
    clock = new Date(clock.getTime() + (waits.get(name) ?? 0));
    waits.delete(name);
  };
  const waits = new Map(Object.entries(world.waits ?? {}));
  const compiled = (text: string) => {
    const policies = [parsePolicy(text, "policy.yaml")];
    const guardrail = world.guardrail;
    if (guardrail !== undefined) {
      policies.push(parsePolicy(guardrail, { file: "guardrails.yaml", kind: "guardrail" }));
    }
    return compilePolicy(policies);
  };
  const append = (body: EntryBody) => {
    step(`append ${body.kind}`);
    played.entries.push(body);
    const seq = played.entries.length;
    return Promise.resolve({ seq, hash: `${seq}`.repeat(64) });
  };
  let asked = 0;
  const { ports } = Object.assign(played, {
    ports: {
      now: () => clock,
      random: (n) => new Uint8Array(n).fill(7),
      device: null,
      sessionTable: null,
      version: "test",
      forget: () => {},
      surroundings: world.surroundings ?? [],
      pinsFor: () => {
        step("pins");
        return Promise.resolve({
          pinned: world.pinnedRole !== undefined,
          role: world.pinnedRole ?? null,
          roles: new Map(Object.entries(world.pinnedRoles ?? {})),
        });
      },
      approval: ({ profile }) => {
        step(`approval ${profile}`);
        const { approved = null, waiting = [] } = world.approvals?.[profile] ?? {};
        return Promise.resolve({ approved, waiting });
      },
      resolve: () => (step("resolve"), Promise.resolve(targetOf(world.target))),
      identify: () => (step("identify"), Promise.resolve(callerOf(world.caller))),
      policyFor: (profile) => {
        step("policy");
        const text = asked++ > 0 ? world.policyLater ?? world.policy : world.policy;
        const policy = compiled(text);
        return Promise.resolve({
          source: `file:/${profile}.yaml`,
          digest: "d".repeat(64),
          readAt: clock,
          signature: "unsigned",
          decide: (request) => evaluate(policy, request),
        });
      },
      journal: () => {
        step("journal");
        return Promise.resolve({
          append,
          appendIf: (make) => {
            step("turn");
            const body = make();
            return body === null ? Promise.resolve(null) : append(body);
          },
        });
      },
      localJournal: () => {
        step("local journal");
        return { append, appendIf: () => Promise.reject(new Error("unplanned")) };
      },
      cache: {
        get: (_, key) => {
          step("cache get");
          played.keys.push(key);
          return Promise.resolve(world.cached ?? null);
        },
        put: (_, key) => (step("cache put"), played.keys.push(key), Promise.resolve()),
        once: async (_, key, { look, make }) => {
          step("once");
          played.keys.push(key);
          return await look() ?? await make();
        },
      },
      mfa: (_, serial) => {
        step("mfa");
        const code = world.mfa ?? null;
        return Promise.resolve(code === null ? null : { serial, code });
      },
      vend: (permit) => {
        const terms = redeemPermit(permit);
        played.terms.push(terms);
        step("vend");
        return Promise.resolve({
          accessKeyId: "ASIANEW",
          secretAccessKey: SECRET,
          sessionToken: SECRET,
          expiresAt: new Date(clock.getTime() + (world.lives ?? terms.duration) * 1000),
        });
      },
      warn: (text) => played.warnings.push(text),
    } satisfies GatePorts,
  });
  return { ...played, ports };
}

/** Asks the gate for what the world asks. */
export function request(played: Played): Promise<Grant> {
  return grant(() => Promise.resolve(played.ask), played.ports);
}

export function boom(code: ErrorCode): SentinelError {
  return new SentinelError(code, `planned failure ${code}`);
}
