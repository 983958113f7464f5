// store tests: a store in memory, for tests of what stands on stores; it passes the same contract.
import { checkedCreation, checkedReplacement, readItem } from "../../../lib/core/store/item.ts";
import { listed } from "../../../lib/core/store/paging.ts";
import type { Expected, Item, StorePort, TableDefinition } from "../../../lib/core/store/types.ts";

/** Items by table and id, as text: what is handed out is never what is kept. */
export type Rows = Map<string, Map<string, string>>;

/** @param rows kept by the caller where two stores are to stand on the same ones */
export function memoryStore(rows: Rows = new Map()): StorePort {
  const rowsOf = ({ name }: TableDefinition) => {
    const found = rows.get(name) ?? new Map<string, string>();
    rows.set(name, found);
    return found;
  };
  const at = (table: TableDefinition, id: string): Item | null => {
    const text = rowsOf(table).get(id);
    return text === undefined ? null : readItem(table, id, JSON.parse(text));
  };
  const write = (table: TableDefinition, id: string, expected: Expected, work: () => void) => {
    const found = at(table, id);
    if (found === null) return "missing";
    const { version, state = found.state } = expected;
    if (found.version !== version || found.state !== state) return "conflict";
    work();
    return "done";
  };
  return {
    get: (table, id) => Promise.try(() => at(table, id)),
    create: (table, item) =>
      Promise.try(() => {
        const { id } = checkedCreation(table, item);
        if (at(table, id) !== null) return "exists";
        rowsOf(table).set(id, JSON.stringify(item));
        return "done";
      }),
    replace: (table, item, expected) =>
      Promise.try(() => {
        const { id } = checkedReplacement(table, item, expected);
        return write(table, id, expected, () => rowsOf(table).set(id, JSON.stringify(item)));
      }),
    remove: (table, id, expected) =>
      Promise.try(() => write(table, id, expected, () => rowsOf(table).delete(id))),
    list: (table, query) =>
      listed<number>(table, query, async ({ index, partition, items, ...asked }, cursor) => {
        const { from, to, newestFirst } = asked;
        const time = (item: Item) => String(item[index.sort] ?? "");
        const all = [...rowsOf(table).keys()].flatMap((id) => at(table, id) ?? [])
          .filter((item) => item[index.partition] === partition && time(item) !== "")
          .filter((item) => time(item) >= (from ?? "") && time(item) <= (to ?? ":"))
          .sort((a, b) => time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0);
        if (newestFirst) all.reverse();
        const start = cursor ?? 0;
        const end = start + items;
        const next = end < all.length ? end : null;
        return await Promise.resolve({ items: all.slice(start, end), next });
      }),
    sweep: (table, now) =>
      Promise.try(() => {
        const past = [...rowsOf(table).keys()].filter((id) => {
          const until = at(table, id)?.["retainUntil"];
          return typeof until === "number" && until < Math.floor(now.getTime() / 1000);
        });
        for (const id of past) rowsOf(table).delete(id);
        return past.length;
      }),
    close: () => Promise.resolve(),
  };
}
