// sandbox: DynamoDB, by its table of actions: items by the engine, table settings by us.
import { AwsError } from "./aws_error.ts";
import type { Action, Answer, Call, Service } from "./call.ts";
import type { Fields, Index } from "./dynamodb_engine.ts";
import { questionsOf, tableArn } from "./dynamodb_rights.ts";
import { described, engineOf, keyFor, settingsOf, tableOf } from "./dynamodb_tables.ts";
import { optionalStructure, requiredText, structureList } from "./fields.ts";
import { permit } from "./judge.ts";

const READING: Action = { readOnly: true, data: true, run: onItems };
const WRITING: Action = { readOnly: false, data: true, run: onItems };

/** DynamoDB. Its items live in memory; it has no transactions, and no item vanishes by itself. */
export const dynamodb: Service = {
  protocol: "json-1.0",
  namespace: "com.amazonaws.dynamodb.v20120810",
  actions: {
    BatchGetItem: READING,
    GetItem: READING,
    Query: READING,
    Scan: READING,
    BatchWriteItem: WRITING,
    DeleteItem: WRITING,
    PutItem: WRITING,
    UpdateItem: WRITING,
    TransactGetItems: { readOnly: true, data: true, run: refuseTransaction },
    TransactWriteItems: { readOnly: false, data: true, run: refuseTransaction },
    CreateTable: { readOnly: false, run: createTable },
    DeleteTable: { readOnly: false, run: deleteTable },
    DescribeContinuousBackups: { readOnly: true, run: describeBackups },
    DescribeTable: { readOnly: true, run: describeTable },
    DescribeTimeToLive: { readOnly: true, run: describeTimeToLive },
    ListTables: { readOnly: true, run: listTables },
    UpdateContinuousBackups: { readOnly: false, run: updateBackups },
    UpdateTable: { readOnly: false, run: updateTable },
    UpdateTimeToLive: { readOnly: false, run: updateTimeToLive },
  },
};

const NAME = { min: 3, max: 255, pattern: "[a-zA-Z0-9_.-]+" };
/** Days that AWS keeps ("Point-in-time recovery"). */
const RECOVERY_DAYS = 35;
const DAY_MS = 86_400_000;

/** The request with a table's name where it may hold the ARN, and without what is null: absent. */
function named({ input, state }: Call): Fields {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
  const { TableName: table } = given;
  const head = tableArn(state, "");
  return typeof table === "string" && table.startsWith(head)
    ? { ...given, TableName: table.slice(head.length) }
    : given;
}

async function onItems(call: Call): Promise<Answer> {
  const engine = await engineOf(call.state);
  const request = engine.read(call.action, named(call));
  for (const question of await questionsOf(call, engine, request)) permit(call, question);
  return { result: await engine.run(call.action, request) };
}

function refuseTransaction(call: Call): never {
  throw new AwsError(
    "InvalidAction",
    `The sandbox's DynamoDB plays no transactions: found ${call.action}, want single calls with ` +
      "a condition",
  );
}

/** The table that a call is about; only who may do this to it gets so far. */
function allowedTable(call: Call): string {
  const name = requiredText(named(call), "TableName", NAME);
  permit(call, {
    action: `dynamodb:${call.action}`,
    resource: tableArn(call.state, name),
  });
  return name;
}

async function createTable(call: Call): Promise<Answer> {
  const { state } = call;
  const name = allowedTable(call);
  const { SSESpecification: encryption, DeletionProtectionEnabled: protection, ...rest } = named(
    call,
  );
  const engine = await engineOf(state);
  const request = engine.read("CreateTable", rest);
  const key = keyFor(state, (encryption ?? {}) as Fields);
  const { TableDescription: made } = await engine.run("CreateTable", request);
  Object.assign(settingsOf(state, name), { key, protection: protection === true });
  return changed(call, described(state, made as Fields));
}

/** A change's answer, as CloudTrail shows it too. */
function changed({ state }: Call, description: Fields): Answer {
  const arn = tableArn(state, String(description["TableName"]));
  return {
    result: { TableDescription: description },
    elements: { tableDescription: { tableArn: arn, tableStatus: description["TableStatus"] } },
    resources: [{ arn, type: "AWS::DynamoDB::Table" }],
  };
}

async function deleteTable(call: Call): Promise<Answer> {
  const { state } = call;
  const name = allowedTable(call);
  const engine = await engineOf(state);
  const request = engine.read("DeleteTable", named(call));
  await tableOf(state, name);
  if (settingsOf(state, name).protection) {
    throw new AwsError(
      "ValidationError",
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion " +
        "protection first.",
    );
  }
  const { TableDescription: gone } = await engine.run("DeleteTable", request);
  const last = described(state, gone as Fields);
  state.tables.settings.delete(name);
  return changed(call, last);
}

async function describeTable(call: Call): Promise<Answer> {
  const name = allowedTable(call);
  return { result: { Table: described(call.state, await tableOf(call.state, name)) } };
}

async function listTables(call: Call): Promise<Answer> {
  permit(call, { action: "dynamodb:ListTables", resource: tableArn(call.state, "*") });
  const engine = await engineOf(call.state);
  return { result: await engine.run("ListTables", engine.read("ListTables", call.input)) };
}

async function updateTable(call: Call): Promise<Answer> {
  const { state } = call;
  const name = allowedTable(call);
  await tableOf(state, name);
  const {
    SSESpecification: _key,
    DeletionProtectionEnabled: protection,
    AttributeDefinitions: _types,
    ...rest
  } = named(call);
  const encryption = optionalStructure(call.input, "SSESpecification");
  const updates = structureList(rest, "GlobalSecondaryIndexUpdates");
  const [change, ...more] = updates.filter((one) => one["Update"] === undefined);
  if (more.length > 0) {
    throw new AwsError(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously " +
        "per table",
    );
  }
  const key = encryption === null ? null : keyFor(state, encryption);
  if (change !== undefined) await changeIndex(call, name, change);
  else if (Object.keys(rest).length > 1 || encryption === null && protection === undefined) {
    const engine = await engineOf(state);
    await engine.run("UpdateTable", engine.read("UpdateTable", rest));
  }
  const settings = settingsOf(state, name);
  if (encryption !== null) settings.key = key;
  if (protection !== undefined) settings.protection = protection === true;
  return changed(call, described(state, await tableOf(state, name)));
}

/** Makes or takes away an index ("UpdateTable"). */
async function changeIndex(call: Call, name: string, change: Fields): Promise<void> {
  const engine = await engineOf(call.state);
  const { GlobalSecondaryIndexes: indexes = [] } = await tableOf(call.state, name);
  const create = optionalStructure(change, "Create");
  const remove = optionalStructure(change, "Delete") ?? {};
  const index = requiredText(create ?? remove, "IndexName", NAME);
  const exists = indexes.some((one) => one.IndexName === index);
  if (create === null) {
    if (exists) return await engine.removeIndex(name, index);
    throw new AwsError("ResourceNotFoundException", `Requested resource not found: ${index}`);
  }
  if (exists) {
    throw new AwsError("ValidationError", "Attempting to create an index which already exists");
  }
  await engine.addIndex(name, {
    IndexName: index,
    KeySchema: structureList(create, "KeySchema") as unknown as Index["KeySchema"],
    Projection: create["Projection"] ?? { ProjectionType: "ALL" },
    IndexArn: `${tableArn(call.state, name)}/index/${index}`,
    IndexStatus: "ACTIVE",
    IndexSizeBytes: 0,
    ItemCount: 0,
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ReadCapacityUnits: 0,
      WriteCapacityUnits: 0,
    },
  }, definitionsFor(call, create));
}

type Definition = { AttributeName: string; AttributeType: string };

/** The types of an index's key, all of which the call must say. */
function definitionsFor({ input }: Call, create: Fields): Definition[] {
  const given = structureList(input, "AttributeDefinitions").map((one) => ({
    AttributeName: requiredText(one, "AttributeName"),
    AttributeType: requiredText(one, "AttributeType", { pattern: "S|N|B" }),
  }));
  const keys = structureList(create, "KeySchema").map((one) => requiredText(one, "AttributeName"));
  const missing = keys.filter((key) => !given.some((one) => one.AttributeName === key));
  if (keys.length > 0 && missing.length === 0) return given;
  throw new AwsError(
    "ValidationError",
    "One or more parameter values were invalid: Some index key attributes are not defined in " +
      `AttributeDefinitions. Keys: [${missing.join(", ")}]`,
  );
}

async function describeTimeToLive(call: Call): Promise<Answer> {
  const name = allowedTable(call);
  await tableOf(call.state, name);
  const { ttl } = settingsOf(call.state, name);
  const description = ttl === null
    ? { TimeToLiveStatus: "DISABLED" }
    : { TimeToLiveStatus: "ENABLED", AttributeName: ttl };
  return { result: { TimeToLiveDescription: description } };
}

async function updateTimeToLive(call: Call): Promise<Answer> {
  const name = allowedTable(call);
  await tableOf(call.state, name);
  const wanted = optionalStructure(call.input, "TimeToLiveSpecification") ?? {};
  const attribute = requiredText(wanted, "AttributeName", { min: 1, max: 255 });
  const enabled = wanted["Enabled"] === true;
  const settings = settingsOf(call.state, name);
  if (settings.ttl !== null && settings.ttl !== attribute) {
    throw new AwsError(
      "ValidationError",
      "TimeToLive is active on a different AttributeName: current AttributeName is " + settings.ttl,
    );
  }
  if (enabled === (settings.ttl !== null)) {
    const state = enabled ? "enabled" : "disabled";
    throw new AwsError("ValidationError", `TimeToLive is already ${state}`);
  }
  settings.ttl = enabled ? attribute : null;
  const specification = { AttributeName: attribute, Enabled: enabled };
  return { result: { TimeToLiveSpecification: specification } };
}

async function describeBackups(call: Call): Promise<Answer> {
  const name = allowedTable(call);
  await tableOf(call.state, name);
  return { result: { ContinuousBackupsDescription: backups(call, name) } };
}

async function updateBackups(call: Call): Promise<Answer> {
  const name = allowedTable(call);
  await tableOf(call.state, name);
  const wanted = optionalStructure(call.input, "PointInTimeRecoverySpecification") ?? {};
  const settings = settingsOf(call.state, name);
  settings.recovery = wanted["PointInTimeRecoveryEnabled"] === true
    ? settings.recovery ?? call.state.time()
    : null;
  return { result: { ContinuousBackupsDescription: backups(call, name) } };
}

function backups({ state }: Call, name: string): Fields {
  const { recovery } = settingsOf(state, name);
  const earliest = Math.max(recovery ?? 0, state.time() - RECOVERY_DAYS * DAY_MS);
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: recovery === null
      ? { PointInTimeRecoveryStatus: "DISABLED" }
      : {
        PointInTimeRecoveryStatus: "ENABLED",
        RecoveryPeriodInDays: RECOVERY_DAYS,
        EarliestRestorableDateTime: new Date(earliest),
        LatestRestorableDateTime: new Date(state.time()),
      },
  };
}
