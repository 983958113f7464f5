// store: what is kept between calls, and the port to whoever keeps it.

/** What a field holds. Numbers are whole and safe; a lone surrogate is refused. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain };

/**
 * One item of a table: plain data, whole. Times are text as `timeText` writes them. A field that
 * an index needs is a string, or isn't there: then the item isn't in that index.
 */
export interface Item {
  /** 1 to 1024 bytes of UTF-8, without control characters. */
  readonly id: string;
  /** 1 when it is created, one more with each write. */
  readonly version: number;
  /** A lower-case word: where it stands in its state machine. */
  readonly state: string;
  /** A lower-case letter, then letters and digits. `retainUntil`, where it is, is {@link RetainUntil}. */
  readonly [field: string]: Plain;
}

/**
 * Until when the item is kept, in seconds since 1970: afterwards it may vanish at any time, or stay.
 * Nothing is decided by it; expiry is another field. An item without it is kept for ever.
 */
export type RetainUntil = number;

/** A second way to find items: those of one partition, in the order of a time. */
export interface IndexDefinition {
  readonly name: string;
  /** The field that says which partition an item is in: 1 to 2048 bytes, no control characters. */
  readonly partition: string;
  /** The field that orders a partition: a time as `timeText` writes it. */
  readonly sort: string;
}

/** A table, said once: adapters, provisioning, templates and tests read it. */
export interface TableDefinition {
  readonly name: string;
  readonly key: "id";
  readonly indexes: readonly IndexDefinition[];
  /** The field of {@link RetainUntil}. */
  readonly ttl: "retainUntil";
}

/** What an item must still be for a write to happen. */
export interface Expected {
  readonly version: number;
  readonly state?: string;
}

/** Which items to list. */
export interface ListQuery {
  /** An index's name. */
  readonly index: string;
  readonly partition: string;
  /** The first time that counts, itself included. */
  readonly from?: string;
  /** The last time that counts, itself included. */
  readonly to?: string;
  /** By the index's time. Items of one time come in any order. */
  readonly newestFirst: boolean;
  /** Drops items before {@link limit} counts them. */
  readonly filter?: (item: Item) => boolean;
  /** At most so many items. Default: all. */
  readonly limit?: number;
}

/**
 * Tables without transactions. Each write is one conditional write of one item: of any number of
 * writers that expect the same version, exactly one is told `done`. What two must agree on is an
 * item of its own, with an id that both know.
 *
 * What can't be known is thrown, never answered: an unreachable store is no `null` and no empty
 * list. A write that throws may have happened or not; who goes on must look first.
 *
 * All throw a `SentinelError`: `STORE_MISSING` (no such table), `STORE_BUSY`, `STORE_DAMAGED` (what
 * is stored is no item), `STORE_UNCERTAIN` (a write of which nobody can say whether it happened),
 * `STORE_ITEM_INVALID` (too large, or not to be kept), `FILE_FAILED`, and the `AWS_…` codes.
 */
export interface StorePort {
  /** The item as it is now, all finished writes included; `null` when there is none. */
  get(table: TableDefinition, id: string): Promise<Item | null>;
  /** Writes an item of version 1 where there is none of its id. */
  create(table: TableDefinition, item: Item): Promise<"done" | "exists">;
  /**
   * Writes the item in the place of the expected one. Its version is one more than expected.
   * @returns `conflict`: there is one, and it is another than expected
   */
  replace(
    table: TableDefinition,
    item: Item,
    expected: Expected,
  ): Promise<"done" | "conflict" | "missing">;
  /** Removes the expected item. */
  remove(
    table: TableDefinition,
    id: string,
    expected: Expected,
  ): Promise<"done" | "conflict" | "missing">;
  /**
   * Items of an index, page by page to the end. On DynamoDB an index runs a moment behind: nothing
   * is decided by a list; a decision reads its item by {@link get}, and writes it with a condition.
   */
  list(table: TableDefinition, query: ListQuery): AsyncIterable<Item>;
  /**
   * Removes what is kept past its time, where the store doesn't do so by itself.
   * @returns how many
   */
  sweep(table: TableDefinition, now: Date): Promise<number>;
  /** Lets go of files and connections. Nothing else may be called afterwards. */
  close(): Promise<void>;
}
