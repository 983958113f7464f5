// doctor: AWS's two files, each read by itself, so that a fault in one hides nothing in the other.
import type { AwsFile, Trouble } from "../../core/doctor/mod.ts";
import { asSentinelError } from "../../core/errors/mod.ts";
import { readIni } from "../../core/profiles/ini.ts";
import { osReason } from "../os/owner.ts";

/** Where AWS's files are; `null` where nothing tells. */
export function awsPaths(
  env: (name: string) => string | undefined,
): { config: string | null; credentials: string | null } {
  const home = env("HOME") ?? env("USERPROFILE");
  const below = (name: string) => home ? `${home}/.aws/${name}` : null;
  return {
    config: env("AWS_CONFIG_FILE") || below("config"),
    credentials: env("AWS_SHARED_CREDENTIALS_FILE") || below("credentials"),
  };
}

/** One of them, as far as it can be read. */
export function awsFile(which: AwsFile["which"], path: string): AwsFile {
  let text: string;
  try {
    if (!Deno.statSync(path).isFile) {
      return { path, which, sections: null, trouble: notRead(path, "no file") };
    }
    text = Deno.readTextFileSync(path);
  } catch (error) {
    const absent = error instanceof Deno.errors.NotFound;
    return { path, which, sections: null, trouble: absent ? null : notRead(path, osReason(error)) };
  }
  try {
    return { path, which, sections: readIni({ file: path, text }), trouble: null };
  } catch (error) {
    return { path, which, sections: null, trouble: troubleOf(error) };
  }
}

function notRead(path: string, why: string): Trouble {
  return { code: "AWS_CONFIG_INVALID", message: `Cannot read ${path}: ${why}`, hint: null };
}

/** A failure as plain data. */
export function troubleOf(thrown: unknown): Trouble {
  const { code, message, hint } = asSentinelError(thrown);
  return { code, message, hint };
}
