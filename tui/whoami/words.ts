// tui: the words that the screen and the plain text of whoami share.
import type { HeadState, JournalSight, LiveSession } from "../../lib/core/journal/look.ts";
import type { Answer, Identity } from "./state.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What each state of the journal's head means to a person. */
export const HEAD_WORDS: Readonly<Record<HeadState, string>> = {
  empty: "nothing recorded yet",
  ok: "head ok",
  behind: "head behind: the newest entries are not acknowledged",
  missing: "head missing: a cut end could not be seen",
  cut: "CUT: the head names entries that are not there",
  contradicts: "BROKEN: the head names another entry",
};

/** `1h05m left`, `4m left`, `under a minute left`. */
export function leftText(until: Date, now: Date): string {
  const ms = until.getTime() - now.getTime();
  return ms <= 0 ? "ended" : ms < MINUTE ? "under 1m left" : `${spanText(ms)} left`;
}

/** `just now`, `4m ago`, `2d ago`. */
export function agoText(at: string, now: Date): string {
  const ms = now.getTime() - new Date(at).getTime();
  if (Number.isNaN(ms)) return "at an unknown time";
  return ms < MINUTE ? "just now" : `${spanText(ms)} ago`;
}

function spanText(ms: number): string {
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)}d`;
  return `${hours}h${String(minutes % 60).padStart(2, "0")}m`;
}

/** `18:00Z`; with the day where the hour alone could be another day's. */
export function clockText(at: Date, now: Date): string {
  const [day = "", time = ""] = at.toISOString().split("T");
  const clock = `${time.slice(0, 5)}Z`;
  return Math.abs(at.getTime() - now.getTime()) < 20 * HOUR ? clock : `${day} ${clock}`;
}

/** Why policy answers so; first until when, which no narrow screen may cut. */
export function whyText({ why, until, code }: Answer, now: Date): string {
  const parts = [code ?? "", until === null ? "" : `until ${clockText(until, now)}`, why];
  return parts.filter((part) => part !== "").join(" · ");
}

/** `profile mara, long-term`. */
export function credentialsText(
  { source, expiresAt }: Pick<Identity, "source" | "expiresAt">,
  now: Date,
): string {
  return expiresAt === null ? source : `${source} (${leftText(expiresAt, now)})`;
}

/** What the pins say, in words. */
export function pinsText(pins: "pinned" | "unpinned"): string {
  return pins === "pinned" ? "pinned" : "unpinned: a seat belt, no lock";
}

/** `3 entries`, `1 entry`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `1 profile with a role is not gated`. */
export function ungatedText(count: number): string {
  return `${countText(count, "profile")} with a role ${count === 1 ? "is" : "are"} not gated`;
}

/** How a session was come by: `direct`, `approval`; `served twice` and the like. */
export function grantText({ grant, served }: LiveSession): string {
  const times = served === 0 ? [] : [`served again ${countText(served, "time")}`];
  return [...grant === null ? [] : [grant], ...times].join(", ");
}

/** The journal at a glance, without its last entry. */
export function sightText({ entries, head }: JournalSight): string {
  if (head === "empty") return HEAD_WORDS.empty;
  return `${countText(entries, "entry", "entries")}, ${HEAD_WORDS[head]}`;
}
