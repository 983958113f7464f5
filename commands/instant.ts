// commands: an instant as people type it.
import { SentinelError } from "../lib/core/errors/mod.ts";
import { quoted } from "../lib/core/text/printable.ts";

/** Reads an instant with its zone. @param flag as the hint names it @throws SentinelError `USAGE` */
export function instantOf(text: string, flag: string): Date {
  const at = new Date(text);
  // Without a zone the text would mean another instant on another machine.
  if (!Number.isNaN(at.getTime()) && /(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) return at;
  throw new SentinelError(
    "USAGE",
    `Cannot read the time ${quoted(text)}: want RFC 3339 with a zone`,
    { hint: `${flag} 2026-01-05T09:30:00+01:00` },
  );
}
