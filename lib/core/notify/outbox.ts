// notify: what is not sent yet, kept in the store: never lost in silence, never in the way of a decision.
import { clockOf, later, millisOf, retainUntil } from "../approvals/limits.ts";
import {
  isCount,
  isInstant,
  isOneOf,
  isPositive,
  isText,
  orNull,
  readRow,
  type Shape,
} from "../store/row.ts";
import type { Change } from "../approvals/types.ts";
import { SentinelError } from "../errors/mod.ts";
import { timeText } from "../store/item.ts";
import { printable, quoted } from "../text/printable.ts";

/**
 * `sending`: some process is at it until its lease ends. `refused`: the target said no, and would
 * again. `lost`: tried for days. Both of these stay, and are shown until somebody looks.
 */
export type OutboxState = "waiting" | "sending" | "sent" | "refused" | "lost";

/** One message to one target: an item of the store's table `outbox`. */
export type OutboxItem = {
  /** The event's id, a colon, the target's name: the same message is never kept twice. */
  id: string;
  version: number;
  state: OutboxState;
  /** The form of this record. */
  schema: 1;
  /** The target's name in the configuration: never its URL, which may be a secret. */
  target: string;
  eventType: string;
  /** The envelope as JSON; each form is made of it when it is sent. */
  envelope: string;
  attempts: number;
  /** Not to be tried before. */
  nextAt: string;
  leasedUntil: string | null;
  /** What went wrong the last time. */
  failure: string | null;
  createdAt: string;
  updatedAt: string;
  /** Not to be tried after. */
  giveUpAt: string;
  retainUntil: number;
};

const ITEM: Shape<OutboxItem> = {
  id: isText,
  version: isPositive,
  state: isOneOf(["waiting", "sending", "sent", "refused", "lost"]),
  schema: isOneOf([1]),
  target: isText,
  eventType: isText,
  envelope: (value) => typeof value === "string" && value !== "" && value.length <= 65_536,
  attempts: isCount,
  nextAt: isInstant,
  leasedUntil: orNull(isInstant),
  failure: orNull(isText),
  createdAt: isInstant,
  updatedAt: isInstant,
  giveUpAt: isInstant,
  retainUntil: isCount,
};

/**
 * The message in a row of the store.
 * @throws SentinelError `STORE_DAMAGED` when it is none
 */
export function readOutboxItem(row: unknown): OutboxItem {
  return readRow(row, ITEM, "outbox message");
}

/** How long one process may be at a message: longer than its time-out, seconds. */
export const LEASE_SECONDS = 60;
/** How long a message is tried, in seconds. */
export const GIVE_UP_SECONDS = 3 * 86_400;
const FIRST_DELAY_SECONDS = 1;
const LONGEST_DELAY_SECONDS = 3600;
const TARGET_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What a try to send came to. */
export type Sending =
  | { kind: "sent" }
  | { kind: "retry"; why: string; retryAfterSeconds: number | null }
  | { kind: "refused"; why: string };

/** A message to be created in the store. A message of the same id there already is the same message. */
export function outboxItem(
  message: { eventId: string; eventType: string; envelope: string; target: string },
  now: Date,
): OutboxItem {
  const { eventId, eventType, envelope, target } = message;
  if (!TARGET_NAME.test(target)) {
    throw new SentinelError(
      "CONFIG_INVALID",
      `Cannot keep notification: found the target name ${quoted(target, 40)}, want a-z 0-9 -`,
    );
  }
  const giveUp = later(now, GIVE_UP_SECONDS);
  return {
    id: `${eventId}:${target}`,
    version: 1,
    state: "waiting",
    schema: 1,
    target,
    eventType,
    envelope,
    attempts: 0,
    nextAt: timeText(now),
    leasedUntil: null,
    failure: null,
    createdAt: timeText(now),
    updatedAt: timeText(now),
    giveUpAt: timeText(giveUp),
    retainUntil: retainUntil(giveUp),
  };
}

/**
 * Takes a message on, if it is its time: who wins this write sends it.
 * @returns `null` when it is not due, or another process is at it
 */
export function claim(item: OutboxItem, now: Date): Change<OutboxItem, never> | null {
  const at = clockOf(now);
  const free = item.state === "waiting" && at >= millisOf(item.nextAt);
  // A sender that died leaves its lease: the message may go out twice, under one event id.
  const left = item.state === "sending" &&
    (item.leasedUntil === null || at >= millisOf(item.leasedUntil));
  if (!free && !left) return null;
  const leasedUntil = timeText(later(now, LEASE_SECONDS));
  const attempts = item.attempts + 1;
  return changed(item, { state: "sending", leasedUntil, attempts }, now);
}

/**
 * What becomes of a message after a try.
 * @param random at least 0 and below 1: how much of the delay is jitter
 */
export function settle(
  item: OutboxItem,
  sending: Sending,
  random: number,
  now: Date,
): Change<OutboxItem, never> {
  const base = { leasedUntil: null };
  if (sending.kind === "sent") return changed(item, { ...base, state: "sent", failure: null }, now);
  const failure = printable(sending.why, 300) || "no reason was given";
  if (sending.kind === "refused") return changed(item, { ...base, state: "refused", failure }, now);
  const next = later(now, delaySeconds(item.attempts, random, sending.retryAfterSeconds));
  const over = next.getTime() >= millisOf(item.giveUpAt);
  const rest = over
    ? { state: "lost" as const }
    : { state: "waiting" as const, nextAt: timeText(next) };
  return changed(item, { ...base, ...rest, failure }, now);
}

/** True for what should be shown to people until they look: it was not delivered, and won't be. */
export function isUndelivered(item: OutboxItem): boolean {
  return item.state === "refused" || item.state === "lost";
}

/**
 * Seconds to wait after the `attempts`-th try: 1, 2, 4, … up to an hour, of which the second half is
 * jitter; and never less than the target asked for, up to an hour.
 */
export function delaySeconds(
  attempts: number,
  random: number,
  retryAfterSeconds: number | null,
): number {
  if (!(random >= 0 && random < 1)) {
    throw new RangeError("Cannot wait: want randomness from 0 to 1");
  }
  const exponent = Math.min(Math.max(attempts - 1, 0), 20);
  const whole = Math.min(FIRST_DELAY_SECONDS * 2 ** exponent, LONGEST_DELAY_SECONDS);
  const asked = Math.min(retryAfterSeconds ?? 0, LONGEST_DELAY_SECONDS);
  return Math.max(whole / 2 + whole / 2 * random, asked);
}

/**
 * What an HTTP answer means. 2xx is sent; 408, 429 and 5xx are tried again; everything else, and any
 * redirect, is a no.
 * @param retryAfter the header `Retry-After`: seconds or a date; `null` = none
 */
export function judgeAnswer(status: number, retryAfter: string | null, now: Date): Sending {
  if (status >= 200 && status < 300) return { kind: "sent" };
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterSeconds = secondsOf(retryAfter, now);
    return { kind: "retry", why: `the target answered ${status}`, retryAfterSeconds };
  }
  const redirect = status >= 300 && status < 400;
  const why = `the target answered ${status}${redirect ? ": redirects are not followed" : ""}`;
  return { kind: "refused", why };
}

function secondsOf(retryAfter: string | null, now: Date): number | null {
  if (retryAfter === null) return null;
  if (/^\d{1,9}$/.test(retryAfter.trim())) return Number(retryAfter);
  // An HTTP date (RFC 9110, 5.6.7); what else a reader of dates would take is none.
  const date = /^[A-Z][a-z]{2}, .* GMT$/.test(retryAfter) ? Date.parse(retryAfter) : NaN;
  return Number.isFinite(date) ? Math.max(0, Math.ceil((date - clockOf(now)) / 1000)) : null;
}

function changed(
  item: OutboxItem,
  fields: Partial<OutboxItem>,
  now: Date,
): Change<OutboxItem, never> {
  const { version, state } = item;
  return {
    item: { ...item, ...fields, version: version + 1, updatedAt: timeText(now) },
    expected: { version, state },
    events: [],
  };
}
