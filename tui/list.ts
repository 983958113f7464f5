// tui: where a person is in a list: the line that is chosen, and the part that the screen shows.
import type { Key } from "./keys.ts";

/** Lines that page keys move by, where the screen's height is not at hand. */
const PAGE = 10;

/** `at`, held inside `0 … count - 1`; 0 in an empty list. */
export function held(at: number, count: number): number {
  return Math.max(0, Math.min(at, count - 1));
}

/** Where `key` leads from line `at` of `count`; `null` when it is no key of lists. */
export function moved(at: number, count: number, key: Key, page = PAGE): number | null {
  const to = target(at, count, key, page);
  return to === null ? null : held(to, count);
}

function target(at: number, count: number, key: Key, page: number): number | null {
  switch (key.kind) {
    case "up":
      return at - 1;
    case "down":
      return at + 1;
    case "pageUp":
      return at - page;
    case "pageDown":
      return at + page;
    case "home":
      return 0;
    case "end":
      return count - 1;
    default:
      return null;
  }
}

/** The first of `room` lines to show so that line `at` is among them, near the middle if it can be. */
export function windowStart(at: number, count: number, room: number): number {
  return Math.max(0, Math.min(at - Math.floor(room / 2), count - room));
}
