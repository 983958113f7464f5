// store: the one that configuration names, opened.
import { SentinelError } from "../../core/errors/mod.ts";
import { parseStoreLocation } from "../../core/store/location.ts";
import type { StorePort } from "../../core/store/types.ts";
import type { DynamoOptions } from "../aws/dynamodb.ts";
import type { SqliteOptions } from "./sqlite.ts";

/** What each kind of store needs. */
export interface StoreOptions {
  sqlite: SqliteOptions;
  /** Asked for where the store is in AWS; `null` = there is none to ask. */
  dynamodb(): Promise<DynamoOptions> | DynamoOptions | null;
}

/**
 * Opens the store at `location`: `sqlite:PATH`, `dynamodb:` or `dynamodb:PREFIX`. A file is opened
 * at once; tables are asked with the first call.
 * @throws {SentinelError} `CONFIG_INVALID`, `NO_CREDENTIALS`, and what opening a file throws
 */
export async function openStore(location: string, options: StoreOptions): Promise<StorePort> {
  const found = parseStoreLocation(location);
  // Each loads what it needs, and no more.
  if (found.kind === "sqlite") {
    const { openSqlite } = await import("./sqlite.ts");
    return await openSqlite(found.path, options.sqlite);
  }
  const aws = await options.dynamodb();
  if (aws === null) {
    throw new SentinelError(
      "NO_CREDENTIALS",
      "Cannot open the store in DynamoDB: found no credentials for it",
      { hint: "name base credentials: --aws-profile NAME" },
    );
  }
  const { openDynamo } = await import("./dynamodb.ts");
  return openDynamo({ ...aws, prefix: found.prefix });
}
