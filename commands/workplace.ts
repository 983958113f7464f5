// commands: the files and settings that one command works with, each read once, when first needed.
import {
  issuerOf,
  type Pin,
  pinFor,
  pinnedRoles,
  type Pins,
  type ReadConfig,
  type Setting,
  type SettingName,
  settle,
  type Source,
} from "../lib/core/config/mod.ts";
import { plainConfig } from "../lib/core/config/plain.ts";
import { SentinelError } from "../lib/core/errors/mod.ts";
import type { Issuer } from "../lib/core/identity/types.ts";
import {
  type AwsConfig,
  checkProfileName,
  endpointFor,
  type LeafTarget,
  parseAwsConfig,
  resolveLeafOnly,
  type ResolveOptions,
  resolveTarget,
  type Target,
} from "../lib/core/profiles/mod.ts";
import { quoted } from "../lib/core/text/printable.ts";
import { parseDuration } from "../lib/core/time/duration.ts";
import { cacheKey } from "../lib/edges/credentials/cache_key.ts";
import { meaningOf } from "../lib/edges/credentials/kept.ts";
import { type SealedFiles, sealedFiles } from "../lib/edges/credentials/sealed.ts";
import { type SentinelDirectories, sentinelDirectories } from "../lib/edges/os/directories.ts";
import { readTrustedFile } from "../lib/edges/os/privateFiles.ts";
import { parseSource, type PolicySource, sourceText } from "../lib/edges/policy/sources.ts";
import type { PinnedProfile } from "../lib/gate/ports.ts";
import type { Base } from "./base.ts";
import { flagValues, type GrantFlags } from "./flags.ts";

const MAX_CONFIG = 16 * 1024 * 1024;

/** Something that is read once, until it is forgotten. */
interface Remembered<T> {
  (): Promise<T>;
  forget(): void;
}

/** Reads once, and remembers the answer, also when it is a failure. */
function once<T>(make: () => Promise<T>): Remembered<T> {
  let made: Promise<T> | undefined;
  const read = () => made ??= make();
  return Object.assign(read, { forget: () => void (made = undefined) });
}

/** Everything that files, variables and flags say, for one command. */
export class Workplace {
  readonly #base: Base;
  readonly #flags: ReadonlyMap<SettingName, string>;

  constructor(base: Base, flags: GrantFlags) {
    this.#base = base;
    this.#flags = flagValues(flags);
  }

  /** Drops what was read: the next question reads the files as they are then. */
  forget(): void {
    for (const file of [this.pins, this.config, this.awsConfig]) file.forget();
  }

  /** Sentinel's own directories. */
  directories(): SentinelDirectories {
    return sentinelDirectories({ get: (name) => this.#base.env(name) }, Deno.build.os);
  }

  readonly pins: Remembered<Pins | null> = once(async () => {
    const path = this.#base.pinsPath;
    const text = trustedText(path, { rootOnly: this.#base.pinsByRoot });
    if (text === null) return null;
    const { readPins } = await import("../lib/core/config/read.ts");
    return readPins(text, path);
  });

  readonly config: Remembered<ReadConfig | null> = once(async () => {
    const text = trustedText(`${this.directories().config}/config.yaml`, {});
    if (text === null) return null;
    const plain = plainConfig(text, "config.yaml");
    if (plain !== null) return plain;
    const kept = { label: "config.yaml", parts: [text] };
    return await meaningOf(kept, await this.#readFiles(), async () => {
      const { readConfig } = await import("../lib/core/config/read.ts");
      return readConfig(text, "config.yaml");
    });
  });

  readonly awsConfig: Remembered<AwsConfig> = once(() =>
    Promise.resolve().then(() => {
      const config = awsFile(this.#base, "AWS_CONFIG_FILE", "config");
      const credentials = awsFile(this.#base, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
      return parseAwsConfig({ ...(config && { config }), ...(credentials && { credentials }) });
    })
  );

  // config.yaml is read before any credentials are: a key beside it seals. Who may read that key may
  // write config.yaml too. Pins are never kept: they are root's, and this cache is the user's.
  async #readFiles(): Promise<SealedFiles | null> {
    if (!mayWrite()) return null;
    const directory = `${this.directories().cache}/read`;
    const random = (bytes: number) => this.#base.random(bytes);
    const key = cacheKey(directory, random);
    return key === null ? null : await sealedFiles(directory, key, random);
  }

  async issuer(): Promise<Issuer | null> {
    return issuerOf(await this.pins(), await this.config());
  }

  async pin(profile: string): Promise<Pin & { pinned: boolean }> {
    const pins = await this.pins();
    return { pinned: pins !== null, ...pinFor(pins, profile) };
  }

  /** A setting and where it came from. With a profile, its `sentinel_*` keys and its pins count. */
  async setting(name: SettingName, profile: string | null = null): Promise<Setting> {
    const pin = profile === null ? null : await this.pin(profile);
    const pins = new Map<SettingName, string>();
    if (pin !== null && pin.policy !== null) pins.set("policy", pin.policy);
    return settle(name, {
      pins,
      flags: this.#flags,
      env: this.#base.env,
      profile: profile === null ? new Map() : await this.#profileValues(profile),
      config: await this.#configValues(),
    });
  }

  /** True where flag, variable or config.yaml say so. */
  async switchedOn(name: SettingName): Promise<boolean> {
    const { value } = await this.setting(name);
    return value !== null && !["false", "0", "no"].includes(value.toLowerCase());
  }

  /** What the pins file says of one profile, as the gate wants to know it. */
  async pinnedProfile(profile: string): Promise<PinnedProfile> {
    const pins = await this.pins();
    const { role } = pinFor(pins, profile);
    return { pinned: await this.isPinned(profile), role, roles: pinnedRoles(pins) };
  }

  /** The target of a profile name, with the leaf that flag, variable or config.yaml put in its place. */
  async target(profile: string): Promise<Target> {
    checkProfileName(profile);
    const target = resolveTarget(await this.awsConfig(), profile, await this.#outside());
    const settled = {
      ...target,
      region: target.region ?? await this.#regionOfConfig(),
      lease: target.lease ?? (await this.config())?.values.lease ?? null,
    };
    // A pin takes endpoints out of the user's hands: no variable leads a pinned profile elsewhere.
    const own = this.#base.pinnedEndpoint;
    return await this.isPinned(profile)
      ? { ...settled, stsEndpoint: own, ssmEndpoint: own, ssoEndpoint: own }
      : settled;
  }

  /** True when the pins file says anything of this profile. */
  async isPinned(profile: string): Promise<boolean> {
    const pin = await this.pin(profile);
    return [pin.role, pin.policy, pin.journal, pin.journalKey].some((what) => what !== null);
  }

  /** The leaf of a command that has no target. */
  async leafOnly(): Promise<LeafTarget> {
    const leaf = resolveLeafOnly(await this.awsConfig(), await this.#outside());
    return { ...leaf, region: leaf.region ?? await this.#regionOfConfig() };
  }

  /** IAM's endpoint as a profile's section or the environment says it; `null` = AWS's own. */
  async iamEndpoint(profile: string | null): Promise<string | null> {
    return await this.#endpointOf("iam", profile);
  }

  /** DynamoDB's, in the same way. */
  async dynamoEndpoint(profile: string | null): Promise<string | null> {
    return await this.#endpointOf("dynamodb", profile);
  }

  async #endpointOf(service: "iam" | "dynamodb", profile: string | null): Promise<string | null> {
    if (profile !== null && await this.isPinned(profile)) return this.#base.pinnedEndpoint;
    const config = await this.awsConfig();
    const section = profile === null ? null : config.profiles.get(profile) ?? null;
    return endpointFor(service, config, section, await this.#outside())?.text ?? null;
  }

  // A region that was said for this call beats the profile's; config.yaml's is for profiles without.
  async #outside(): Promise<ResolveOptions> {
    const [awsProfile, region] = await Promise.all([
      this.setting("awsProfile"),
      this.setting("region"),
    ]);
    const said = region.source === "flag" || region.source === "environment" ? region.value : null;
    return {
      ...(awsProfile.value !== null && { awsProfile: awsProfile.value }),
      ...(said !== null && { region: said }),
      env: this.#base.env,
    };
  }

  async #regionOfConfig(): Promise<string | null> {
    const { value, source } = await this.setting("region");
    return source === "config" ? value : null;
  }

  /** Where the policy comes from; `null` = the files of the policy directory. */
  async policySource(profile: string): Promise<PolicySource | null> {
    const { value, source } = await this.setting("policy", profile);
    if (value === null) return null;
    if (source !== "pin") return parseSource(value, this.#baseOf(source));
    const pinned = parseSource(value, "/");
    await this.#refuseAgainstPin(profile, pinned);
    return pinned;
  }

  #baseOf(source: Source): string {
    return source === "config" ? this.directories().config : this.#base.cwd();
  }

  /** Seconds asked for, or `null` when nobody says. */
  async duration(profile: string): Promise<number | null> {
    const { value, source } = await this.setting("duration", profile);
    // The profile's own value is a default of the target, which the resolver has read already.
    return value === null || source === "profile" ? null : parseDuration(value);
  }

  // A pin that is contradicted is refused, not silently preferred: the person should learn of it.
  async #refuseAgainstPin(profile: string, pinned: PolicySource): Promise<void> {
    const config = (await this.#configValues()).get("policy");
    const said = [
      { source: "flag", text: this.#flags.get("policy"), origin: "--policy" },
      {
        source: "environment",
        text: this.#base.env("SENTINEL_POLICY") || undefined,
        origin: "SENTINEL_POLICY",
      },
      { source: "config", text: config?.text, origin: config?.origin },
    ] as const;
    for (const { source, text, origin } of said) {
      if (text === undefined) continue;
      if (sourceText(parseSource(text, this.#baseOf(source))) === sourceText(pinned)) continue;
      throw new SentinelError(
        "PIN_CONFLICT",
        `Cannot use the policy that ${origin} names for ${quoted(profile)}: the pins file names ${
          quoted(sourceText(pinned))
        }`,
        { hint: "sentinel config show --origin" },
      );
    }
  }

  async #configValues(): Promise<ReadonlyMap<string, { text: string; origin: string }>> {
    const config = await this.config();
    if (config === null) return new Map();
    const scalars = Object.entries(config.values).filter(([, value]) => typeof value !== "object");
    return new Map(scalars.map(([key, value]) => {
      const text = key === "duration" ? `${value}s` : String(value);
      return [key, { text, origin: config.origins[key] ?? "config.yaml" }];
    }));
  }

  async #profileValues(
    name: string,
  ): Promise<ReadonlyMap<string, { text: string; origin: string }>> {
    const section = (await this.awsConfig()).profiles.get(name);
    return new Map(
      [...section?.values ?? []].map(([key, { text, file, line }]) => [
        key,
        { text, origin: `${file}:${line}` },
      ]),
    );
  }
}

/** False for commands that gave up writing: they keep nothing, and Deno must not ask whether they may. */
export function mayWrite(): boolean {
  return Deno.permissions.querySync({ name: "write" }).state === "granted";
}

function trustedText(path: string, more: { rootOnly?: boolean }): string | null {
  const bytes = readTrustedFile(path, { maxBytes: MAX_CONFIG, ...more });
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/** Where one of AWS's own files is; it need not exist. */
export function awsPath(
  base: Pick<Base, "env">,
  variable: "AWS_CONFIG_FILE" | "AWS_SHARED_CREDENTIALS_FILE",
  name: string,
): string | undefined {
  const home = base.env("HOME") ?? base.env("USERPROFILE");
  return base.env(variable) || (home ? `${home}/.aws/${name}` : undefined);
}

// The AWS config belongs to other programs: its modes are theirs to judge.
function awsFile(
  base: Base,
  variable: Parameters<typeof awsPath>[1],
  name: string,
): { file: string; text: string } | undefined {
  const file = awsPath(base, variable, name);
  if (file === undefined) return undefined;
  try {
    const { isFile, size } = Deno.statSync(file);
    if (isFile && size <= MAX_CONFIG) return { file, text: Deno.readTextFileSync(file) };
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw unreadable(file, cause);
  }
  throw unreadable(file, null);
}

function unreadable(file: string, cause: unknown): SentinelError {
  return new SentinelError(
    "AWS_CONFIG_INVALID",
    `Cannot read ${quoted(file)}: want a readable file`,
    {
      hint: "check that it is a file of less than 16 MiB that you may read",
      cause,
    },
  );
}
