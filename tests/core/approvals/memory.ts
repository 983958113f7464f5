// approvals: the smallest store that keeps the port's word, for tests of what is built on it.
import type { Expected, Item, StorePort, TableDefinition } from "../../../lib/core/store/types.ts";

/** As much of the port as a state machine needs. */
export type Keeper = Pick<StorePort, "get" | "create" | "replace">;

export function memoryStore(): Keeper {
  const items = new Map<string, string>();
  const keyOf = (table: TableDefinition, id: string) => `${table.name}/${id}`;
  const read = (key: string): Item | null => {
    const text = items.get(key);
    return text === undefined ? null : JSON.parse(text);
  };
  return {
    get: (table, id) => Promise.resolve(read(keyOf(table, id))),
    create: (table, item) => {
      const key = keyOf(table, item.id);
      if (items.has(key)) return Promise.resolve("exists");
      items.set(key, JSON.stringify(item));
      return Promise.resolve("done");
    },
    replace: (table, item, expected: Expected) => {
      const key = keyOf(table, item.id);
      const found = read(key);
      if (found === null) return Promise.resolve("missing");
      const same = found.version === expected.version &&
        (expected.state === undefined || found.state === expected.state);
      if (!same) return Promise.resolve("conflict");
      items.set(key, JSON.stringify(item));
      return Promise.resolve("done");
    },
  };
}
