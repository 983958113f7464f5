// notify: an event in words, for people: a title, facts, and the one command that goes on.
import { isRecordId } from "../store/ids.ts";
import { printable } from "../text/printable.ts";
import { formatDuration } from "../time/duration.ts";
import type { Notice } from "./envelope.ts";

/** What a message says, before it takes a channel's form. */
export interface Words {
  title: string;
  /** Label and value, in order. Values are what people wrote, safe to print and not to render. */
  facts: readonly (readonly [string, string])[];
  /** What to type; `null` where there is nothing to do. Holds nothing that somebody else wrote. */
  command: string | null;
}

const TITLES: Readonly<Record<Notice["type"], string>> = {
  "request.created": "Access requested",
  "request.endorsed": "Access request needs another yes",
  "request.approved": "Access approved",
  "request.denied": "Access denied",
  "request.expired": "Access request expired",
  "request.cancelled": "Access request cancelled",
  "request.revoked": "Approval taken back",
  "request.used": "Approval used",
  "breakglass.invoked": "Break-glass invoked",
  "breakglass.escalated": "Break-glass used unusually often",
  "breakglass.closed": "Break-glass closed",
  "breakglass.expired": "Break-glass ran out",
  "breakglass.abandoned": "Break-glass not started",
  "breakglass.reviewed": "Break-glass reviewed",
};

/** Longest value that a message shows, in UTF-16 units; the whole of it is in the record. */
const LONGEST = 300;

/** The notice in words. */
export function wordsOf(notice: Notice): Words {
  const told = "request" in notice ? requestFacts(notice) : breakGlassFacts(notice);
  const facts = told.facts.flatMap(([label, value]) =>
    value === null ? [] : [[label, shown(value)] as const]
  );
  return { title: TITLES[notice.type], facts, command: told.command };
}

/** On one line, cut, and with nothing that a screen or a chat would take for a link. */
function shown(value: string): string {
  return printable(value, LONGEST).replaceAll("://", "[:]//");
}

interface Told {
  facts: readonly (readonly [string, string | null])[];
  command: string | null;
}

function requestFacts(notice: Extract<Notice, { request: unknown }>): Told {
  const { request, decision, comment, type } = notice;
  const open = type === "request.created" || type === "request.endorsed";
  return {
    facts: [
      ["Who", request.requester],
      ["Profile", request.profile],
      ["Role", request.role],
      ["For", formatDuration(request.duration_seconds)],
      ["Reason", request.reason],
      ["Ticket", request.ticket],
      ["Not before", request.not_before],
      [open ? "Decide before" : "Until", open ? request.expires_at : request.window_ends_at],
      ["By", type === "request.created" ? null : notice.actor],
      ["Comment", decision?.approver_comment ?? comment],
      ["Request", request.id],
    ],
    command: commandOf(open ? "approve" : "request show", request.id),
  };
}

function breakGlassFacts(notice: Extract<Notice, { breakglass: unknown }>): Told {
  const { breakglass, type } = notice;
  return {
    facts: [
      ["Who", breakglass.invoker],
      ["Profile", breakglass.profile],
      ["Role", breakglass.role],
      ["Why", breakglass.reason_code],
      ["Justification", breakglass.justification],
      ["Ticket", breakglass.ticket],
      ["For", formatDuration(breakglass.duration_seconds)],
      ["Until", breakglass.expires_at],
      ["Second factor", breakglass.mfa_method ?? "none"],
      ["By", type === "breakglass.invoked" ? null : notice.actor],
      ["Comment", breakglass.review?.text ?? breakglass.closed_reason],
      ["Event", breakglass.id],
    ],
    command: commandOf("breakglass show", breakglass.id),
  };
}

/** A command is pasted into a shell: only an id of ours comes into it. */
function commandOf(command: string, id: string): string | null {
  return isRecordId(id) ? `sentinel ${command} ${id}` : null;
}
