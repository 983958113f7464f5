// commands: from settings to what the gate is asked.
import { SentinelError } from "../lib/core/errors/mod.ts";
import type { Mode } from "../lib/core/policy/types.ts";
import type { Ask } from "../lib/gate/mod.ts";
import type { Session } from "./context.ts";

/** The target profile. @throws SentinelError `USAGE` when neither flag nor variable names one */
export async function targetProfile(session: Session): Promise<string> {
  const { value } = await session.work.setting("profile");
  if (value !== null) return value;
  throw new SentinelError("USAGE", "Cannot tell which profile is meant: none was named", {
    hint: "name it with --profile PROFILE (`sentinel list` shows them)",
  });
}

/** What the gate is asked for. The gate calls this, so that a mistake in it is on record too. */
export async function askOf(session: Session, mode: Mode): Promise<Ask> {
  const profile = await targetProfile(session);
  const [reason, ticket, duration] = await Promise.all([
    session.work.setting("reason"),
    session.work.setting("ticket"),
    session.work.duration(profile),
  ]);
  const { value } = ticket;
  return { profile, mode, reason: reason.value, ticket: checkTicket(value), duration };
}

/** A ticket may become a session tag: STS takes no other characters there. @throws SentinelError `USAGE` */
export function checkTicket(ticket: string | null): string | null {
  if (ticket === null || /^[\p{L}\p{N} _.:/=+@-]{1,256}$/u.test(ticket)) return ticket;
  throw new SentinelError(
    "USAGE",
    "Cannot use this ticket id: want at most 256 letters, digits, spaces and _ . : / = + @ -",
    { hint: "--ticket INC-42; the words belong into --reason" },
  );
}
