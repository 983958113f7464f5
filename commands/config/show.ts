// commands: every setting, and which place it came from.
import { buildCommand } from "@stricli/core";
import { type SettingName, SETTINGS } from "../../lib/core/config/settings.ts";
import { printable } from "../../lib/core/text/printable.ts";
import { hasOwnFile, type Target } from "../../lib/core/profiles/mod.ts";
import type { Issuer } from "../../lib/core/identity/types.ts";
import { alone } from "../alone.ts";
import type { Context, Session } from "../context.ts";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS, yes } from "../flags.ts";
import { table } from "../table.ts";
import { awsPath } from "../workplace.ts";

interface ShowFlags extends GrantFlags {
  readonly origin?: boolean;
}

interface Row {
  name: string;
  value: string | null;
  source: string;
  origin: string;
}

/** What only files can say: the issuer, the journal's key, and where AWS's own files are. */
async function fileRows(session: Session, profile: string | null): Promise<Row[]> {
  const [pins, config] = await Promise.all([session.work.pins(), session.work.config()]);
  const pinnedKey = profile === null ? null : (await session.work.pin(profile)).journalKey;
  const fromConfig = (key: "issuer" | "journal_key"): Omit<Row, "name" | "value"> => {
    const origin = config?.origins[key];
    return origin === undefined
      ? { source: "default", origin: "default" }
      : { source: "config", origin };
  };
  const pinned = { source: "pin", origin: "the pins file" };
  const issuer = await session.work.issuer();
  return [
    {
      name: "issuer",
      value: issuer === null ? null : issuerText(issuer),
      ...(pins?.issuer === undefined ? fromConfig("issuer") : pinned),
    },
    {
      name: "journal_key",
      value: config?.values.journal_key ?? null,
      ...fromConfig("journal_key"),
    },
    ...(pinnedKey === null ? [] : [{ name: "journal_key, public", value: pinnedKey, ...pinned }]),
    awsRow(session, "aws config", "AWS_CONFIG_FILE", "config"),
    awsRow(session, "aws credentials", "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
  ];
}

function issuerText(issuer: Issuer): string {
  return issuer.kind === "iam-users"
    ? `iam_users ${issuer.account}`
    : `identity_center ${issuer.accounts.join(" ")}`;
}

function awsRow(
  { base }: Session,
  name: string,
  variable: Parameters<typeof awsPath>[1],
  file: string,
): Row {
  const said = base.env(variable) ? variable : null;
  return {
    name,
    value: awsPath(base, variable, file) ?? null,
    source: said === null ? "default" : "environment",
    origin: said ?? "default",
  };
}

/** What stands where nobody said anything. */
function missing(name: string, profile: string | null): string {
  if (name !== SETTINGS.policy.flag) return "-";
  const own = profile === null
    ? ["policies/PROFILE.yaml"]
    : hasOwnFile(profile)
    ? [`policies/${profile}.yaml`]
    : [];
  return [...own, "policy.yaml"].join(", else ");
}

async function rowsOf(session: Session, profile: string | null): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const { value, source, origin } = await session.work.setting(name, profile);
    // A one-time code is a secret, however short it lives.
    const shown = name === "mfaCode" && value !== null ? "(given)" : value;
    rows.push({ name: SETTINGS[name].flag, value: shown, source, origin });
  }
  rows.push(...await fileRows(session, profile));
  if (profile === null) return rows;
  const target = await session.work.target(profile);
  for (const [key, origin] of target.origins) {
    rows.push({
      name: `target ${key}`,
      value: targetValue(target, key),
      source: "profile",
      origin,
    });
  }
  return rows;
}

/** What a target's setting came to; `null` = nothing that one word tells. */
function targetValue(target: Target, key: string): string | null {
  if (key === "leaf") {
    const { leaf } = target;
    return "profile" in leaf ? `${leaf.kind} of profile ${leaf.profile}` : leaf.kind;
  }
  const value: unknown = Object.hasOwn(target, key) ? target[key as keyof Target] : null;
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : null;
}

/** `sentinel config show`. */
export const command = buildCommand<ShowFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const profile = (await session.work.setting("profile")).value;
    const rows = await rowsOf(session, profile);
    const pins = await session.work.pins();
    const directories = session.work.directories();
    if (await session.work.switchedOn("json")) {
      const state = pins === null ? "unpinned" : "pinned";
      this.base.out(`${JSON.stringify({ settings: rows, directories, pins: state })}\n`);
      return;
    }
    this.base.out(table([
      ...rows.map((r) => {
        const cells = [r.name, printable(r.value ?? missing(r.name, profile))];
        return flags.origin ? [...cells, printable(r.origin)] : cells;
      }),
      ["files", directories.config],
      ["journal in", `${directories.state}/journal`],
      ["cache", directories.cache],
      ["pins", pins === null ? `unpinned (no ${this.base.pinsPath})` : this.base.pinsPath],
    ]));
  },
  parameters: {
    flags: {
      origin: yes("Also where each value came from"),
      ...GRANT_FLAGS,
    },
    aliases: PROFILE_ALIAS,
  },
  docs: {
    brief: "Every setting, and which place it came from",
    fullDescription:
      `Shows every setting, and with --origin which place it came from: pins beat flags, flags beat SENTINEL_* variables, those beat the AWS profile's sentinel_*
keys, those beat config.yaml.

Examples:
  sentinel config show --origin
  sentinel config show --origin --profile prod --json`,
  },
});

if (import.meta.main) await alone(command, "config-show");
