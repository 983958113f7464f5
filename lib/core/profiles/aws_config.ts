// profiles: AWS's config and credentials files as one value.
import { quoted } from "../text/printable.ts";
import { type IniFile, type IniSection, invalid, readIni } from "./ini.ts";
import type { AwsConfig, ProfileSection, SectionValue } from "./types.ts";

/** The texts of the two files; one that does not exist is left out. */
export interface AwsConfigFiles {
  config?: IniFile;
  credentials?: IniFile;
}

type Kind = "profile" | "sso-session" | "services";

/** A header that names something we read. */
interface Named {
  kind: Kind;
  name: string;
}

/**
 * Reads both files. A profile that stands in both has the keys of both, and the credentials file
 * wins, as with botocore. The same section or key twice in one file is an error: botocore refuses
 * such a file and the JavaScript SDK merges it, so what it means depends on who reads it.
 *
 * @throws {SentinelError} `AWS_CONFIG_INVALID` with file and line
 */
export function parseAwsConfig(files: AwsConfigFiles): AwsConfig {
  const maps = {
    profile: new Map<string, ProfileSection>(),
    "sso-session": new Map<string, ProfileSection>(),
    services: new Map<string, ProfileSection>(),
  };
  if (files.config !== undefined) {
    const { file } = files.config;
    for (const section of readIni(files.config)) {
      const named = nameInConfig(file, section);
      if (named === null) continue;
      add(maps[named.kind], named, file, section);
    }
  }
  if (files.credentials !== undefined) mergeCredentials(maps.profile, files.credentials);
  return { profiles: maps.profile, ssoSessions: maps["sso-session"], services: maps.services };
}

function add(
  map: Map<string, ProfileSection>,
  { kind, name }: Named,
  file: string,
  section: IniSection,
): void {
  if (map.has(name)) throw invalid(file, section.line, `${kind} ${quoted(name, 64)} again`);
  map.set(name, { name, values: section.values });
}

function mergeCredentials(profiles: Map<string, ProfileSection>, credentials: IniFile): void {
  const own = new Map<string, ProfileSection>();
  for (const section of readIni(credentials)) {
    refuseDefaults(credentials.file, section);
    if (section.header === "") throw invalid(credentials.file, section.line, "a nameless section");
    add(own, { kind: "profile", name: section.header }, credentials.file, section);
  }
  for (const [name, section] of own) {
    const values = new Map<string, SectionValue>(profiles.get(name)?.values);
    for (const [key, value] of section.values) values.set(key, value);
    profiles.set(name, { name, values });
  }
}

/**
 * What a header of the config file names; `null` for sections of other tools.
 * @throws {SentinelError} `AWS_CONFIG_INVALID` for a broken name and `[DEFAULT]`
 */
export function nameInConfig(file: string, section: IniSection): Named | null {
  refuseDefaults(file, section);
  if (section.header === "default") return { kind: "profile", name: "default" };
  const match = /^(profile|sso-session|services)\s+(\S.*)$/.exec(section.header);
  if (match === null) return null;
  const [, kind, text = ""] = match;
  const name = unquote(text);
  if (name === null) {
    throw invalid(file, section.line, "a broken section name", `[${kind} "NAME"]`);
  }
  return { kind: kind as Kind, name };
}

/** botocore's reader copies a `[DEFAULT]` section into every other one, roles included. */
function refuseDefaults(file: string, section: IniSection): void {
  if (section.header !== "DEFAULT") return;
  throw invalid(
    file,
    section.line,
    "[DEFAULT], which some tools copy into every profile",
    "[default]",
  );
}

/** The name, bare or in one pair of quotes; `null` where shell-like readers would disagree. */
function unquote(text: string): string | null {
  const quote = text.startsWith('"') || text.startsWith("'") ? text.charAt(0) : "";
  const name = quote === "" ? text : text.slice(1, -1);
  if (quote !== "" && (text.length < 3 || !text.endsWith(quote))) return null;
  if (/["'\\]/.test(name) || (quote === "" && /\s/.test(name))) return null;
  return name;
}
