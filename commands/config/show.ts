// commands: every setting, and which place it came from.
import { buildCommand } from "@stricli/core";
import { type SettingName, SETTINGS } from "../../lib/core/config/settings.ts";
import { printable } from "../../lib/core/text/printable.ts";
import { alone } from "../alone.ts";
import type { Context, Session } from "../context.ts";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS, yes } from "../flags.ts";
import { table } from "../table.ts";

interface ShowFlags extends GrantFlags {
  readonly origin?: boolean;
}

interface Row {
  name: string;
  value: string | null;
  source: string;
  origin: string;
}

async function rowsOf(session: Session): Promise<Row[]> {
  const profile = (await session.work.setting("profile")).value;
  const rows: Row[] = [];
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const { value, source, origin } = await session.work.setting(name, profile);
    // A one-time code is a secret, however short it lives.
    const shown = name === "mfaCode" && value !== null ? "(given)" : value;
    rows.push({ name: SETTINGS[name].flag, value: shown, source, origin });
  }
  if (profile === null) return rows;
  const target = await session.work.target(profile);
  for (const [key, origin] of target.origins) {
    rows.push({ name: `target ${key}`, value: null, source: "profile", origin });
  }
  return rows;
}

/** `sentinel config show`. */
export const command = buildCommand<ShowFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const rows = await rowsOf(session);
    const pins = await session.work.pins();
    const directories = session.work.directories();
    if (await session.work.switchedOn("json")) {
      const state = pins === null ? "unpinned" : "pinned";
      this.base.out(`${JSON.stringify({ settings: rows, directories, pins: state })}\n`);
      return;
    }
    this.base.out(table([
      ...rows.map((r) => {
        const cells = [r.name, printable(r.value ?? "-")];
        return flags.origin ? [...cells, printable(r.origin)] : cells;
      }),
      ["files", directories.config],
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
      `Pins beat flags, flags beat SENTINEL_* variables, those beat the AWS profile's sentinel_*
keys, those beat config.yaml.

Examples:
  sentinel config show --origin
  sentinel config show --origin --profile prod --json`,
  },
});

if (import.meta.main) await alone(command, "config-show");
