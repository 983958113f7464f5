// sandbox: DynamoDB's tables: the engine, and beside it the settings that the engine doesn't know.
import { AwsError } from "./aws_error.ts";
import type { Engine, Fields, Table } from "./dynamodb_engine.ts";
import { addKey, findKey } from "./kms_keys.ts";
import type { State } from "./state.ts";

/** What is kept of a table beside the engine. */
export interface Settings {
  /** By AWS's clock, ms since the epoch: the engine knows the real one only. */
  created: number;
  /** ARN of the KMS key; `null` = a key of AWS's alone. */
  key: string | null;
  protection: boolean;
  /** Attribute by which items vanish; the sandbox takes none away: AWS may take days. */
  ttl: string | null;
  /** Since when every second can be restored, ms since the epoch; `null` = it can't. */
  recovery: number | null;
}

/** All tables. */
export interface Tables {
  /** `null` until DynamoDB is first called: most sandboxes never load it. */
  engine: Promise<Engine> | null;
  /** By a table's name. */
  settings: Map<string, Settings>;
}

/** Alias of the key that AWS keeps for DynamoDB. */
const DYNAMODB_KEY = "alias/aws/dynamodb";

/** No tables. */
export function newTables(): Tables {
  return { engine: null, settings: new Map() };
}

/** The engine, loaded when it is first asked for. */
export function engineOf({ tables, account, region }: State): Promise<Engine> {
  return tables.engine ??= import("./dynamodb_engine.ts").then(({ Engine }) =>
    new Engine({
      account,
      region,
      refusal: (code, message, status) => new AwsError(code, message, status),
    })
  );
}

/** A table's settings, to be changed; those of a new one where it has none. */
export function settingsOf(state: State, name: string): Settings {
  const { tables } = state;
  const found = tables.settings.get(name) ??
    { created: state.time(), key: null, protection: false, ttl: null, recovery: null };
  tables.settings.set(name, found);
  return found;
}

/** @throws {AwsError} `ResourceNotFoundException` */
export async function tableOf(state: State, name: string): Promise<Table> {
  const table = await (await engineOf(state)).table(name);
  if (table !== null) return table;
  throw new AwsError(
    "ResourceNotFoundException",
    `Requested resource not found: Table: ${name} not found`,
  );
}

/** A description as AWS gives it: the engine's, and the settings beside it ("TableDescription"). */
export function described(state: State, table: Fields): Fields {
  const { created, key, protection } = settingsOf(state, String(table["TableName"]));
  return {
    ...table,
    CreationDateTime: new Date(created),
    DeletionProtectionEnabled: protection,
    ...(key !== null && {
      SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: key },
    }),
  };
}

/**
 * The ARN of the key that a `SSESpecification` asks for.
 * @returns `null` for AWS's own alone
 * @throws {AwsError} `ValidationException`
 */
export function keyFor(state: State, specification: Fields): string | null {
  if (specification["Enabled"] !== true) return null;
  const name = specification["KMSMasterKeyId"] ?? DYNAMODB_KEY;
  if (name === DYNAMODB_KEY && !state.keys.some((key) => key.alias === DYNAMODB_KEY)) {
    addKey(state, "SYMMETRIC_DEFAULT", DYNAMODB_KEY, state.time());
  }
  try {
    return findKey(state, String(name)).arn;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError("ValidationError", `KMS validation error: ${error.message}`);
  }
}
