// credentials: the leaf's own credentials, read from where the resolver says they are.
import { SentinelError } from "../../core/errors/mod.ts";
import type { AwsConfig, Leaf, ProfileSection } from "../../core/profiles/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { runProcess } from "../os/process.ts";
import { checkedCredentials, type LeafCredentials } from "./leaf_check.ts";
import { credentialsFromProcess } from "./process.ts";

export type { LeafCredentials } from "./leaf_check.ts";

/** What loading needs of the process. */
export interface LeafPorts {
  env(name: string): string | undefined;
  now(): Date;
  /** Region for the calls that a web identity token needs. */
  region: string | null;
  /** Runs a `credential_process`. Default: the one of lib/edges/os. */
  runProcess?: typeof runProcess;
}

/**
 * Loads base credentials. Keys, environment and process need no SDK; SSO, web identity, instance
 * and container metadata load it when they are asked for.
 *
 * @throws {SentinelError} `NO_CREDENTIALS` when there are none or they are malformed,
 * `CREDENTIALS_EXPIRED`, `PROCESS_FAILED`, `AWS_UNREACHABLE`
 */
export async function loadLeaf(
  leaf: Leaf,
  config: AwsConfig,
  ports: LeafPorts,
): Promise<LeafCredentials> {
  switch (leaf.kind) {
    case "keys":
      return fromSection(sectionOf(config, leaf.profile), ports);
    case "environment":
      return fromEnvironment(ports);
    case "process":
      return await credentialsFromProcess(leaf.profile, leaf.command, {
        run: ports.runProcess ?? runProcess,
        env: ports.env,
        now: ports.now,
      });
    case "sso":
    case "web-identity":
    case "imds":
    case "container": {
      const { loadBySdk } = await import("./leaf_sdk.ts");
      return await loadBySdk(leaf, config, ports);
    }
  }
}

function fromSection(section: ProfileSection, ports: LeafPorts): LeafCredentials {
  const said = (key: string) => section.values.get(key)?.text;
  return checkedCredentials({
    source: `profile ${quoted(section.name)}`,
    hint: `aws configure --profile ${quoted(section.name)}`,
    now: ports.now(),
    cheap: "secret-key",
  }, {
    accessKeyId: said("aws_access_key_id"),
    secretAccessKey: said("aws_secret_access_key"),
    sessionToken: said("aws_session_token"),
    expiration: undefined,
  });
}

function fromEnvironment({ env, now }: LeafPorts): LeafCredentials {
  return checkedCredentials({
    source: "the environment",
    hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --aws-profile",
    now: now(),
    cheap: "secret-key",
  }, {
    accessKeyId: env("AWS_ACCESS_KEY_ID"),
    secretAccessKey: env("AWS_SECRET_ACCESS_KEY"),
    sessionToken: env("AWS_SESSION_TOKEN"),
    expiration: env("AWS_CREDENTIAL_EXPIRATION"),
  });
}

function sectionOf(config: AwsConfig, profile: string): ProfileSection {
  const section = config.profiles.get(profile);
  if (section !== undefined) return section;
  throw new SentinelError("PROFILE_UNKNOWN", `Cannot find profile ${quoted(profile)}`);
}
