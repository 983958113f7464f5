// store tests: items to work on.
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { timeText } from "../../../lib/core/store/item.ts";
import type { Item, Plain } from "../../../lib/core/store/types.ts";

const START = Date.UTC(2026, 0, 1);

/** So many minutes after the first of January. */
export function timeAt(minutes: number): string {
  return timeText(new Date(START + minutes * 60_000));
}

/**
 * A pending request of version 1.
 * @param fields over the usual ones; `at` counts minutes for `createdAt`
 */
export function request(id: string, fields: Record<string, Plain> = {}): Item {
  const { at = 0, ...rest } = fields;
  return {
    id,
    version: 1,
    state: "pending",
    requester: "aws:111122223333:user:AIDAMARA",
    profile: "prod",
    createdAt: timeAt(Number(at)),
    ...rest,
  };
}

/** An item, or a part of it, that can't be kept. */
export function isInvalid(error: unknown): boolean {
  return hasCode(error, "STORE_ITEM_INVALID");
}

/** A mistake of the caller. */
export function isWrongCall(error: unknown): boolean {
  return hasCode(error, "INTERNAL");
}
