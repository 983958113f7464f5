// approvals: one real store for many runs of a model: each run has ids of its own.
import type { Item } from "../../../lib/core/store/types.ts";
import type { Keeper } from "./memory.ts";

let serial = 0;

/** A store in which nothing is yet, kept within `store`. */
export function newSpace(store: Keeper): Keeper {
  const space = `run${serial++}.`;
  const inside = (item: Item): Item => ({ ...item, id: space + item.id });
  return {
    get: async (table, id) => {
      const item = await store.get(table, space + id);
      return item === null ? null : { ...item, id };
    },
    create: (table, item) => store.create(table, inside(item)),
    replace: (table, item, expected) => store.replace(table, inside(item), expected),
  };
}
