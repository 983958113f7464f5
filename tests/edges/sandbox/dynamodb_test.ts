// sandbox tests: DynamoDB; items by its engine, tables and their settings by us.
import { strict as assert } from "node:assert";
import type { Reply, Wire } from "../../aws/wire.ts";
import { type Aws, controlSandbox, portable, sandboxOnly, wireOf, withSandbox } from "./fixture.ts";

const TABLE = "sentinel-things";
const ARN = `arn:aws:dynamodb:eu-central-1:111122223333:table/${TABLE}`;
type Fields = Readonly<Record<string, unknown>>;

const BY_STATE = {
  IndexName: "by-state",
  KeySchema: [
    { AttributeName: "state", KeyType: "HASH" },
    { AttributeName: "createdAt", KeyType: "RANGE" },
  ],
  Projection: { ProjectionType: "ALL" },
};
const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });

/** A call that must be served. */
async function served(reply: Promise<Reply>): Promise<Fields> {
  const { code, message, body } = await reply;
  assert.equal(code, null, message);
  return body;
}

/** The table as it is described once nobody is at work on it. */
async function settled({ dynamodb }: Wire): Promise<Fields> {
  for (;;) {
    const { Table: table } = await served(dynamodb("DescribeTable", { TableName: TABLE }));
    const { TableStatus: status, GlobalSecondaryIndexes: indexes = [] } = table as {
      TableStatus: string;
      GlobalSecondaryIndexes?: { IndexStatus: string }[];
    };
    if ([status, ...indexes.map((one) => one.IndexStatus)].every((one) => one === "ACTIVE")) {
      return table as Fields;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Makes the table, with more than a bare one's settings where they are given. */
async function make(wire: Wire, more: Fields = {}): Promise<Fields> {
  await served(wire.dynamodb("CreateTable", {
    TableName: TABLE,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [text("id")],
    ...more,
  }));
  return await settled(wire);
}

const INDEXED = {
  AttributeDefinitions: [text("id"), text("state"), text("createdAt")],
  GlobalSecondaryIndexes: [BY_STATE],
};

const item = (n: number, state = "open") => ({
  id: { S: `r-${n}` },
  state: { S: state },
  createdAt: { S: `2026-11-24T00:00:0${n}.000Z` },
});

async function put({ dynamodb }: Wire, Item: Fields): Promise<void> {
  await served(dynamodb("PutItem", { TableName: TABLE, Item }));
}

/** Ids in the index, page by page of two. */
async function listed({ dynamodb }: Wire, state = "open"): Promise<unknown[]> {
  const ids: unknown[] = [];
  let from: unknown;
  do {
    const page = await served(dynamodb("Query", {
      TableName: TABLE,
      IndexName: "by-state",
      KeyConditionExpression: "#state = :state",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":state": { S: state } },
      ScanIndexForward: false,
      Limit: 2,
      ...(from !== undefined && { ExclusiveStartKey: from }),
    }));
    ids.push(...(page["Items"] as { id: { S: string } }[]).map(({ id }) => id.S));
    from = page["LastEvaluatedKey"];
  } while (from !== undefined);
  return ids;
}

/** A case with the table made by `sam`. */
function withTable<A extends Aws>(
  test: (sam: Wire, aws: A) => Promise<void>,
  more: Fields = {},
): (aws: A) => Promise<void> {
  return async (aws) => {
    const sam = wireOf(aws, "sam");
    await make(sam, more);
    await test(sam, aws);
  };
}

portable("a table is made, described, listed and deleted", async (aws) => {
  const sam = wireOf(aws, "sam");
  const table = await make(sam, INDEXED);
  assert.equal(table["TableArn"], ARN);
  assert.equal(table["DeletionProtectionEnabled"], false);
  assert.equal(table["SSEDescription"], undefined);
  const [index] = table["GlobalSecondaryIndexes"] as Fields[];
  assert.deepEqual(index?.["KeySchema"], BY_STATE.KeySchema);
  const names = async () => (await served(sam.dynamodb("ListTables", {})))["TableNames"];
  assert.deepEqual(await names(), [TABLE]);
  await served(sam.dynamodb("DeleteTable", { TableName: TABLE }));
  for (let left = true; left;) left = (await names() as string[]).length > 0;
  const gone = await sam.dynamodb("DescribeTable", { TableName: TABLE });
  assert.equal(gone.code, "ResourceNotFoundException");
});

portable(
  "a table is made once",
  withTable(async (sam) => {
    const again = await sam.dynamodb("CreateTable", {
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [text("id")],
    });
    assert.equal(again.code, "ResourceInUseException");
  }),
);

portable(
  "a write whose condition doesn't hold leaves the item as it is",
  withTable(async (sam) => {
    const write = (n: number, condition: string) =>
      sam.dynamodb("PutItem", {
        TableName: TABLE,
        Item: { id: { S: "a" }, n: { N: String(n) } },
        ConditionExpression: condition,
      });
    assert.equal((await write(1, "attribute_not_exists(id)")).code, null);
    const second = await write(2, "attribute_not_exists(id)");
    assert.equal(second.status, 400);
    assert.equal(second.code, "ConditionalCheckFailedException");
    const asked = { TableName: TABLE, Key: { id: { S: "a" } }, ConsistentRead: true };
    const { Item: found } = await served(sam.dynamodb("GetItem", asked));
    assert.deepEqual(found, { id: { S: "a" }, n: { N: "1" } });
    const remove = (n: number) =>
      sam.dynamodb("DeleteItem", {
        TableName: TABLE,
        Key: { id: { S: "a" } },
        ConditionExpression: "n = :n",
        ExpressionAttributeValues: { ":n": { N: String(n) } },
      });
    assert.equal((await remove(2)).code, "ConditionalCheckFailedException");
    assert.equal((await remove(1)).code, null);
    assert.deepEqual(await served(sam.dynamodb("GetItem", asked)), {});
  }),
);

portable(
  "of 16 who write under one condition, one wins",
  withTable(async (sam) => {
    const all = await Promise.all(Array.from({ length: 16 }, (_, n) =>
      sam.dynamodb("PutItem", {
        TableName: TABLE,
        Item: { id: { S: "a" }, n: { N: String(n) } },
        ConditionExpression: "attribute_not_exists(id)",
      })));
    const winners = all.flatMap(({ code }, n) => code === null ? [n] : []);
    assert.equal(winners.length, 1);
    const asked = { TableName: TABLE, Key: { id: { S: "a" } }, ConsistentRead: true };
    const { Item: found } = await served(sam.dynamodb("GetItem", asked));
    assert.deepEqual((found as Fields)["n"], { N: String(winners[0]) });
  }),
);

portable(
  "an update counts, and gives the new values",
  withTable(async (sam) => {
    const count = () =>
      served(sam.dynamodb("UpdateItem", {
        TableName: TABLE,
        Key: { id: { S: "a" } },
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
        ReturnValues: "UPDATED_NEW",
      }));
    await count();
    assert.deepEqual((await count())["Attributes"], { n: { N: "2" } });
  }),
);

portable(
  "an index is read page by page, newest first",
  withTable(async (sam) => {
    for (const n of [2, 4, 1, 3]) await put(sam, item(n));
    await put(sam, item(5, "closed"));
    await put(sam, { id: { S: "no-state" } });
    assert.deepEqual(await listed(sam), ["r-4", "r-3", "r-2", "r-1"]);
  }, INDEXED),
);

portable(
  "batches write, and read what is there",
  withTable(async (sam) => {
    const put = [1, 2].map((n) => ({ PutRequest: { Item: item(n) } }));
    await served(sam.dynamodb("BatchWriteItem", { RequestItems: { [TABLE]: put } }));
    const Keys = ["r-1", "r-2", "r-3"].map((S) => ({ id: { S } }));
    const { Responses: found } = await served(
      sam.dynamodb("BatchGetItem", { RequestItems: { [TABLE]: { Keys } } }),
    );
    assert.equal((found as Record<string, unknown[]>)[TABLE]?.length, 2);
  }),
);

portable(
  "an index that is added later holds what was there before",
  withTable(async (sam) => {
    for (const n of [1, 2, 3]) await put(sam, item(n));
    await served(sam.dynamodb("UpdateTable", {
      TableName: TABLE,
      AttributeDefinitions: [text("state"), text("createdAt")],
      GlobalSecondaryIndexUpdates: [{ Create: BY_STATE }],
    }));
    await settled(sam);
    await put(sam, item(4));
    assert.deepEqual(await listed(sam), ["r-4", "r-3", "r-2", "r-1"]);
  }),
);

portable(
  "a table that is protected isn't deleted, until it no longer is",
  withTable(async (sam) => {
    const remove = () => sam.dynamodb("DeleteTable", { TableName: TABLE });
    const protect = (on: boolean) =>
      served(sam.dynamodb("UpdateTable", { TableName: TABLE, DeletionProtectionEnabled: on }));
    assert.equal((await remove()).code, "ValidationException");
    await protect(false);
    await settled(sam);
    assert.equal((await remove()).code, null);
  }, { DeletionProtectionEnabled: true }),
);

const setTtl = ({ dynamodb }: Wire, Enabled: boolean, AttributeName = "retainUntil") =>
  dynamodb("UpdateTimeToLive", {
    TableName: TABLE,
    TimeToLiveSpecification: { AttributeName, Enabled },
  });

portable(
  "time to live is set and described",
  withTable(async (sam) => {
    const description = async () =>
      (await served(sam.dynamodb("DescribeTimeToLive", { TableName: TABLE })))[
        "TimeToLiveDescription"
      ];
    assert.deepEqual(await description(), { TimeToLiveStatus: "DISABLED" });
    assert.deepEqual(await served(setTtl(sam, true)), {
      TimeToLiveSpecification: { AttributeName: "retainUntil", Enabled: true },
    });
    assert.deepEqual(await description(), {
      TimeToLiveStatus: "ENABLED",
      AttributeName: "retainUntil",
    });
  }),
);

sandboxOnly(
  "UpdateTimeToLive",
  "time to live is set once, by one attribute, and unset once",
  withTable(async (sam) => {
    const codes = [];
    for (
      const [enabled, attribute] of [
        [false],
        [true],
        [true],
        [true, "other"],
        [false, "other"],
        [false],
        [false],
        [true, "other"],
      ] as [boolean, string?][]
    ) codes.push((await setTtl(sam, enabled, attribute)).code);
    const no = "ValidationException";
    assert.deepEqual(codes, [no, null, no, no, no, null, no, null]);
  }),
);

portable(
  "point-in-time recovery is set and described",
  withTable(async (sam) => {
    const status = (answer: Fields) => {
      const { ContinuousBackupsStatus, PointInTimeRecoveryDescription: recovery } =
        answer["ContinuousBackupsDescription"] as Record<string, Fields>;
      assert.equal(ContinuousBackupsStatus, "ENABLED");
      return recovery?.["PointInTimeRecoveryStatus"];
    };
    const describe = () => served(sam.dynamodb("DescribeContinuousBackups", { TableName: TABLE }));
    assert.equal(status(await describe()), "DISABLED");
    const set = { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } };
    const answer = await served(
      sam.dynamodb("UpdateContinuousBackups", { TableName: TABLE, ...set }),
    );
    assert.equal(status(answer), "ENABLED");
    assert.equal(status(await describe()), "ENABLED");
  }),
);

portable("encryption by KMS is described with the key", async (aws) => {
  const sam = wireOf(aws, "sam");
  const table = await make(sam, { SSESpecification: { Enabled: true, SSEType: "KMS" } });
  const { Status: status, SSEType: type, KMSMasterKeyArn: key } = table["SSEDescription"] as Record<
    string,
    string
  >;
  assert.deepEqual([status, type], ["ENABLED", "KMS"]);
  assert.match(key ?? "", /^arn:aws:kms:eu-central-1:111122223333:key\//);
});

const NOWHERE: readonly { action: string; input: Fields }[] = [
  { action: "GetItem", input: { Key: { id: { S: "a" } } } },
  { action: "PutItem", input: { Item: { id: { S: "a" } } } },
  { action: "DescribeTable", input: {} },
  { action: "DeleteTable", input: {} },
];

for (const { action, input } of NOWHERE) {
  portable(`${action} of no table finds none`, async (aws) => {
    const reply = await wireOf(aws, "sam").dynamodb(action, { TableName: TABLE, ...input });
    assert.equal(reply.status, 400);
    assert.equal(reply.code, "ResourceNotFoundException");
  });
}

const CHANGES: readonly {
  page: string;
  name: string;
  action: string;
  input: Fields;
  code: string;
}[] = [
  {
    page: "UpdateTable",
    name: "two indexes at once",
    action: "UpdateTable",
    input: {
      AttributeDefinitions: [text("state"), text("createdAt")],
      GlobalSecondaryIndexUpdates: [
        { Create: BY_STATE },
        { Create: { ...BY_STATE, IndexName: "again" } },
      ],
    },
    code: "LimitExceededException",
  },
  {
    page: "UpdateTable",
    name: "an index whose key has no type",
    action: "UpdateTable",
    input: {
      AttributeDefinitions: [text("state")],
      GlobalSecondaryIndexUpdates: [{ Create: BY_STATE }],
    },
    code: "ValidationException",
  },
  {
    page: "UpdateTable",
    name: "taking away an index that isn't there",
    action: "UpdateTable",
    input: { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by-state" } }] },
    code: "ResourceNotFoundException",
  },
  {
    page: "UpdateTable",
    name: "nothing at all",
    action: "UpdateTable",
    input: {},
    code: "ValidationException",
  },
  {
    page: "SSESpecification",
    name: "a key that isn't there",
    action: "UpdateTable",
    input: { SSESpecification: { Enabled: true, KMSMasterKeyId: "alias/none" } },
    code: "ValidationException",
  },
];

for (const { page, name, action, input, code } of CHANGES) {
  sandboxOnly(
    page,
    `${action} refuses ${name}`,
    withTable(async (sam) => {
      const before = await settled(sam);
      const reply = await sam.dynamodb(action, { TableName: TABLE, ...input });
      assert.equal(reply.code, code);
      assert.deepEqual(await settled(sam), before, "the table is as it was");
    }),
  );
}

sandboxOnly(
  "UpdateTable",
  "an index comes, comes but once, and goes",
  withTable(async (sam) => {
    const update = (change: Fields) =>
      sam.dynamodb("UpdateTable", {
        TableName: TABLE,
        AttributeDefinitions: [text("state"), text("createdAt")],
        GlobalSecondaryIndexUpdates: [change],
      });
    await put(sam, { ...item(1), createdAt: { N: "1" } });
    await put(sam, item(2));
    await served(update({ Create: BY_STATE }));
    assert.deepEqual(await listed(sam), ["r-2"], "an item of another type isn't in it");
    assert.equal((await update({ Create: BY_STATE })).code, "ValidationException");
    await served(update({ Delete: { IndexName: "by-state" } }));
    assert.equal((await settled(sam))["GlobalSecondaryIndexes"], undefined);
    await served(update({ Create: BY_STATE }));
    assert.deepEqual(await listed(sam), ["r-2"]);
  }),
);

sandboxOnly(
  "SSESpecification",
  "a table's key is one of the account, and can be changed",
  withTable(async (sam) => {
    const update = async (SSESpecification: Fields) => {
      await served(sam.dynamodb("UpdateTable", { TableName: TABLE, SSESpecification }));
      return (await settled(sam))["SSEDescription"] as Record<string, string> | undefined;
    };
    const own = await update({ Enabled: true, SSEType: "KMS" });
    const again = await update({ Enabled: true, KMSMasterKeyId: own?.["KMSMasterKeyArn"] });
    assert.deepEqual(again, own);
    assert.equal(await update({ Enabled: false }), undefined);
  }),
);

sandboxOnly(
  "DescribeTable",
  "a table is named by its ARN too",
  withTable(async (sam) => {
    const { Table: table } = await served(sam.dynamodb("DescribeTable", { TableName: ARN }));
    assert.equal((table as Fields)["TableName"], TABLE);
    await served(sam.dynamodb("PutItem", { TableName: ARN, Item: item(1) }));
    const found = await served(
      sam.dynamodb("GetItem", { TableName: ARN, Key: { id: { S: "r-1" } } }),
    );
    assert.deepEqual(found["Item"], item(1));
  }),
);

sandboxOnly(
  "Logging DynamoDB operations by using AWS CloudTrail",
  "tables are in CloudTrail's history, items are not",
  withTable(async (sam, sandbox) => {
    await put(sam, item(1));
    await served(sam.dynamodb("Scan", { TableName: TABLE }));
    const [made, ...more] = sandbox.events().filter((one) => one["eventName"] !== "DescribeTable");
    assert.deepEqual(more, []);
    assert.equal(made?.["eventName"], "CreateTable");
    assert.deepEqual(made?.["resources"], [
      { accountId: "111122223333", type: "AWS::DynamoDB::Table", ARN },
    ]);
    const { counts } = await (await fetch(`${sandbox.control}/events`)).json();
    assert.deepEqual([counts["dynamodb:PutItem"], counts["dynamodb:Scan"]], [1, 1]);
  }),
);

for (const action of ["TransactWriteItems", "TransactGetItems"]) {
  Deno.test(`[ours] ${action} is refused in words that say why`, () =>
    withSandbox(async (sandbox) => {
      const reply = await wireOf(sandbox, "sam").dynamodb(action, { TransactItems: [] });
      assert.equal(reply.code, "UnknownOperationException");
      assert.match(reply.message, new RegExp(`plays no transactions: found ${action}, want `));
    }));
}

Deno.test("[ours] two sandboxes share no tables", () =>
  withSandbox((one) =>
    withSandbox(async (other) => {
      await make(wireOf(one, "sam"));
      const { TableNames: names } = await served(wireOf(other, "sam").dynamodb("ListTables", {}));
      assert.deepEqual(names, []);
    })
  ));

Deno.test("[ours] a table is as old as AWS's clock says", () =>
  withSandbox(async (sandbox) => {
    await controlSandbox(sandbox, "clock", { offset: 200 });
    const sam = wireOf(sandbox, "sam");
    const { CreationDateTime: made } = await make(sam);
    assert.ok(Math.abs(Number(made) - 200 - Date.now() / 1000) < 30, String(made));
  }));
