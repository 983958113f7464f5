// sandbox tests: who may do what with which items of DynamoDB, as IAM's policies say.
import { strict as assert } from "node:assert";
import { parseWorld, type World } from "../../../lib/edges/sandbox/mod.ts";
import { sandboxOnly, wireOf } from "./fixture.ts";
import type { Wire } from "../../aws/wire.ts";

type Fields = Readonly<Record<string, unknown>>;

const FINE = "Using IAM policy conditions for fine-grained access control";
const arnOf = (name: string) => `arn:aws:dynamodb:eu-central-1:111122223333:table/${name}`;

/** `root` may everything, `ann` what the statement says. */
function worldOf(statement: Fields): World {
  return parseWorld(
    JSON.stringify({
      account: "111122223333",
      region: "eu-central-1",
      user: "ann",
      users: {
        root: { attached: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
        ann: {
          policies: {
            own: { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] },
          },
        },
      },
    }),
    "world.yaml",
  );
}

const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });

/** Two tables, `mine` and `other`, each with one item and an index. */
async function make({ dynamodb }: Wire): Promise<void> {
  for (const TableName of ["mine", "other"]) {
    const made = await dynamodb("CreateTable", {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "who", KeyType: "HASH" }],
      AttributeDefinitions: [text("who"), text("state")],
      GlobalSecondaryIndexes: [{
        IndexName: "by-state",
        KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      }],
    });
    assert.equal(made.code, null, made.message);
    for (let ready = false; !ready;) {
      const { body } = await dynamodb("DescribeTable", { TableName });
      ready = (body["Table"] as Fields)["TableStatus"] === "ACTIVE";
    }
    const Item = { who: { S: "ann" }, state: { S: "open" } };
    assert.equal((await dynamodb("PutItem", { TableName, Item })).code, null);
  }
}

const get = (TableName: string, who = "ann") => ({ TableName, Key: { who: { S: who } } });
const put = (who: string, more: Fields = {}) => ({
  TableName: "mine",
  Item: { who: { S: who }, ...more },
});
const query = (state: string, more: Fields = {}) => ({
  TableName: "mine",
  IndexName: "by-state",
  KeyConditionExpression: "#s = :s",
  ExpressionAttributeNames: { "#s": "state" },
  ExpressionAttributeValues: { ":s": { S: state } },
  ...more,
});
const batch = (...names: readonly string[]) => ({
  RequestItems: Object.fromEntries(
    names.map((name) => [name, { Keys: [{ who: { S: "ann" } }] }]),
  ),
});
const wanted = (ProjectionExpression: string) => ({
  RequestItems: { mine: { Keys: [{ who: { S: "ann" } }], ProjectionExpression } },
});
const writes = (...whos: readonly string[]) => ({
  RequestItems: {
    mine: whos.map((who, n) =>
      n % 2 === 0
        ? { PutRequest: { Item: { who: { S: who } } } }
        : { DeleteRequest: { Key: { who: { S: who } } } }
    ),
  },
});

interface Row {
  name: string;
  statement: Fields;
  /** Calls that are served. */
  may: readonly (readonly [action: string, input: Fields])[];
  /** Calls that are refused, and on which resource. */
  mayNot: readonly (readonly [action: string, input: Fields, resource: string])[];
}

const MINE = arnOf("mine");
const INDEX = `${MINE}/index/by-state`;
const leading = (...values: readonly string[]) => ({
  "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": values },
});
const attributes = (...names: readonly string[]) => ({
  "ForAllValues:StringEquals": { "dynamodb:Attributes": names },
});

const ROWS: readonly Row[] = [
  {
    name: "one table's items, not its index, not another table's",
    statement: { Action: "dynamodb:*", Resource: MINE },
    may: [
      ["GetItem", get("mine")],
      ["Scan", { TableName: "mine" }],
      ["BatchGetItem", batch("mine")],
      ["DescribeTable", { TableName: "mine" }],
    ],
    mayNot: [
      ["GetItem", get("other"), arnOf("other")],
      ["Query", query("open"), INDEX],
      ["Scan", { TableName: "mine", IndexName: "by-state" }, INDEX],
      ["BatchGetItem", batch("mine", "other"), arnOf("other")],
      ["DescribeTable", { TableName: "other" }, arnOf("other")],
      ["GetItem", get("nothing"), arnOf("nothing")],
      ["ListTables", {}, arnOf("*")],
    ],
  },
  {
    name: "an index alone",
    statement: { Action: "dynamodb:Query", Resource: INDEX },
    may: [["Query", query("open")]],
    mayNot: [
      [
        "Query",
        {
          TableName: "mine",
          KeyConditionExpression: "who = :w",
          ExpressionAttributeValues: { ":w": { S: "ann" } },
        },
        MINE,
      ],
      ["Scan", { TableName: "mine", IndexName: "by-state" }, INDEX],
    ],
  },
  {
    name: "one's own items, by name",
    statement: {
      Action: ["dynamodb:*Item", "dynamodb:Query"],
      Resource: [MINE, INDEX],
      Condition: leading("${aws:username}", "open"),
    },
    may: [
      ["GetItem", get("mine")],
      ["PutItem", put("ann", { state: { S: "closed" } })],
      ["BatchWriteItem", writes("ann", "open")],
      ["Query", query("open")],
      ["DeleteItem", get("mine")],
    ],
    mayNot: [
      ["GetItem", get("mine", "bob"), MINE],
      ["PutItem", put("bob"), MINE],
      ["DeleteItem", get("mine", "bob"), MINE],
      ["BatchWriteItem", writes("ann", "bob"), MINE],
      ["BatchWriteItem", writes("bob", "ann"), MINE],
      ["Query", query("closed"), INDEX],
    ],
  },
  {
    name: "some attributes",
    statement: {
      Action: ["dynamodb:*GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"],
      Resource: [MINE, INDEX],
      Condition: attributes("who", "state"),
    },
    may: [
      ["PutItem", put("ann", { state: { S: "a" } })],
      ["GetItem", { ...get("mine"), ProjectionExpression: "who" }],
      ["BatchGetItem", wanted("who")],
      [
        "UpdateItem",
        {
          ...get("mine"),
          UpdateExpression: "SET #s = :v",
          ExpressionAttributeNames: { "#s": "state" },
          ExpressionAttributeValues: { ":v": { S: "b" } },
        },
      ],
      ["Query", query("a")],
    ],
    mayNot: [
      ["PutItem", put("ann", { secret: { S: "a" } }), MINE],
      ["GetItem", { ...get("mine"), ProjectionExpression: "who, secret.deep[1]" }, MINE],
      ["GetItem", { ...get("mine"), AttributesToGet: ["secret"] }, MINE],
      ["BatchGetItem", wanted("who, secret"), MINE],
      ["PutItem", { ...put("ann"), ConditionExpression: "attribute_not_exists(secret)" }, MINE],
      [
        "PutItem",
        {
          ...put("ann"),
          ConditionExpression: "who = :v OR size(secret) > :n",
          ExpressionAttributeValues: { ":v": { S: "b" }, ":n": { N: "1" } },
        },
        MINE,
      ],
      ["UpdateItem", { ...get("mine"), UpdateExpression: "REMOVE secret" }, MINE],
      [
        "Query",
        query("a", {
          FilterExpression: "begins_with(secret, :p)",
          ExpressionAttributeValues: { ":s": { S: "a" }, ":p": { S: "x" } },
        }),
        INDEX,
      ],
    ],
  },
  {
    name: "chosen attributes only",
    statement: {
      Action: ["dynamodb:Query", "dynamodb:Scan", "dynamodb:GetItem", "dynamodb:BatchGetItem"],
      Resource: [MINE, INDEX],
      Condition: { StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" } },
    },
    may: [
      ["Query", query("open", { ProjectionExpression: "who" })],
      ["Scan", { TableName: "mine", AttributesToGet: ["who"] }],
      ["GetItem", { ...get("mine"), ProjectionExpression: "who" }],
      ["BatchGetItem", wanted("who")],
    ],
    mayNot: [
      ["GetItem", get("mine"), MINE],
      ["BatchGetItem", batch("mine"), MINE],
      ["Query", query("open"), INDEX],
      ["Query", query("open", { Select: "COUNT" }), INDEX],
      ["Scan", { TableName: "mine" }, MINE],
    ],
  },
  {
    name: "no old values",
    statement: {
      Action: "dynamodb:*",
      Resource: [MINE, INDEX],
      Condition: { StringEquals: { "dynamodb:ReturnValues": "NONE" } },
    },
    may: [["Query", query("open")], ["PutItem", put("ann")]],
    mayNot: [["PutItem", { ...put("ann"), ReturnValues: "ALL_OLD" }, MINE]],
  },
];

for (const { name, statement, may, mayNot } of ROWS) {
  sandboxOnly(FINE, `DynamoDB's items: ${name}`, async (sandbox) => {
    await make(wireOf(sandbox, "root"));
    const ann = wireOf(sandbox, "ann");
    for (const [action, input] of may) {
      const { code, message } = await ann.dynamodb(action, input);
      assert.equal(code, null, `${action} ${JSON.stringify(input)}: ${message}`);
    }
    for (const [action, input, resource] of mayNot) {
      const { code, message } = await ann.dynamodb(action, input);
      assert.equal(code, "AccessDeniedException", `${action} ${JSON.stringify(input)}`);
      assert.equal(
        message,
        `User: arn:aws:iam::111122223333:user/ann is not authorized to perform: dynamodb:${action} ` +
          `on resource: ${resource} because no identity-based policy allows the dynamodb:${action} ` +
          "action",
      );
    }
  }, { world: () => worldOf(statement) });
}

sandboxOnly(
  "Actions, resources, and condition keys for Amazon DynamoDB",
  "a batch that is refused for one table writes to none",
  async (sandbox) => {
    const root = wireOf(sandbox, "root");
    await make(root);
    const write = (who: string) => [{ PutRequest: { Item: { who: { S: who } } } }];
    const reply = await wireOf(sandbox, "ann").dynamodb("BatchWriteItem", {
      RequestItems: { mine: write("bob"), other: write("bob") },
    });
    assert.equal(reply.code, "AccessDeniedException");
    const { body } = await root.dynamodb("GetItem", get("mine", "bob"));
    assert.deepEqual(body, {});
  },
  { world: () => worldOf({ Action: "dynamodb:*", Resource: MINE }) },
);

const TABLE_ACTIONS: readonly (readonly [action: string, more: Fields])[] = [
  ["CreateTable", {}],
  ["DeleteTable", {}],
  ["DescribeContinuousBackups", {}],
  ["DescribeTable", {}],
  ["DescribeTimeToLive", {}],
  ["Scan", {}],
  ["UpdateContinuousBackups", {}],
  ["UpdateTable", {}],
  ["UpdateTimeToLive", {}],
  ["DeleteItem", { Key: { id: { S: "a" } } }],
];

sandboxOnly(
  "Actions, resources, and condition keys for Amazon DynamoDB",
  "in the default world sam makes tables, mara and lea read and write items",
  async (sandbox) => {
    const TableName = "sentinel-requests";
    const made = await wireOf(sandbox, "sam").dynamodb("CreateTable", {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [text("id")],
    });
    assert.equal(made.code, null, made.message);
    for (const user of ["mara", "lea"]) {
      const { dynamodb } = wireOf(sandbox, user);
      const Item = { id: { S: user } };
      assert.equal((await dynamodb("PutItem", { TableName, Item })).code, null);
      assert.deepEqual((await dynamodb("GetItem", { TableName, Key: Item })).body, { Item });
      for (const [action, more] of TABLE_ACTIONS) {
        const { code } = await dynamodb(action, { TableName, ...more });
        assert.equal(code, "AccessDeniedException", `${user}: ${action}`);
      }
      const elsewhere = await dynamodb("PutItem", { TableName: "payroll", Item });
      assert.equal(elsewhere.code, "AccessDeniedException");
    }
  },
);
