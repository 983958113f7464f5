// sandbox: what IAM is asked about calls of DynamoDB: tables, indexes, and the condition keys.
import type { Call } from "./call.ts";
import type { Engine, Fields } from "./dynamodb_engine.ts";
import type { Question } from "./judge.ts";
import type { State } from "./state.ts";

/** A table's ARN; `*` stands for all of them. */
export function tableArn({ region, account }: State, name: string): string {
  return `arn:aws:dynamodb:${region}:${account}:table/${name}`;
}

/** One table that a call is about, and what it is about there. */
interface Touched {
  table: string;
  index: string | null;
  /** Whole items, or their keys. */
  items: readonly Fields[];
  /** Where projection and conditions stand: the request, or a batch's part for the table. */
  asked: Fields;
}

/** Calls that say which attributes they want. */
const READS = new Set(["BatchGetItem", "GetItem", "Query", "Scan"]);

/**
 * What IAM is asked of a call about items, one question a table ("Using IAM policy conditions for
 * fine-grained access control").
 * @param request as the engine has read it
 */
export function questionsOf(call: Call, engine: Engine, request: Fields): Promise<Question[]> {
  return Promise.all(
    touchedBy(request).map(async (touched): Promise<Question> => {
      const { table, index } = touched;
      const arn = tableArn(call.state, table);
      const leading = await leadingKeys(engine, touched, request);
      const attributes = attributesOf(touched);
      return {
        action: `dynamodb:${call.action}`,
        resource: index === null ? arn : `${arn}/index/${index}`,
        context: {
          ...(leading.length > 0 && { "dynamodb:LeadingKeys": leading }),
          ...(attributes.length > 0 && { "dynamodb:Attributes": attributes }),
          ...(READS.has(call.action) && { "dynamodb:Select": selectOf(touched.asked) }),
          "dynamodb:ReturnConsumedCapacity": String(request["ReturnConsumedCapacity"] ?? "NONE"),
          "dynamodb:ReturnValues": String(request["ReturnValues"] ?? "NONE"),
        },
      };
    }),
  );
}

function touchedBy(request: Fields): Touched[] {
  const batch = request["RequestItems"] as Readonly<Record<string, unknown>> | undefined;
  if (batch !== undefined) {
    return Object.entries(batch).map(([table, asked]) => ({
      table,
      index: null,
      items: itemsOf(asked),
      asked: Array.isArray(asked) ? {} : asked as Fields,
    }));
  }
  const one = (request["Item"] ?? request["Key"]) as Fields | undefined;
  return [{
    table: String(request["TableName"]),
    index: request["IndexName"] === undefined ? null : String(request["IndexName"]),
    items: one === undefined ? [] : [one],
    asked: request,
  }];
}

/** Of a batch: keys that are read, or writes. */
function itemsOf(asked: unknown): Fields[] {
  if (!Array.isArray(asked)) return (asked as { Keys?: Fields[] }).Keys ?? [];
  return (asked as { PutRequest?: { Item: Fields }; DeleteRequest?: { Key: Fields } }[])
    .map((write) => write.PutRequest?.Item ?? write.DeleteRequest?.Key ?? {});
}

/** Values of the partition key, as texts. */
async function leadingKeys(
  engine: Engine,
  { table, index, items }: Touched,
  request: Fields,
): Promise<string[]> {
  const found = await engine.table(table);
  const indexes = [
    ...found?.GlobalSecondaryIndexes ?? [],
    ...found?.LocalSecondaryIndexes ?? [],
  ];
  const keyed = index === null ? found : indexes.find((one) => one.IndexName === index);
  const partition = keyed?.KeySchema[0]?.AttributeName;
  if (partition === undefined) return [];
  type Conditions = Record<string, { AttributeValueList?: Fields[] }>;
  const conditions = request["KeyConditions"] as Conditions | undefined;
  const values = conditions === undefined
    ? items.map((item) => item[partition])
    : conditions[partition]?.AttributeValueList ?? [];
  return values.flatMap((value) => Object.values((value ?? {}) as Fields).map(String));
}

/** Names of the attributes that are asked for, written or looked at. */
function attributesOf({ items, asked }: Touched): string[] {
  const expressions = ["_projection", "_condition", "_filter", "_keyCondition", "_updates"];
  const names = new Set([
    ...items.flatMap((item) => Object.keys(item)),
    ...(asked["AttributesToGet"] as string[] | undefined ?? []),
    ...["Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter"]
      .flatMap((field) => Object.keys((asked[field] ?? {}) as Fields)),
    ...expressions.flatMap((field) => pathsIn(asked[field])),
  ]);
  return [...names].sort();
}

/** First steps of the paths in an expression that the engine took apart: a path is a list of steps. */
function pathsIn(node: unknown): string[] {
  if (Array.isArray(node)) {
    const [first] = node;
    return typeof first === "string" ? [first] : node.flatMap(pathsIn);
  }
  if (typeof node !== "object" || node === null) return [];
  // A value has its type as its one field.
  const isValue = /^([SNB]|BOOL|NULL|[SNB]S|L|M)$/.test(Object.keys(node).join());
  return isValue ? [] : Object.values(node).flatMap(pathsIn);
}

function selectOf(asked: Fields): string {
  const { Select: select, IndexName: index, AttributesToGet: attributes, _projection: paths } =
    asked;
  if (typeof select === "string") return select;
  if (paths !== undefined || attributes !== undefined) return "SPECIFIC_ATTRIBUTES";
  return index === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES";
}
