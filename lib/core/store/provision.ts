// store: what DynamoDB's tables must be, what they are, and the calls that lead from one to the other.
import { SentinelError } from "../errors/mod.ts";
import { quoted } from "../text/printable.ts";
import type { IndexDefinition, TableDefinition } from "./types.ts";

/** Which key of KMS a table is encrypted with. */
export type Encryption =
  /** AWS's own for DynamoDB in this account (`aws/dynamodb`), or a stronger choice that is there. */
  | { kind: "aws-managed" }
  /** One of the customer's, by its full ARN. */
  | { kind: "key"; arn: string };

/** An index as it is. */
export interface DescribedIndex {
  name: string;
  /** Attributes of its key, the partition's first. */
  key: readonly string[];
  projection: string;
}

/** A table as it is. */
export interface DescribedTable {
  /** `ACTIVE`, `CREATING`, `UPDATING`, `DELETING`, … */
  status: string;
  /** Attributes of its key, the partition's first. */
  key: readonly string[];
  /** Types of attributes that are in a key: `S`, `N` or `B`. */
  types: Readonly<Record<string, string>>;
  indexes: readonly DescribedIndex[];
  /** The key of KMS by its ARN; `null` = encrypted with one that is nobody's but AWS's. */
  encryptionKey: string | null;
  deletionProtection: boolean;
  /** The attribute by which items vanish; `null` = they don't. */
  ttl: string | null;
  pointInTimeRecovery: boolean;
}

/** One call that brings a table nearer to what it must be. */
export interface Step {
  kind: "create" | "index" | "protect" | "encrypt" | "ttl" | "recovery";
  /** What it does, in words, for a plan: `add index by-state`. */
  says: string;
  action: "CreateTable" | "UpdateTable" | "UpdateTimeToLive" | "UpdateContinuousBackups";
  /** The call's input but for `TableName`. */
  input: Readonly<Record<string, unknown>>;
}

/** What is to be done for one table. */
export interface TablePlan {
  table: TableDefinition;
  /** In this order. Empty and no {@link problems}: the table is as it must be. */
  steps: readonly Step[];
  /** What was found and no call can mend, with what is wanted. With one, nothing is done. */
  problems: readonly string[];
}

const AWS_MANAGED: Encryption = { kind: "aws-managed" };
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,128}$/;
const WORKING = new Set(["ACTIVE", "CREATING", "UPDATING"]);

/**
 * Which key, from a setting: empty = AWS's own, else a key's full ARN. An alias isn't one: what it
 * leads to may change, so a table can't be compared with it.
 * @throws {SentinelError} `CONFIG_INVALID`
 */
export function parseEncryption(text: string): Encryption {
  if (text === "") return AWS_MANAGED;
  if (KEY_ARN.test(text)) return { kind: "key", arn: text };
  throw new SentinelError(
    "CONFIG_INVALID",
    `Cannot encrypt tables with ${quoted(text)}: want the full ARN of a key, not of an alias`,
    { hint: "aws kms describe-key --key-id alias/NAME --query KeyMetadata.Arn" },
  );
}

/**
 * The input of CreateTable, but for `TableName`: paid by request, with all indexes, encrypted by KMS
 * and protected from deletion.
 */
export function creationOf(
  { key, indexes }: TableDefinition,
  encryption: Encryption = AWS_MANAGED,
): Readonly<Record<string, unknown>> {
  const inKeys = new Set([key, ...indexes.flatMap(({ partition, sort }) => [partition, sort])]);
  return {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...inKeys].map(textAttribute),
    KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes.map(indexInput) }),
    SSESpecification: encryptionInput(encryption),
    DeletionProtectionEnabled: true,
  };
}

/**
 * Compares a table with its definition.
 * @param described `null` when there is none
 */
export function planTable(
  table: TableDefinition,
  described: DescribedTable | null,
  encryption: Encryption = AWS_MANAGED,
): TablePlan {
  if (described === null) {
    const create: Step = {
      kind: "create",
      says: "create it, encrypted, protected from deletion" +
        table.indexes.map(({ name }) => `, with index ${name}`).join(""),
      action: "CreateTable",
      input: creationOf(table, encryption),
    };
    return { table, steps: [create, ttlStep(table), RECOVERY], problems: [] };
  }
  const problems = problemsOf(table, described);
  return {
    table,
    steps: problems.length > 0 ? [] : mending(table, described, encryption),
    problems,
  };
}

const RECOVERY: Step = {
  kind: "recovery",
  says: "keep every second of the last 35 days restorable",
  action: "UpdateContinuousBackups",
  input: { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
};

function ttlStep({ ttl }: TableDefinition): Step {
  return {
    kind: "ttl",
    says: `let items vanish after their ${ttl}`,
    action: "UpdateTimeToLive",
    input: { TimeToLiveSpecification: { AttributeName: ttl, Enabled: true } },
  };
}

function mending(table: TableDefinition, found: DescribedTable, encryption: Encryption): Step[] {
  const steps: Step[] = [];
  if (!found.deletionProtection) {
    steps.push(update("protect", "protect it from deletion", { DeletionProtectionEnabled: true }));
  }
  if (!isEncrypted(found, encryption)) {
    const by = encryption.kind === "key" ? encryption.arn : "AWS's key for DynamoDB";
    const input = { SSESpecification: encryptionInput(encryption) };
    steps.push(update("encrypt", `encrypt it with ${by}`, input));
  }
  // DynamoDB takes one index a call ("UpdateTable").
  for (const index of table.indexes) {
    if (found.indexes.some(({ name }) => name === index.name)) continue;
    steps.push(update("index", `add index ${index.name}`, {
      AttributeDefinitions: [table.key, index.partition, index.sort].map(textAttribute),
      GlobalSecondaryIndexUpdates: [{ Create: indexInput(index) }],
    }));
  }
  if (found.ttl === null) steps.push(ttlStep(table));
  if (!found.pointInTimeRecovery) steps.push(RECOVERY);
  return steps;
}

function problemsOf(table: TableDefinition, found: DescribedTable): string[] {
  const problems: string[] = [];
  if (!WORKING.has(found.status)) problems.push(`it in status ${found.status}`);
  if (!isSame(found.key, [table.key])) {
    problems.push(
      `the key ${found.key.join(" and ")}, want ${table.key}: a key can't be changed`,
    );
  }
  for (const { name, partition, sort } of table.indexes) {
    const index = found.indexes.find((one) => one.name === name);
    if (index === undefined) continue;
    if (!isSame(index.key, [partition, sort])) {
      problems.push(
        `index ${name} with the key ${index.key.join(" and ")}, want ${partition} and ${sort}: ` +
          "remove the index, and plan again",
      );
    }
    if (index.projection !== "ALL") {
      problems.push(
        `index ${name} with ${index.projection} of an item, want ALL: remove the index, and plan again`,
      );
    }
  }
  const inKeys = [table.key, ...table.indexes.flatMap(({ partition, sort }) => [partition, sort])];
  for (const name of new Set(inKeys)) {
    const type = found.types[name] ?? "S";
    if (type !== "S") problems.push(`${name} of type ${type}, want S`);
  }
  if (found.ttl !== null && found.ttl !== table.ttl) {
    problems.push(
      `items that vanish after their ${found.ttl}, want ${table.ttl}: turn it off, and plan again in an hour`,
    );
  }
  return problems;
}

function isEncrypted({ encryptionKey }: DescribedTable, encryption: Encryption): boolean {
  return encryption.kind === "key" ? encryptionKey === encryption.arn : encryptionKey !== null;
}

function update(kind: Step["kind"], says: string, input: Step["input"]): Step {
  return { kind, says, action: "UpdateTable", input };
}

function textAttribute(name: string) {
  return { AttributeName: name, AttributeType: "S" };
}

function indexInput({ name, partition, sort }: IndexDefinition) {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: partition, KeyType: "HASH" },
      { AttributeName: sort, KeyType: "RANGE" },
    ],
    Projection: { ProjectionType: "ALL" },
  };
}

function encryptionInput(encryption: Encryption) {
  const key = encryption.kind === "key" ? { KMSMasterKeyId: encryption.arn } : {};
  return { Enabled: true, SSEType: "KMS", ...key };
}

function isSame(found: readonly string[], wanted: readonly string[]): boolean {
  return found.length === wanted.length && wanted.every((name, at) => found[at] === name);
}
