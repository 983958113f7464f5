// store tests: DynamoDB's calls about tables, as AWS's pages tell them: slow, one change at a time.
import { strict as assert } from "node:assert";

type Fields = Record<string, unknown>;

interface Table {
  definition: Fields;
  /** Looks until AWS is done with what it is at. */
  busy: number;
  indexes: Fields[];
  ttl: string | null;
  recovery: boolean;
  /** Calls until continuous backups can be had at all. */
  young: number;
  sse: Fields | null;
  protection: boolean;
}

/** How slow it is. */
export interface Slowness {
  /** Looks at a table until a change is through. */
  busy?: number;
  /** Refusals of backups after a table was made. */
  young?: number;
}

/** Tables, without what is in them. */
export class ControlPlane {
  readonly tables = new Map<string, Table>();
  /** Actions that change something, in order, refused ones too. */
  readonly changes: string[] = [];
  readonly #slow: Required<Slowness>;
  /** Called before each action: a place for somebody else to be at work, or for a refusal. */
  before: (action: string) => string | void = () => {};

  constructor({ busy = 2, young = 1 }: Slowness = {}) {
    this.#slow = { busy, young };
  }

  readonly fetch: typeof fetch = (_, init) => {
    const action = new Headers(init?.headers).get("x-amz-target")?.split(".")[1] ?? "";
    const refusal = this.before(action);
    const answer = typeof refusal === "string"
      ? failure(refusal)
      : this.answer(action, JSON.parse(String(init?.body)));
    const error = answer["__type"] !== undefined;
    return Promise.resolve(new Response(JSON.stringify(answer), { status: error ? 400 : 200 }));
  };

  /** One call, whoever makes it. */
  answer(action: string, input: Fields): Fields {
    const name = String(input["TableName"]);
    if (!action.startsWith("Describe")) this.changes.push(`${action} ${name}`);
    if (action === "CreateTable") return this.#create(name, input);
    const table = this.tables.get(name);
    if (table === undefined) return failure("ResourceNotFoundException");
    switch (action) {
      case "DescribeTable":
        return { Table: this.#described(name, table) };
      case "DescribeTimeToLive":
        return {
          TimeToLiveDescription: table.ttl === null
            ? { TimeToLiveStatus: "DISABLED" }
            : { TimeToLiveStatus: "ENABLING", AttributeName: table.ttl },
        };
      case "DescribeContinuousBackups":
        return {
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: "ENABLED",
            PointInTimeRecoveryDescription: {
              PointInTimeRecoveryStatus: table.recovery ? "ENABLED" : "DISABLED",
            },
          },
        };
      case "UpdateTable":
        return this.#update(table, input);
      case "UpdateTimeToLive":
        return this.#ttl(table, input["TimeToLiveSpecification"] as Fields);
      case "UpdateContinuousBackups":
        if (table.young-- > 0) return failure("ContinuousBackupsUnavailableException");
        table.recovery = true;
        return {};
      default:
        throw new assert.AssertionError({ message: `an unplanned call: ${action}` });
    }
  }

  #create(name: string, input: Fields): Fields {
    if (this.tables.has(name)) return failure("ResourceInUseException");
    const { GlobalSecondaryIndexes: indexes = [], SSESpecification: sse } = input;
    this.tables.set(name, {
      definition: input,
      busy: this.#slow.busy,
      indexes: indexes as Fields[],
      ttl: null,
      recovery: false,
      young: this.#slow.young,
      sse: sse as Fields ?? null,
      protection: input["DeletionProtectionEnabled"] === true,
    });
    return {};
  }

  #update(table: Table, input: Fields): Fields {
    if (table.busy > 0) return failure("ResourceInUseException");
    const { GlobalSecondaryIndexUpdates: updates = [], SSESpecification: sse } = input;
    const { DeletionProtectionEnabled: protection } = input;
    const [change, ...more] = updates as { Create: Fields }[];
    if (more.length > 0) return failure("LimitExceededException");
    if (change !== undefined) {
      const { IndexName: index } = change.Create;
      if (table.indexes.some(({ IndexName: one }) => one === index)) {
        return failure("ValidationException", "Attempting to create an index which already exists");
      }
      table.indexes.push(change.Create);
    }
    if (sse !== undefined) table.sse = sse as Fields;
    if (protection !== undefined) table.protection = protection === true;
    table.busy = this.#slow.busy;
    return {};
  }

  #ttl(table: Table, { AttributeName: name, Enabled: enabled }: Fields): Fields {
    if (table.busy > 0) return failure("ResourceInUseException");
    assert.equal(enabled, true);
    if (table.ttl !== null) return failure("ValidationException", "TimeToLive is already enabled");
    table.ttl = String(name);
    return {};
  }

  #described(name: string, table: Table): Fields {
    const busy = table.busy > 0;
    if (busy) table.busy--;
    const { sse } = table;
    return {
      TableName: name,
      TableStatus: busy ? "UPDATING" : "ACTIVE",
      KeySchema: table.definition["KeySchema"],
      AttributeDefinitions: table.definition["AttributeDefinitions"],
      // In no order that one could rely on.
      GlobalSecondaryIndexes: table.indexes.toReversed().map((index) => ({
        ...index,
        KeySchema: (index["KeySchema"] as unknown[]).toReversed(),
        IndexStatus: busy ? "CREATING" : "ACTIVE",
      })),
      DeletionProtectionEnabled: table.protection,
      ...(sse !== null && {
        SSEDescription: {
          Status: "ENABLED",
          SSEType: "KMS",
          KMSMasterKeyArn: sse["KMSMasterKeyId"] ?? "arn:aws:kms:eu-west-1:111122223333:key/own",
        },
      }),
    };
  }
}

function failure(code: string, message = "no"): Fields {
  return { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message };
}
