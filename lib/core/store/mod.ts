// store: the room's face: the port, the tables, and how times are written.
export { isTimeText, timeText } from "./item.ts";
export { DEFAULT_PREFIX, parseStoreLocation, type StoreLocation } from "./location.ts";
export { ALL_TABLES, type TableName, TABLES } from "./tables.ts";
export type {
  Expected,
  IndexDefinition,
  Item,
  ListQuery,
  Plain,
  RetainUntil,
  StorePort,
  TableDefinition,
} from "./types.ts";
