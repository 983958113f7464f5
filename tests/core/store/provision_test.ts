// store tests: what a table is, what it must be, and the steps between.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  creationOf,
  type DescribedTable,
  type Encryption,
  parseEncryption,
  planTable,
} from "../../../lib/core/store/provision.ts";
import { ALL_TABLES, TABLES } from "../../../lib/core/store/tables.ts";
import type { TableDefinition } from "../../../lib/core/store/types.ts";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/0b0b0b0b-1111-2222-3333-444444444444";
const OWN: Encryption = { kind: "key", arn: KEY };
const { requests } = TABLES;

/** A table just as it must be. */
function right(table: TableDefinition): DescribedTable {
  const names = [table.key, ...table.indexes.flatMap(({ partition, sort }) => [partition, sort])];
  return {
    status: "ACTIVE",
    key: [table.key],
    types: Object.fromEntries(names.map((name) => [name, "S"])),
    indexes: table.indexes.map(({ name, partition, sort }) => ({
      name,
      key: [partition, sort],
      projection: "ALL",
    })),
    encryptionKey: "arn:aws:kms:eu-west-1:111122223333:key/aws-dynamodb",
    deletionProtection: true,
    ttl: table.ttl,
    pointInTimeRecovery: true,
  };
}

for (const table of ALL_TABLES) {
  Deno.test(`planTable() leaves ${table.name} as it is, when it is as it must be`, () => {
    assert.deepEqual(planTable(table, right(table)), { table, steps: [], problems: [] });
  });

  Deno.test(`planTable() makes ${table.name} whole, when there is none`, () => {
    const { steps, problems } = planTable(table, null);
    assert.deepEqual(problems, []);
    assert.deepEqual(steps.map(({ action }) => action), [
      "CreateTable",
      "UpdateTimeToLive",
      "UpdateContinuousBackups",
    ]);
    const input = steps[0]?.input as Record<string, unknown[]>;
    // DynamoDB refuses attributes that are in no key ("CreateTable").
    const defined = input["AttributeDefinitions"]?.map((one) =>
      (one as Record<string, string>)["AttributeName"]
    );
    assert.deepEqual(new Set(defined), new Set(Object.keys(right(table).types)));
    assert.equal(defined?.length, new Set(defined).size);
    assert.equal(input["GlobalSecondaryIndexes"]?.length ?? 0, table.indexes.length);
  });
}

Deno.test("creationOf() is paid by request, encrypted and protected", () => {
  const { BillingMode, SSESpecification, DeletionProtectionEnabled } = creationOf(requests, OWN);
  assert.deepEqual([BillingMode, SSESpecification, DeletionProtectionEnabled], [
    "PAY_PER_REQUEST",
    { Enabled: true, SSEType: "KMS", KMSMasterKeyId: KEY },
    true,
  ]);
  assert.deepEqual(creationOf(requests)["SSESpecification"], { Enabled: true, SSEType: "KMS" });
  assert.ok(!("GlobalSecondaryIndexes" in creationOf(TABLES.locks)), "an empty list is an error");
});

interface Row {
  name: string;
  found: Partial<DescribedTable>;
  encryption?: Encryption;
  steps?: readonly string[];
  problem?: RegExp;
}

const [first, ...others] = right(requests).indexes;
const withFirst = (change: object) => [{ ...first, ...change }, ...others] as never;

const ROWS: readonly Row[] = [
  {
    name: "not protected",
    found: { deletionProtection: false },
    steps: ["protect it from deletion"],
  },
  {
    name: "with a key that is AWS's alone",
    found: { encryptionKey: null },
    steps: ["encrypt it with AWS's key for DynamoDB"],
  },
  {
    name: "with a customer's key, where AWS's is enough",
    found: { encryptionKey: KEY },
    steps: [],
  },
  {
    name: "with another key than the customer's",
    found: {},
    encryption: OWN,
    steps: [`encrypt it with ${KEY}`],
  },
  { name: "with the customer's key", found: { encryptionKey: KEY }, encryption: OWN, steps: [] },
  {
    name: "without retention",
    found: { ttl: null },
    steps: ["let items vanish after their retainUntil"],
  },
  {
    name: "not restorable",
    found: { pointInTimeRecovery: false },
    steps: ["keep every second of the last 35 days restorable"],
  },
  {
    name: "without two indexes",
    found: { indexes: [others[0]] as never },
    steps: ["add index by-requester", "add index by-profile"],
  },
  {
    name: "with an index more",
    found: { indexes: [...right(requests).indexes, { name: "x", key: ["y"], projection: "ALL" }] },
    steps: [],
  },
  { name: "being made", found: { status: "CREATING" }, steps: [] },
  {
    name: "bare",
    found: {
      deletionProtection: false,
      encryptionKey: null,
      indexes: [],
      ttl: null,
      pointInTimeRecovery: false,
    },
    steps: [
      "protect it from deletion",
      "encrypt it with AWS's key for DynamoDB",
      "add index by-requester",
      "add index by-state",
      "add index by-profile",
      "let items vanish after their retainUntil",
      "keep every second of the last 35 days restorable",
    ],
  },
  { name: "being removed", found: { status: "DELETING" }, problem: /in status DELETING/ },
  {
    name: "without its key of KMS",
    found: { status: "INACCESSIBLE_ENCRYPTION_CREDENTIALS" },
    problem: /INACCESSIBLE/,
  },
  { name: "of another key", found: { key: ["PK"] }, problem: /the key PK, want id/ },
  {
    name: "of a key with a sort",
    found: { key: ["id", "createdAt"] },
    problem: /id and createdAt/,
  },
  {
    name: "with an index of another key",
    found: { indexes: withFirst({ key: ["requester"] }) },
    problem: /by-requester with the key requester, want requester and createdAt/,
  },
  {
    name: "with an index of another order",
    found: { indexes: withFirst({ key: ["createdAt", "requester"] }) },
    problem: /by-requester with the key/,
  },
  {
    name: "with an index that holds keys alone",
    found: { indexes: withFirst({ projection: "KEYS_ONLY" }) },
    problem: /with KEYS_ONLY/,
  },
  {
    name: "with a number in a key",
    found: { types: { ...right(requests).types, createdAt: "N" } },
    problem: /createdAt of type N/,
  },
  {
    name: "whose items vanish when they expire (the trap of ttl = expires_at)",
    found: { ttl: "expiresAt", deletionProtection: false },
    problem: /items that vanish after their expiresAt, want retainUntil/,
  },
];

for (const { name, found, encryption, steps = [], problem } of ROWS) {
  Deno.test(`planTable() for a table ${name}`, () => {
    const plan = planTable(requests, { ...right(requests), ...found }, encryption);
    assert.deepEqual(plan.steps.map(({ says }) => says), steps);
    assert.equal(plan.problems.length, problem === undefined ? 0 : 1);
    if (problem !== undefined) assert.match(plan.problems[0] ?? "", problem);
  });
}

for (const { text, key } of [{ text: "", key: null }, { text: KEY, key: KEY }]) {
  Deno.test(`parseEncryption() takes ${text === "" ? "nothing" : "a key's ARN"}`, () => {
    const found = parseEncryption(text);
    assert.equal(found.kind === "key" ? found.arn : null, key);
  });
}

for (
  const text of [
    "alias/sentinel",
    KEY.replace("key/", "alias/"),
    "0b0b0b0b-1111-2222-3333-444444444444",
    `${KEY} `,
    "arn:aws:s3:::bucket",
  ]
) {
  Deno.test(`parseEncryption() refuses "${text}"`, () => {
    assert.throws(() => parseEncryption(text), (error) => hasCode(error, "CONFIG_INVALID"));
  });
}
