// tui: a page of text that is longer than the screen: how far it goes, and where a key leads on it.
import type { Key } from "./keys.ts";
import { moved } from "./list.ts";

/** Lines of a page around its text: title, blank, foot. */
const FRAME = 3;

/** Lines of text that a screen of `rows` lines shows. */
export function pageRoom(rows: number): number {
  return Math.max(1, rows - FRAME);
}

/** The first line at which the last one of `count` is seen. */
export function lastScroll(count: number, rows: number): number {
  return Math.max(0, count - pageRoom(rows));
}

/** Where `key` leads from line `scroll`; `null` when it is no key of pages. */
export function scrolled(scroll: number, count: number, rows: number, key: Key): number | null {
  return moved(scroll, lastScroll(count, rows) + 1, key, pageRoom(rows));
}
