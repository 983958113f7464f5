// doctor: what AWS's sections say, one by one, however the files hang together.
import { nameInConfig } from "../profiles/aws_config.ts";
import type { IniSection } from "../profiles/ini.ts";
import { runsSentinel } from "../profiles/self_reference.ts";
import type { AwsFile } from "./types.ts";

/** A profile's section with its place. */
export interface Placed {
  name: string;
  section: IniSection;
  file: AwsFile;
  /** `path:line`. */
  place: string;
}

/** The profiles' sections of both files, in file order. */
export function profileSections(files: readonly AwsFile[]): Placed[] {
  return files.flatMap((file) =>
    (file.sections ?? []).flatMap((section) => {
      const name = file.which === "credentials" ? section.header : profileName(file, section);
      return name === null ? [] : [{ name, section, file, place: `${file.path}:${section.line}` }];
    })
  );
}

function profileName(file: AwsFile, section: IniSection): string | null {
  try {
    const named = nameInConfig(file.path, section);
    return named?.kind === "profile" ? named.name : null;
  } catch {
    // A header that nobody can read is told by the reading of the whole file.
    return null;
  }
}

/** True when the section names a role, ours or AWS's. */
export function hasRole({ values }: IniSection): boolean {
  return values.has("role_arn") || values.has("sentinel_role_arn");
}

/** What a gated profile's process asks for. */
export type ProcessFact =
  | { kind: "none" | "not sentinel" | "unread" }
  | { kind: "sentinel"; program: string; profile: string | null };

/** Reads a `credential_process` as far as it concerns us. The command itself is never shown. */
export function processOf(command: string | undefined): ProcessFact {
  if (command === undefined || command === "") return { kind: "none" };
  if (!runsSentinel(command)) return { kind: "not sentinel" };
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? "");
  const verb = words.indexOf("credentials");
  if (verb < 0) return { kind: "unread" };
  const flag = words.findIndex((word) => /^(--profile|-p)$/.test(word));
  const joined = words.find((word) => /^(--profile|-p)=/.test(word));
  const profile = flag >= 0 ? words[flag + 1] ?? null : joined?.replace(/^[^=]*=/, "") ?? null;
  return { kind: "sentinel", program: words[0] ?? "", profile };
}
