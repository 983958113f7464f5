// commands: credentials as text, for tools that know neither credential_process nor exec.
import { buildCommand } from "@stricli/core";
import {
  environmentOf,
  iniSection,
  processAnswer,
  shellExports,
} from "../lib/core/sessions/forms.ts";
import type { Grant } from "../lib/gate/mod.ts";
import { alone } from "./alone.ts";
import { askOf } from "./ask.ts";
import type { Context } from "./context.ts";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS } from "./flags.ts";

type Format = "env" | "json" | "ini";

interface ExportFlags extends GrantFlags {
  readonly format?: Format;
}

function render(grant: Grant, format: Format): string {
  const { credentials, reported, target } = grant;
  switch (format) {
    case "env":
      return shellExports(
        environmentOf(credentials, { profile: target.name, region: target.region }),
      );
    case "ini":
      return iniSection(target.name, credentials);
    case "json":
      return `${processAnswer(credentials, reported)}\n`;
  }
}

/** `sentinel export`. */
export const command = buildCommand<ExportFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const grant = await session.grant(() => askOf(session, "cli"));
    this.base.out(render(grant, flags.json ? "json" : flags.format ?? "json"));
  },
  parameters: {
    flags: {
      format: {
        kind: "enum",
        values: ["env", "json", "ini"],
        optional: true,
        brief: "env: lines for eval; json (default); ini: a section of a credentials file",
      },
      ...GRANT_FLAGS,
    },
    aliases: { ...PROFILE_ALIAS },
  },
  docs: {
    brief: "Decide, and print the credentials",
    fullDescription:
      `Prints credentials for tools that know neither credential_process nor exec. Prefer exec: what
is printed can be copied, logged and forgotten.

Examples:
  eval "$(sentinel export --profile dev --format env)"
  sentinel export -p dev --format json`,
  },
});

if (import.meta.main) await alone(command, "export");
