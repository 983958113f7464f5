// commands: the composition root. The one place that knows both the gate and the edges.
import { SentinelError } from "../lib/core/errors/mod.ts";
import { about } from "../lib/core/journal/concerns.ts";
import type { MachineFacts } from "../lib/core/doctor/types.ts";
import type { Clerk, DeskPorts } from "../lib/core/approvals/mod.ts";
import type { SimulationPort } from "../lib/core/permissions/simulation.ts";
import type { ExplainablePolicy } from "../lib/core/policy/loaded.ts";
import type { AwsConfig, Target } from "../lib/core/profiles/mod.ts";
import type { Caller, LeafHandle } from "../lib/core/sessions/types.ts";
import type { JournalLook, JournalVerification, ReadEntry } from "../lib/edges/journal/mod.ts";
import type { Verdict } from "../lib/edges/policy/validate.ts";
import type { StsClient } from "../lib/edges/aws/sts.ts";
import {
  identify,
  type IdentifyPorts,
  type LeafSource,
} from "../lib/edges/credentials/identify.ts";
import { type LeafCredentials, loadLeaf } from "../lib/edges/credentials/leaf.ts";
import { type SealedFiles, sealedFiles } from "../lib/edges/credentials/sealed.ts";
import { sessionCache } from "../lib/edges/credentials/session_cache.ts";
import { type SigningCredentials, vendor } from "../lib/edges/credentials/vend.ts";
import { cacheKey } from "../lib/edges/credentials/cache_key.ts";
import { requireProgram, runChild } from "../lib/edges/os/child.ts";
import { lookAt } from "../lib/edges/os/owner.ts";
import { writePrivateFile } from "../lib/edges/os/privateFiles.ts";
import { loadPolicy } from "../lib/edges/policy/load.ts";
import type { ReadParameter } from "../lib/edges/policy/parameter.ts";
import type { PolicySource } from "../lib/edges/policy/sources.ts";
import { type Ask, type GatePorts, type Grant, grant } from "../lib/gate/mod.ts";
import { type Base, surroundingsOf } from "./base.ts";
import type { DeskParts, DeskView } from "./desk.ts";
import type { GrantFlags } from "./flags.ts";
import {
  headKeys,
  journalDirectory,
  leafPorts,
  mfaAsker,
  openLocalRecord,
  openRecord,
  stsFor,
} from "./wiring.ts";
import { mayWrite, Workplace } from "./workplace.ts";

/** What stricli hands to every command as `this`. */
export interface Context {
  readonly process: {
    readonly stdout: { write(text: string): void };
    readonly stderr: { write(text: string): void };
    /** Empty on purpose: stricli's own variables change nothing here. */
    readonly env: Readonly<Record<string, string>>;
    exitCode: number | string | null;
  };
  readonly base: Base;
  /** Everything that a command can ask for, built when it is asked for. */
  open(flags: GrantFlags): Session;
}

/** One command's way to identity, policy, journal and the gate. */
export class Session {
  readonly base: Base;
  readonly work: Workplace;
  readonly #leaves = new WeakSet<LeafHandle>();
  readonly #callers = new Map<string, Promise<Caller>>();
  readonly #opened = new WeakMap<LeafCredentials, Promise<SealedFiles | null>>();

  constructor(base: Base, flags: GrantFlags) {
    this.base = base;
    this.work = new Workplace(base, flags);
  }

  /** The gate: credentials for what `prepare` asks, or an error that says why not. */
  grant(prepare: () => Promise<Ask>): Promise<Grant> {
    return grant(prepare, this.#ports());
  }

  /** Who STS says that the target's leaf is. Asked once for each leaf. */
  identify(target: LeafSource): Promise<Caller> {
    const key = JSON.stringify([target.leaf, target.region, target.stsEndpoint]);
    const known = this.#callers.get(key) ?? this.#identify(target);
    this.#callers.set(key, known);
    return known;
  }

  /** What seals the sessions that are kept for the next call. */
  async cacheSeal(target: LeafSource): Promise<"own secret" | "key file"> {
    const { leaf } = await this.identify(target);
    return this.#open(leaf).cheapSecret === null ? "key file" : "own secret";
  }

  /** The policy that decides about a profile. `caller` signs where the policy lies in SSM. */
  async policy(
    profile: string,
    target: Target,
    caller: Caller | null,
  ): Promise<ExplainablePolicy> {
    const source = await this.work.policySource(profile);
    return await loadPolicy(profile, source, {
      directory: this.work.directories().config,
      now: () => this.base.now(),
      ...(caller !== null && {
        compiled: await this.#files(this.#open(caller.leaf)),
        parameter: (from: PolicySource & { kind: "ssm" }) => this.#parameter(from, target, caller),
      }),
    });
  }

  /** One policy file, read as strictly as a decision would. Never throws for what it finds. */
  async validate(file: string, kind: "policy" | "guardrail"): Promise<Verdict> {
    const { validateFile } = await import("../lib/edges/policy/validate.ts");
    return validateFile(file, kind);
  }

  /** The record's entries, oldest first. */
  async *journalEntries(profile: string | null, last: number | null): AsyncIterable<ReadEntry> {
    const { readEntries } = await import("../lib/edges/journal/mod.ts");
    yield* readEntries(journalDirectory(this.work), {
      ...(last !== null && { limit: last }),
      ...(profile !== null && { filter: about(profile) }),
    });
  }

  /** The record at a glance: how it stands, and which sessions it knows to be out. */
  async journalLook(): Promise<JournalLook> {
    const { lookAtJournal } = await import("../lib/edges/journal/mod.ts");
    return await lookAtJournal(journalDirectory(this.work), this.base.now());
  }

  /** What `doctor` sees of this machine. Changes nothing, starts nothing, asks nobody. */
  async machine(): Promise<MachineFacts> {
    const { lookAtMachine } = await import("../lib/edges/doctor/mod.ts");
    return await lookAtMachine({
      env: this.base.env,
      now: () => this.base.now(),
      version: this.base.version,
      directories: this.work.directories(),
    });
  }

  /** The files that `init` reads and writes. */
  async setupFiles(): Promise<typeof import("../lib/edges/setup/mod.ts")> {
    return await import("../lib/edges/setup/mod.ts");
  }

  /** The record held against its own chain. */
  async verifyJournal(): Promise<{ result: JournalVerification; error: SentinelError | null }> {
    const { requireWhole, verifyJournal } = await import("../lib/edges/journal/mod.ts");
    const result = await verifyJournal(journalDirectory(this.work), await headKeys(this.work));
    try {
      requireWhole(result);
      return { result, error: null };
    } catch (error) {
      if (error instanceof SentinelError) return { result, error };
      throw error;
    }
  }

  /** Full names of the parameters right below a path, as the base credentials see them. */
  async parametersBelow(path: string): Promise<string[]> {
    const { parameterNames } = await import("../lib/edges/aws/ssm.ts");
    const target = await this.work.leafOnly();
    const credentials = await this.#leaf(target, await this.work.awsConfig());
    const { region, ssmEndpoint: endpoint } = target;
    return await parameterNames({
      credentials,
      region,
      endpoint,
      path,
      now: () => this.base.now(),
    });
  }

  /** True where the parameter of a policy is sealed with a key. @param arn the parameter's */
  async isSealed(
    arn: string,
    target: Pick<Target, "region" | "ssmEndpoint">,
    caller: Caller,
  ): Promise<boolean> {
    const { isSealed } = await import("../lib/edges/aws/ssm.ts");
    return await isSealed({
      name: arn,
      credentials: this.#open(caller.leaf),
      region: arn.split(":")[3] ?? target.region,
      endpoint: target.ssmEndpoint,
      now: () => this.base.now(),
    });
  }

  /**
   * IAM's simulation, asked with the caller's own credentials.
   * @param profile whose section says where IAM is
   */
  async simulation(profile: string | null, caller: Caller): Promise<SimulationPort> {
    const { iamSimulation } = await import("../lib/edges/aws/iam.ts");
    return iamSimulation({
      credentials: this.#open(caller.leaf),
      partition: caller.principal.partition,
      endpoint: await this.work.iamEndpoint(profile),
      now: () => this.base.now(),
      random: (bytes) => this.base.random(bytes),
    });
  }

  /** Files of shells: rc files, and what is generated for them. */
  async shellFiles(): Promise<typeof import("../lib/edges/shell/mod.ts")> {
    return await import("../lib/edges/shell/mod.ts");
  }

  /** A note on stderr, which `--quiet` keeps. */
  async noted(text: string): Promise<void> {
    if (!await this.work.switchedOn("quiet")) this.base.err(`sentinel: ${text}\n`);
  }

  /** A text on stdout, and on stderr what it does, line by line. */
  async explained(text: string, lines: readonly string[]): Promise<void> {
    this.base.out(text);
    if (await this.work.switchedOn("quiet")) return;
    this.base.err(lines.map((line) => `${line}\n`).join(""));
  }

  /**
   * Writes a text to a file that only this user may read. `exists` = there is one, left alone.
   * @param path as a person types it: from the working directory, `~/` from home
   */
  saveText(path: string, text: string, replace: boolean): "saved" | "exists" {
    const home = this.base.env("HOME") ?? "";
    const whole = path.startsWith("~/") && home !== "" ? `${home}${path.slice(1)}` : path;
    const absolute = whole.startsWith("/") ? whole : `${this.base.cwd()}/${whole}`;
    if (!replace && lookAt(absolute) !== null) return "exists";
    writePrivateFile(absolute, new TextEncoder().encode(text));
    return "saved";
  }

  /** Throws what running the program would, before anything is asked for. */
  requireProgram([program = ""]: readonly string[]): void {
    requireProgram(program, this.base.env("PATH") ?? "");
  }

  /** Runs a program in the foreground with exactly `env`; its exit code. */
  async run(program: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
    return await runChild(program, env);
  }

  /** The desk where requests are filed and decided about, with the caller before it. */
  async desk(
    caller: Caller,
    profile: string | null,
  ): Promise<{ ports: DeskPorts; clerk: Clerk }> {
    const { openDesk } = await import("./desk.ts");
    return await openDesk(this.#deskParts(caller), profile);
  }

  /** What the desk keeps, for looking: no store is made, nothing is recorded. */
  async deskView(caller: Caller): Promise<DeskView> {
    const { viewDesk } = await import("./desk.ts");
    return await viewDesk(this.#deskParts(caller));
  }

  #deskParts(caller: Caller): DeskParts {
    const { base, work } = this;
    return { base, work, caller, credentials: () => this.#open(caller.leaf) };
  }

  #ports(): GatePorts {
    const open = (leaf: LeafHandle) => this.#open(leaf);
    return {
      now: () => this.base.now(),
      random: (bytes) => this.base.random(bytes),
      resolve: (profile) => this.work.target(profile),
      identify: (target) => this.identify(target),
      policyFor: (profile, target, caller) => this.policy(profile, target, caller),
      pinsFor: (profile) => this.work.pinnedProfile(profile),
      approval: async (question) => {
        const { approvalFor } = await import("./desk.ts");
        return await approvalFor(question, this.#deskParts(question.caller));
      },
      device: null,
      sessionTable: null,
      surroundings: surroundingsOf(this.base.environment()),
      forget: () => this.work.forget(),
      journal: () => openRecord(this.base, this.work),
      localJournal: () => openLocalRecord(this.base, this.work),
      cache: sessionCache((caller) => this.#files(open(caller.leaf))),
      mfa: mfaAsker(this.base, this.work),
      vend: vendor({ open, sts: this.#sts, now: () => this.base.now() }),
      warn: (text) => this.base.err(`sentinel: ${text}\n`),
      version: this.base.version,
    };
  }

  async #identify(target: LeafSource): Promise<Caller> {
    const config = await this.work.awsConfig();
    const ports: IdentifyPorts = {
      now: () => this.base.now(),
      leaf: (t) => this.#leaf(t, config),
      sts: this.#sts,
      issuer: await this.work.issuer(),
      files: (leaf) => this.#files(leaf),
      grantedProfile: this.base.env("AWS_SENTINEL") ?? null,
    };
    return await identify(target, ports);
  }

  readonly #sts = (
    credentials: SigningCredentials,
    region: string | null,
    endpoint: string | null,
  ): StsClient => stsFor(this.base, credentials, region, endpoint);

  async #leaf(target: LeafSource, config: AwsConfig): Promise<LeafCredentials> {
    refuseWhileResolving(this.base);
    const leaf = await loadLeaf(target.leaf, config, leafPorts(this.base, target));
    this.#leaves.add(leaf);
    return leaf;
  }

  #open(leaf: LeafHandle): LeafCredentials {
    if (this.#leaves.has(leaf)) return leaf as LeafCredentials;
    throw new SentinelError("INTERNAL", "Cannot sign: the credentials are not this session's own");
  }

  #files(leaf: LeafCredentials): Promise<SealedFiles | null> {
    const opened = this.#opened.get(leaf) ?? this.#openFiles(leaf);
    this.#opened.set(leaf, opened);
    return opened;
  }

  #openFiles(leaf: LeafCredentials): Promise<SealedFiles | null> {
    if (!mayWrite()) return Promise.resolve(null);
    const { cache } = this.work.directories();
    const random = (n: number) => this.base.random(n);
    const secret = leaf.cheapSecret ?? cacheKey(cache, random);
    return secret === null
      ? Promise.resolve(null)
      : sealedFiles(`${cache}/sessions`, secret, random);
  }

  async #parameter(
    from: PolicySource & { kind: "ssm" },
    target: Target,
    caller: Caller,
  ): Promise<ReadParameter> {
    const { parameterText } = await import("../lib/edges/policy/parameter.ts");
    const leaf = this.#open(caller.leaf);
    return await parameterText(from, {
      credentials: leaf,
      region: target.region,
      endpoint: target.ssmEndpoint,
      now: () => this.base.now(),
      files: await this.#files(leaf),
    });
  }
}

// A process that the resolver started must not ask Sentinel for the credentials it was started for.
function refuseWhileResolving(base: Base): void {
  if (!base.env("SENTINEL_RESOLVING")) return;
  throw new SentinelError(
    "RESOLVING",
    "Cannot ask for credentials: Sentinel itself started this program to get some",
    { hint: "take `sentinel` out of the credential_process of the source profile" },
  );
}

/** The context of one run of the program. */
export function createContext(base: Base): Context {
  return {
    base,
    process: {
      stdout: { write: (text: string) => base.out(text) },
      stderr: { write: (text: string) => base.err(text) },
      env: {},
      exitCode: null,
    },
    open: (flags) => new Session(base, flags),
  };
}
