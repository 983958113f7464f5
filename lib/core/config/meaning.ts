// config: what the values of config.yaml and the pins file mean. Reads no text.
import { SentinelError } from "../errors/mod.ts";
import type { Issuer } from "../identity/types.ts";
import type { ConfigFile, PinsFile } from "./schema.ts";

/** config.yaml, with where each key stands. Plain JSON: it may be stored and read back. */
export interface ReadConfig {
  values: ConfigFile;
  /** `config.yaml:3` for each key that is there. */
  origins: Readonly<Record<string, string>>;
}

/** What the pins file says; `null` where there is none. */
export type Pins = PinsFile;

/** What is pinned for one profile: its own entry over the one for `*`. */
export interface Pin {
  role: string | null;
  policy: string | null;
  journal: string | null;
  /** Public key (SPKI, base64 or PEM) that must sign the journal's head. */
  journalKey: string | null;
}

/** The pins that hold for `profile`. */
export function pinFor(pins: Pins | null, profile: string): Pin {
  const all = pins?.profiles?.get("*");
  const own = pins?.profiles?.get(profile);
  return {
    role: own?.role ?? all?.role ?? null,
    policy: own?.policy ?? all?.policy ?? null,
    journal: own?.journal ?? all?.journal ?? null,
    journalKey: own?.journal_key ?? all?.journal_key ?? null,
  };
}

/** Roles that are pinned for named profiles, each with the names. A role for `*` is everybody's. */
export function pinnedRoles(pins: Pins | null): ReadonlyMap<string, readonly string[]> {
  const roles = new Map<string, string[]>();
  for (const [profile, { role }] of pins?.profiles ?? []) {
    if (role === undefined || profile === "*") continue;
    roles.set(role, [...roles.get(role) ?? [], profile]);
  }
  return roles;
}

/** Every public key that is pinned for the journal's head, by whatever profile. */
export function pinnedJournalKeys(pins: Pins | null): readonly string[] {
  const keys = [...pins?.profiles?.values() ?? []].map((pin) => pin.journal_key);
  return [...new Set(keys.filter((key) => key !== undefined))];
}

/**
 * The one issuer whose names stand as they are: the pins' if they name one, else config.yaml's.
 * @throws SentinelError `CONFIG_INVALID` when two are named: a name would have two meanings
 */
export function issuerOf(pins: Pins | null, config: ReadConfig | null): Issuer | null {
  const said = pins?.issuer ?? config?.values.issuer;
  if (said === undefined) return null;
  const { iam_users, identity_center } = said;
  if (iam_users !== undefined && identity_center !== undefined) {
    throw new SentinelError(
      "CONFIG_INVALID",
      "Cannot read issuer: found iam_users and identity_center, want one of them",
      { hint: "keep the issuer whose names your policies use" },
    );
  }
  if (iam_users !== undefined) return { kind: "iam-users", account: iam_users };
  if (identity_center === undefined) return null;
  return { kind: "identity-center", accounts: identity_center.accounts };
}
