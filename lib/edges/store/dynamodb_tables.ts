// store: DynamoDB's tables, looked at and brought to what they must be.
import { hasCode, SentinelError } from "../../core/errors/mod.ts";
import {
  type DescribedIndex,
  type DescribedTable,
  type Encryption,
  planTable,
  type Step,
  type TablePlan,
} from "../../core/store/provision.ts";
import type { TableDefinition } from "../../core/store/types.ts";
import { quoted } from "../../core/text/printable.ts";
import { rubbish } from "../aws/call.ts";
import { callDynamo } from "../aws/dynamodb.ts";
import { asObject } from "../aws/json.ts";
import type { DynamoStoreOptions } from "./dynamodb.ts";

/** How tables are made and mended. */
export interface ProvisionOptions extends DynamoStoreOptions {
  encryption: Encryption;
  /** Waits so many milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Longest time for one step, in milliseconds slept. Default five minutes. */
  deadlineMs?: number;
  /** Told of each step that is done. */
  done?(table: TableDefinition, step: Step): void;
}

type Fields = Readonly<Record<string, unknown>>;

const DEADLINE_MS = 300_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** A table's, an index's or its encryption's state while AWS is at work ("TableDescription"). */
const AT_WORK = new Set(["CREATING", "UPDATING", "ENABLING", "DISABLING"]);
/** More steps than a table can need; one that is done and still planned would go on for ever. */
const MOST_STEPS = 20;

/**
 * A table as it is; `null` when there is none.
 * @throws {SentinelError} what `callDynamo` throws: a table that nobody can look at isn't missing
 */
export async function describeTable(
  options: DynamoStoreOptions,
  definition: TableDefinition,
): Promise<DescribedTable | null> {
  const call = (action: string) => callTable(options, definition, action, "look at", {});
  try {
    const { Table: table } = await call("DescribeTable");
    const { TimeToLiveDescription: ttl } = await call("DescribeTimeToLive");
    const { ContinuousBackupsDescription: backups } = await call("DescribeContinuousBackups");
    return described(asObject(table), asObject(ttl), asObject(backups));
  } catch (error) {
    if (hasCode(error, "STORE_MISSING")) return null;
    throw error;
  }
}

/**
 * What is to be done for a table.
 * @throws as {@link describeTable}
 */
export async function planFor(
  options: DynamoStoreOptions & Pick<ProvisionOptions, "encryption">,
  definition: TableDefinition,
): Promise<TablePlan> {
  return planTable(definition, await describeTable(options, definition), options.encryption);
}

/**
 * Does what is to be done, and looks again after each step, until nothing is left: whoever else is at
 * work on the table, its own waits and a run that broke off before come to the same.
 * @returns the steps that were done here
 * @throws {SentinelError} `STORE_BUSY` after a step's deadline; `STORE_DAMAGED` when the plan has
 * problems; and what `callDynamo` throws
 */
export async function provision(
  options: ProvisionOptions,
  definition: TableDefinition,
): Promise<Step[]> {
  const done: Step[] = [];
  let wait = waiting(options, definition);
  while (done.length < MOST_STEPS) {
    await settled(options, definition, wait);
    const { steps: [next], problems: [problem] } = await planFor(options, definition);
    if (problem !== undefined) throw unlike(options, definition, problem);
    if (next === undefined) return done;
    if (!await take(options, definition, next)) {
      await wait();
      continue;
    }
    // What moves on isn't stuck: each step has the whole time.
    wait = waiting(options, definition);
    done.push(next);
    options.done?.(definition, next);
  }
  throw unlike(options, definition, "it not to become what it is told to be");
}

/** One step. `false`: the table is being changed, or somebody else has taken it meanwhile. */
async function take(options: ProvisionOptions, definition: TableDefinition, step: Step) {
  try {
    await callTable(options, definition, step.action, "change", step.input);
    return true;
  } catch (error) {
    if (hasCode(error, "STORE_BUSY") || hasCode(error, "STORE_MISSING")) return false;
    if (!hasCode(error, "AWS_REFUSED")) throw error;
    // AWS refuses what is so already, in words of each action's own.
    const { steps } = await planFor(options, definition);
    if (steps.some(({ kind, says }) => kind === step.kind && says === step.says)) throw error;
    return false;
  }
}

/** Waits until table and indexes are there: AWS changes one thing at a time. */
async function settled(
  options: ProvisionOptions,
  definition: TableDefinition,
  wait: () => Promise<void>,
): Promise<void> {
  for (;;) {
    let answer: Fields;
    try {
      answer = await callTable(options, definition, "DescribeTable", "look at", {});
    } catch (error) {
      if (hasCode(error, "STORE_MISSING")) return;
      throw error;
    }
    if (!isAtWork(asObject(answer["Table"]) ?? {})) return;
    await wait();
  }
}

function isAtWork(table: Fields): boolean {
  const indexes = listOf(table["GlobalSecondaryIndexes"]).map((index) => index["IndexStatus"]);
  const states = [table["TableStatus"], asObject(table["SSEDescription"])?.["Status"], ...indexes];
  return states.some((state) => AT_WORK.has(String(state)));
}

/** Waits that grow, until the time is up. */
function waiting(options: ProvisionOptions, definition: TableDefinition): () => Promise<void> {
  const { deadlineMs = DEADLINE_MS, sleep } = options;
  let next = FIRST_WAIT_MS;
  let slept = 0;
  return async () => {
    if (slept >= deadlineMs) {
      throw new SentinelError(
        "STORE_BUSY",
        `Cannot change table ${nameOf(options, definition)}: found it busy for ` +
          `${Math.round(slept / 1000)} s`,
        { hint: "run it again: what is done stays done" },
      );
    }
    await sleep(next);
    slept += next;
    next = Math.min(2 * next, LONGEST_WAIT_MS);
  };
}

function callTable(
  options: DynamoStoreOptions,
  { name }: TableDefinition,
  action: string,
  doing: string,
  input: Fields,
): Promise<Fields> {
  const table = `${options.prefix}${name}`;
  return callDynamo(options, { action, doing: `${doing} table ${quoted(table)}`, table, input });
}

function described(table: Fields | null, ttl: Fields | null, backups: Fields | null) {
  const status = table?.["TableStatus"];
  if (table === null || typeof status !== "string") {
    throw rubbish({ doing: "look at a table" }, "an answer without a status");
  }
  const encryption = asObject(table["SSEDescription"]);
  const recovery = asObject(backups?.["PointInTimeRecoveryDescription"]);
  const vanishes = ["ENABLED", "ENABLING"].includes(String(ttl?.["TimeToLiveStatus"]));
  const found: DescribedTable = {
    status,
    key: keyOf(table["KeySchema"]),
    types: Object.fromEntries(
      listOf(table["AttributeDefinitions"])
        .map((one) => [String(one["AttributeName"]), String(one["AttributeType"])]),
    ),
    indexes: listOf(table["GlobalSecondaryIndexes"]).map(indexOf),
    encryptionKey: encryption === null || encryption["Status"] === "DISABLED"
      ? null
      : String(encryption["KMSMasterKeyArn"] ?? ""),
    deletionProtection: table["DeletionProtectionEnabled"] === true,
    ttl: vanishes ? String(ttl?.["AttributeName"]) : null,
    pointInTimeRecovery: recovery?.["PointInTimeRecoveryStatus"] === "ENABLED",
  };
  return found;
}

function indexOf(index: Fields): DescribedIndex {
  return {
    name: String(index["IndexName"]),
    key: keyOf(index["KeySchema"]),
    projection: String(asObject(index["Projection"])?.["ProjectionType"]),
  };
}

/** The partition's attribute first, in whatever order they come. */
function keyOf(schema: unknown): string[] {
  const parts = listOf(schema);
  return ["HASH", "RANGE"].flatMap((type) => parts.filter((part) => part["KeyType"] === type))
    .map((part) => String(part["AttributeName"]));
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map((one) => asObject(one) ?? {}) : [];
}

function nameOf({ prefix }: DynamoStoreOptions, { name }: TableDefinition): string {
  return quoted(`${prefix}${name}`);
}

function unlike(
  options: DynamoStoreOptions,
  definition: TableDefinition,
  found: string,
): SentinelError {
  return new SentinelError(
    "STORE_DAMAGED",
    `Cannot use table ${nameOf(options, definition)}: found ${found}`,
    { hint: "mend that by hand, or choose another prefix: dynamodb:PREFIX" },
  );
}
