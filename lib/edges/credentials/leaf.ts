// credentials: the leaf's own credentials, read from where the resolver says they are.
import {
  type AwsConfig,
  type Leaf,
  type ProfileSection,
  sectionOf,
} from "../../core/profiles/mod.ts";
import { quoted, shellWord } from "../../core/text/printable.ts";
import { runProcess } from "../os/process.ts";
import { checkedCredentials, type LeafCredentials } from "./leaf_check.ts";
import { credentialsFromProcess } from "./process.ts";

export type { LeafCredentials } from "./leaf_check.ts";

/** What loading needs of the process. */
export interface LeafPorts {
  env(name: string): string | undefined;
  now(): Date;
  /** Region for the call that trades a web identity token. `null` = `us-east-1`. */
  region: string | null;
  /** Where tokens are traded: a web identity's at STS, a log-in's at SSO. `null` = AWS's own. */
  endpoints: { sts: string | null; sso: string | null };
  /** Runs a `credential_process`. Default: the one of lib/edges/os. */
  runProcess?: typeof runProcess;
  fetch?: typeof fetch;
}

/**
 * Loads base credentials. Only instance and container metadata need the AWS SDK, and load it when
 * they are asked for; it would ask variables and files by itself where a token goes.
 *
 * @throws {SentinelError} `NO_CREDENTIALS` when there are none or they are malformed,
 * `CREDENTIALS_EXPIRED`, `PROCESS_FAILED`, `AWS_CONFIG_INVALID`, `AWS_UNREACHABLE`, `AWS_REFUSED`,
 * `AWS_THROTTLED`, `AWS_RUBBISH`
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
    case "sso": {
      const { credentialsFromSso } = await import("./leaf_sso.ts");
      return await credentialsFromSso(config, sectionOf(config, leaf.profile), ports);
    }
    case "web-identity": {
      const { credentialsFromToken } = await import("./leaf_web_identity.ts");
      return await credentialsFromToken(sectionOf(config, leaf.profile), leaf.roleArn, ports);
    }
    case "imds":
    case "container": {
      const { loadBySdk } = await import("./leaf_sdk.ts");
      return await loadBySdk(leaf.kind, ports);
    }
  }
}

function fromSection(section: ProfileSection, ports: LeafPorts): LeafCredentials {
  const said = (key: string) => section.values.get(key)?.text;
  return checkedCredentials({
    source: `profile ${quoted(section.name)}`,
    hint: `aws configure --profile ${shellWord(section.name)}`,
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
