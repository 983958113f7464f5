// commands: what was found in use, as text or JSON.
import { printable, printableJson } from "../../lib/core/text/printable.ts";
import type { Session } from "../context.ts";
import { table } from "../table.ts";
import type { HereFlags } from "./flags.ts";
import { lookHere } from "./here.ts";

/** Prints what is in use. @returns the exit code: 11 where something could not be looked at */
export async function report(session: Session, flags: HereFlags): Promise<0 | 11> {
  const here = await lookHere(session, flags);
  const { found, warnings } = here.detection;
  const { broken, sealed } = here.surroundings;
  if (await session.work.switchedOn("json")) {
    const caller = here.caller?.principal.arn ?? null;
    session.base.out(`${printableJson({ caller, scope: here.scope, found, warnings })}\n`);
  } else {
    const rows = found.flatMap(({ feature, reasons }) =>
      reasons.map((reason, index) => [index === 0 ? feature : "", printable(reason, 500)])
    );
    session.base.out(table([["FEATURE", "WHY"], ...rows]));
    session.base.err(
      warnings.map((warning) => `sentinel: warning: ${printable(warning, 1000)}\n`).join(""),
    );
  }
  return broken.length > 0 || sealed === null ? 11 : 0;
}
