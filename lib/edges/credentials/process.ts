// credentials: base credentials from a `credential_process`, run with an environment of its own.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { type runProcess, splitCommand } from "../os/process.ts";
import { checkedCredentials, type LeafCredentials } from "./leaf_check.ts";

/**
 * What a helper program may need to find its files, its network and the person. No key, token or
 * profile variable: what it answers must come from its own source, not from who happens to ask.
 */
const PASSED_ON = [
  ..."PATH HOME USER LOGNAME SHELL TERM TZ TMPDIR TMP TEMP PWD".split(" "),
  ..."LANG LANGUAGE LC_ALL LC_CTYPE LC_COLLATE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME".split(
    " ",
  ),
  ..."AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_REGION AWS_DEFAULT_REGION".split(" "),
  ..."HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy".split(
    " ",
  ),
  ..."AWS_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS DENO_CERT".split(" "),
  ..."DENO_TLS_CA_STORE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE".split(" "),
  ..."SSH_AUTH_SOCK GPG_TTY GNUPGHOME DBUS_SESSION_BUS_ADDRESS BROWSER".split(" "),
  ..."DISPLAY WAYLAND_DISPLAY XAUTHORITY".split(" "),
  ..."XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_STATE_HOME".split(" "),
  ..."SystemRoot SystemDrive ComSpec PATHEXT USERPROFILE USERNAME APPDATA LOCALAPPDATA".split(" "),
  ..."ProgramData HOMEDRIVE HOMEPATH".split(" "),
] as const;

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 64 * 1024;

/** The environment of a program that the resolver starts; under `SENTINEL_RESOLVING` Sentinel refuses to run. */
export function processEnvironment(
  env: (name: string) => string | undefined,
): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = env(name);
    if (value !== undefined) passed[name] = value;
  }
  return { ...passed, SENTINEL_RESOLVING: "1" };
}

/** What running the process needs. */
export interface ProcessPorts {
  run: typeof runProcess;
  env(name: string): string | undefined;
  now(): Date;
}

/**
 * Runs a profile's `credential_process` and reads its answer (AWS CLI user guide, "Sourcing
 * credentials with an external process"): `Version` 1, an `Expiration` where it has one.
 *
 * @throws {SentinelError} `PROCESS_FAILED`, `NO_CREDENTIALS`, `CREDENTIALS_EXPIRED`; its output is
 * never shown
 */
export async function credentialsFromProcess(
  profile: string,
  command: string,
  ports: ProcessPorts,
): Promise<LeafCredentials> {
  const { code, stdout } = await ports.run(splitCommand(command), {
    env: processEnvironment(ports.env),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    stderr: "inherit",
  });
  if (code !== 0) throw failed(profile, `exit code ${code}`);
  const answer = objectOf(profile, stdout);
  if (answer["Version"] !== 1) throw failed(profile, `no "Version": 1`);
  return checkedCredentials({
    source: `the credential_process of profile ${quoted(profile)}`,
    hint: "run it by hand to see what it answers",
    now: ports.now(),
    cheap: null,
  }, {
    accessKeyId: answer["AccessKeyId"],
    secretAccessKey: answer["SecretAccessKey"],
    sessionToken: answer["SessionToken"],
    expiration: answer["Expiration"],
  });
}

function objectOf(profile: string, stdout: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(stdout));
  } catch {
    // The parser's own words quote what it read: keys.
    throw failed(profile, "an answer that is no JSON");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw failed(profile, "an answer that is no JSON object");
  }
  return value as Record<string, unknown>;
}

function failed(profile: string, found: string): SentinelError {
  return new SentinelError(
    "PROCESS_FAILED",
    `Cannot get credentials from the credential_process of profile ${
      quoted(profile)
    }: found ${found}`,
    { hint: "run it by hand to see what it says" },
  );
}
