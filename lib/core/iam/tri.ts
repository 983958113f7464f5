// iam: three-valued logic, where "unknown" carries why.
import type { UnknownReason } from "./types.ts";

/** True, false, or unknown (`null`) for the listed reasons. */
export interface Tri {
  readonly value: boolean | null;
  readonly because: readonly UnknownReason[];
}

/** Holds. */
export const TRUE: Tri = { value: true, because: [] };
/** Doesn't hold. */
export const FALSE: Tri = { value: false, because: [] };

/** A known truth value. */
export function known(value: boolean): Tri {
  return value ? TRUE : FALSE;
}

/** An unknown truth value, for one reason. */
export function unknown(reason: UnknownReason): Tri {
  return { value: null, because: [reason] };
}

/** Kleene's NOT: unknown stays unknown. */
export function not(tri: Tri): Tri {
  return tri.value === null ? tri : known(!tri.value);
}

/** Kleene's AND: one false decides, then one unknown. True for no terms. */
export function and(terms: readonly Tri[]): Tri {
  return combine(terms, false);
}

/** Kleene's OR: one true decides, then one unknown. False for no terms. */
export function or(terms: readonly Tri[]): Tri {
  return combine(terms, true);
}

function combine(terms: readonly Tri[], decisive: boolean): Tri {
  const because = new Set<UnknownReason>();
  let open = false;
  for (const term of terms) {
    if (term.value === decisive) return known(decisive);
    if (term.value === null) open = true;
    for (const reason of term.because) because.add(reason);
  }
  return open ? { value: null, because: [...because] } : known(!decisive);
}
