// store: a list made of pages. The filter comes before the limit, and the last page is the end.
import { isTimeText, wrongCall } from "./item.ts";
import type { IndexDefinition, Item, ListQuery, TableDefinition } from "./types.ts";

/** Items to read at once, at most: what a list holds in memory. */
export const PAGE_ITEMS = 100;

/** A query as adapters ask it. */
export interface PageQuery extends Pick<ListQuery, "partition" | "newestFirst"> {
  readonly index: IndexDefinition;
  /** The first and the last time, both included. */
  readonly from: string | null;
  readonly to: string | null;
  /** At most so many. */
  readonly items: number;
}

/** One page. */
export interface Page<Cursor> {
  readonly items: readonly Item[];
  /** Where the next page begins; `null` after the last one. */
  readonly next: Cursor | null;
}

/**
 * The items of all pages that the query asks for.
 * @param page reads one page; the cursor is `null` for the first
 * @throws {SentinelError} `INTERNAL` for an index that the table has not, for a time that is none,
 * and for a limit below 1; and what `page` throws
 */
export async function* listed<Cursor>(
  table: TableDefinition,
  query: ListQuery,
  page: (query: PageQuery, cursor: Cursor | null) => Promise<Page<Cursor>>,
): AsyncGenerator<Item, void, void> {
  const { filter = () => true, limit = Infinity } = query;
  const first = checkedQuery(table, query);
  // DynamoDB calls bounds the wrong way round an error.
  if (first.from !== null && first.to !== null && first.from > first.to) return;
  // Without a filter, no more is read than is wanted.
  const asked = { ...first, items: query.filter ? PAGE_ITEMS : Math.min(limit, PAGE_ITEMS) };
  let given = 0;
  let cursor: Cursor | null = null;
  do {
    const { items, next }: Page<Cursor> = await page(asked, cursor);
    for (const item of items) {
      if (!filter(item)) continue;
      yield item;
      if (++given >= limit) return;
    }
    cursor = next;
  } while (cursor !== null);
}

function checkedQuery(table: TableDefinition, query: ListQuery): PageQuery {
  const { partition, newestFirst, from = null, to = null, limit = 1 } = query;
  const index = table.indexes.find(({ name }) => name === query.index);
  if (index === undefined) throw wrongCall(`no index ${query.index} of table ${table.name}`);
  if (!(limit >= 1)) throw wrongCall(`the limit ${limit}`);
  for (const time of [from, to]) {
    if (time !== null && !isTimeText(time)) throw wrongCall("a bound that is no time");
  }
  return { index, partition, newestFirst, from, to, items: PAGE_ITEMS };
}
