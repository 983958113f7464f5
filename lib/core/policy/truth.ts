// policy: Kleene's three-valued "and".
import type { Truth } from "./types.ts";

/** False as soon as one is false; else unknown as soon as one is unknown; else true. */
export function all(values: Iterable<Truth>): Truth {
  let result: Truth = true;
  for (const value of values) {
    if (value === false) return false;
    if (value === null) result = null;
  }
  return result;
}
