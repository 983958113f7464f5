// sandbox tests: signed calls whose fields are rubbish; they are refused, and nothing breaks.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { wireOf, withSandbox } from "./fixture.ts";

const numRuns = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");

const value = fc.oneof(
  fc.constantFrom(
    "things",
    "id",
    "a",
    "",
    "#n",
    ":v",
    "id = :v",
    "attribute_exists(id)",
    "by-state",
  ),
  fc.constantFrom<unknown>(0, -1, 1.5, 1e300, true, false, null),
  fc.string(),
);
const typed = fc.oneof(
  fc.record({ S: value }),
  fc.record({ N: value }),
  fc.record({ M: fc.dictionary(fc.constantFrom("id", "x"), fc.record({ S: value })) }),
  fc.record({ L: fc.array(fc.record({ NULL: fc.boolean() })) }),
  fc.record({ SS: fc.array(value), B: value }, { requiredKeys: [] }),
  value,
);
const attributes = fc.oneof(
  fc.dictionary(fc.constantFrom("id", "state", "#n", ":v", "__proto__", "constructor"), typed),
  value,
);

const table = fc.constantFrom<unknown>("things", "none", "x", 1, null);
const fields = {
  TableName: table,
  IndexName: fc.constantFrom<unknown>("by-state", "none", 1),
  Key: attributes,
  Item: attributes,
  RequestItems: fc.oneof(
    fc.dictionary(
      fc.constantFrom("things", "none"),
      fc.oneof(
        fc.record({ Keys: fc.array(attributes) }),
        fc.array(fc.record({ PutRequest: fc.record({ Item: attributes }) })),
        fc.array(fc.record({ DeleteRequest: fc.record({ Key: attributes }) })),
        value,
      ),
    ),
    value,
  ),
  ConditionExpression: value,
  KeyConditionExpression: fc.oneof(fc.constant("#n = :v"), fc.constant("id = :v"), value),
  KeyConditions: fc.oneof(
    fc.dictionary(
      fc.constantFrom("id", "state", "x"),
      fc.record({
        ComparisonOperator: fc.constantFrom<unknown>("EQ", "IN", "BETWEEN", "LT", 1),
        AttributeValueList: fc.oneof(fc.array(typed, { maxLength: 3 }), value),
      }, { requiredKeys: [] }),
    ),
    value,
  ),
  ProjectionExpression: value,
  UpdateExpression: fc.oneof(fc.constantFrom("SET #n = :v", "ADD #n :v", "REMOVE id"), value),
  FilterExpression: value,
  ExpressionAttributeNames: fc.oneof(
    fc.record({ "#n": fc.oneof(fc.constantFrom<unknown>("id", "state", "n"), value) }),
    value,
  ),
  ExpressionAttributeValues: fc.oneof(fc.record({ ":v": typed }), attributes),
  ExclusiveStartKey: attributes,
  Limit: value,
  Select: value,
  AttributeDefinitions: fc.oneof(
    fc.array(fc.record({ AttributeName: value, AttributeType: fc.constantFrom("S", "N", 1) })),
    value,
  ),
  KeySchema: fc.oneof(fc.array(fc.record({ AttributeName: value, KeyType: value })), value),
  BillingMode: fc.constantFrom<unknown>("PAY_PER_REQUEST", "PROVISIONED", 1),
  GlobalSecondaryIndexes: value,
  GlobalSecondaryIndexUpdates: fc.oneof(
    fc.array(fc.record({
      Create: fc.record({ IndexName: value, KeySchema: fc.oneof(fc.array(value), value) }),
      Delete: fc.record({ IndexName: value }),
      Update: value,
    }, { requiredKeys: [] })),
    value,
  ),
  SSESpecification: fc.oneof(fc.record({ Enabled: value, KMSMasterKeyId: value }), value),
  DeletionProtectionEnabled: value,
  TimeToLiveSpecification: fc.oneof(fc.record({ AttributeName: value, Enabled: value }), value),
  PointInTimeRecoverySpecification: value,
};

const ACTIONS = [
  "BatchGetItem",
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DescribeContinuousBackups",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "ListTables",
  "PutItem",
  "Query",
  "Scan",
  "TransactGetItems",
  "UpdateContinuousBackups",
  "UpdateItem",
  "UpdateTable",
  "UpdateTimeToLive",
] as const;

Deno.test("[ours] signed rubbish for DynamoDB is refused, and the table is still there", () =>
  withSandbox(async (sandbox) => {
    const { dynamodb } = wireOf(sandbox, "sam");
    const made = await dynamodb("CreateTable", {
      TableName: "things",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: ["id", "state"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      GlobalSecondaryIndexes: [{
        IndexName: "by-state",
        KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      }],
    });
    assert.equal(made.code, null, made.message);
    const call = fc.tuple(
      fc.constantFrom(...ACTIONS),
      fc.record(fields, { requiredKeys: ["TableName"] }),
    );
    let [kept, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(call, async ([action, input]) => {
        const { status, text } = await dynamodb(action, input);
        assert.ok(status === 200 || status === 400, `${status} ${text}`);
        if (status === 200) kept++;
        else refused++;
      }),
      { seed: 42, numRuns },
    );
    assert.ok(kept > 0 && refused > 0, `${kept} served, ${refused} refused: the test sees nothing`);
    const { code } = await dynamodb("PutItem", { TableName: "things", Item: { id: { S: "a" } } });
    assert.equal(code, null);
  }));

Deno.test("[ours] signed rubbish for SNS and SES is refused, and nothing of it is kept", () =>
  withSandbox(async (sandbox) => {
    const { sns, ses } = wireOf(sandbox, "sam");
    const names = fc.constantFrom(
      "TopicArn",
      "PhoneNumber",
      "Name",
      "NextToken",
      "MessageStructure",
      "Attributes.entry.1.key",
      "MessageAttributes.entry.1.Name",
      "MessageAttributes.entry.1.Value",
      "MessageAttributes.entry.x.Value.DataType",
      "Attributes",
    );
    const form = fc.dictionary(names, fc.oneof(fc.constantFrom("", "json", "String"), fc.string()));
    const action = fc.constantFrom("Publish", "CreateTopic", "GetTopicAttributes", "ListTopics");
    const mail = fc.record({
      FromEmailAddress: value,
      Destination: fc.oneof(fc.record({ ToAddresses: fc.oneof(fc.array(value), value) }), value),
      Content: fc.oneof(
        fc.record({ Simple: fc.oneof(fc.record({ Subject: typed, Body: typed }), value) }),
        fc.record({ Raw: fc.oneof(fc.record({ Data: value }), value) }),
        value,
      ),
      EmailTags: value,
    }, { requiredKeys: [] });
    const path = fc.constantFrom(
      "/v2/email/outbound-emails",
      "/v2/email/identities",
      "/v2/email/identities/%",
      "/v2/email/identities/%ff",
    );
    await fc.assert(
      fc.asyncProperty(action, form, path, mail, async (action, form, path, mail) => {
        for (const reply of [await sns(action, form), await ses("POST", path, mail)]) {
          assert.ok(reply.status < 500, `${reply.status} ${reply.text}`);
        }
      }),
      { seed: 42, numRuns },
    );
    const { messages } = await (await fetch(`${sandbox.control}/messages`)).json();
    assert.deepEqual(messages, []);
  }));
