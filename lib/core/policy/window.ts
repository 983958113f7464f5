// policy: is an instant inside a rule's time window, and when does that change?
import type { TimeWindow } from "./document.ts";
import { passings, wallAt } from "./zone.ts";

/** Weekdays as policies write them, Sunday first. */
export const WEEKDAYS = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;

/**
 * True while the wall clock of the window's zone lies in it. A window past midnight belongs to the
 * day on which it starts. Minutes that a clock skips are shut, minutes that it repeats open twice.
 *
 * @throws RangeError when the instant or the zone is none: a broken clock never grants
 */
export function isOpen(window: TimeWindow, instant: number): boolean {
  const { weekday, minute } = wallAt(window.zone, instant);
  if (!Number.isFinite(minute)) throw new RangeError("Cannot read the clock: no valid time");
  const on = (day: number) => window.days === null || window.days.includes(day);
  if (window.hours === null) return on(weekday);
  const { start, end } = window.hours;
  if (start < end) return on(weekday) && minute >= start && minute < end;
  return (minute >= start && on(weekday)) || (minute < end && on((weekday + 6) % 7));
}

/** Instants after `from`, within `span` milliseconds, at which {@link isOpen} can change. */
export function edgesOf(window: TimeWindow, from: number, span: number): number[] {
  const minutes = window.hours === null ? [] : [window.hours.start, window.hours.end];
  return passings(window.zone, minutes, from, span);
}

/** The next instant, within eight days, at which a window changes; `null` when it doesn't. */
export function nextChange(window: TimeWindow, from: number): number | null {
  const now = isOpen(window, from);
  const week = 8 * 86_400_000;
  return edgesOf(window, from, week).find((edge) => isOpen(window, edge) !== now) ?? null;
}

/** Minutes since midnight as `HH:MM`. */
export function clock(minutes: number): string {
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** An instant as the zone's wall clock says it: `monday 08:00 Europe/Berlin`. */
export function wallText(zone: string, instant: number): string {
  const { weekday, minute } = wallAt(zone, instant);
  return `${WEEKDAYS[weekday] ?? "?"} ${clock(minute)} ${zone}`;
}

/** A window in words: `monday, friday 22:00-06:00 Europe/Berlin`. */
export function windowText(window: TimeWindow): string {
  const days = window.days === null
    ? "any day"
    : window.days.map((day) => WEEKDAYS[day] ?? "?").join(", ");
  const hours = window.hours === null
    ? "all day"
    : `${clock(window.hours.start)}-${clock(window.hours.end)}`;
  return `${days} ${hours} ${window.zone}`;
}
