// store tests: DynamoDB's store beyond the contract: answers that get lost, throttles, pages, lies.
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import type { Item, StorePort } from "../../../lib/core/store/types.ts";
import { type DynamoStoreOptions, openDynamo } from "../../../lib/edges/store/dynamodb.ts";
import { fresh } from "./contract.ts";
import { makeTables, optionsFor, type Served, startDynalite } from "./dynalite.ts";
import { request } from "./items.ts";
import { FULL } from "./place.ts";
import { answered, lost, lostThen, refused, unsentThen, type Wire, wire } from "./wire.ts";

const { requests } = TABLES;
const RACERS = 16;
const ROUNDS = FULL ? 200 : 12;

let served: Served | null = null;

Deno.test.beforeAll(async () => {
  served = await startDynalite();
  await makeTables(optionsFor(served.endpoint));
});

Deno.test.afterAll(async () => {
  await served?.stop();
});

function options(over: Partial<DynamoStoreOptions> = {}): DynamoStoreOptions {
  if (served === null) throw new Error("no dynalite yet");
  return { ...optionsFor(served.endpoint), ...over };
}

/** A store on that wire; without one, on a wire of its own. */
function store(by: Wire = wire()): StorePort {
  return openDynamo(options({ fetch: by.fetch }));
}

function fails(code: ErrorCode, words = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(hasCode(error, code), String(error));
    assert.match(error.message, words);
    return true;
  };
}

function next(item: Item, state: string): Item {
  return { ...item, version: item.version + 1, state };
}

const byProfile = (partition: string) => ({ index: "by-profile", partition, newestFirst: true });

Deno.test(`dynamodb: of ${RACERS} clients that approve, deny and cancel, one gets it`, async () => {
  const clients = Array.from({ length: RACERS }, () => store());
  const winners = new Set<number>();
  for (let at = 0; at < ROUNDS; at++) {
    const item = request(fresh("race"));
    assert.equal(await store().create(requests, item), "done");
    const answers = await Promise.all(clients.map((client, at) => {
      const state = ["approved", "denied", "cancelled"][at % 3] ?? "";
      const by = { ...next(item, state), by: String(at) };
      return client.replace(requests, by, { version: 1, state: "pending" });
    }));
    assert.equal(answers.filter((answer) => answer === "done").length, 1);
    assert.equal(answers.filter((answer) => answer === "conflict").length, RACERS - 1);
    const winner = answers.indexOf("done");
    winners.add(winner);
    assert.equal((await store().get(requests, item.id))?.["by"], String(winner));
  }
  console.log(
    `dynamodb: ${ROUNDS} rounds of ${RACERS} clients, one winner each; ` +
      `${winners.size} different ones won`,
  );
});

Deno.test("dynamodb: of 16 clients that create one item, one has made it", async () => {
  const item = request(fresh("created"));
  const made = Array.from({ length: RACERS }, (_, by) => store().create(requests, { ...item, by }));
  const answers = await Promise.all(made);
  assert.equal(answers.filter((answer) => answer === "done").length, 1);
  assert.equal((await store().get(requests, item.id))?.["by"], answers.indexOf("done"));
});

Deno.test("dynamodb: each write is one call with its condition; reads are consistent", async () => {
  const by = wire();
  const kept = store(by);
  const item = request(fresh("calls"));
  await kept.create(requests, item);
  await kept.replace(requests, next(item, "approved"), { version: 1, state: "pending" });
  await kept.get(requests, item.id);
  await kept.remove(requests, item.id, { version: 2 });
  assert.deepEqual(by.actions(), ["PutItem", "PutItem", "GetItem", "DeleteItem"]);
  const [create, replace, get, remove] = by.seen.map(({ input }) => input);
  assert.equal(create?.["ConditionExpression"], "attribute_not_exists(#id)");
  assert.deepEqual(
    [replace?.["ConditionExpression"], replace?.["ExpressionAttributeNames"]],
    ["#version = :version AND #state = :state", { "#version": "version", "#state": "state" }],
  );
  assert.equal(get?.["ConsistentRead"], true);
  assert.equal(remove?.["ConditionExpression"], "#version = :version");
  for (const { input, url } of by.seen) {
    assert.equal(input["TableName"], "sentinel-requests");
    assert.equal(url, `${served?.endpoint}/`);
  }
});

Deno.test("dynamodb: without an endpoint the region's own is asked, whatever variables say", async () => {
  const by = wire(answered("{}"));
  Deno.env.set("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1");
  try {
    const kept = openDynamo(options({ endpoint: null, region: "eu-west-1", fetch: by.fetch }));
    assert.equal(await kept.get(requests, "one"), null);
  } finally {
    Deno.env.delete("AWS_ENDPOINT_URL_DYNAMODB");
  }
  assert.equal(by.seen[0]?.url, "https://dynamodb.eu-west-1.amazonaws.com/");
});

Deno.test("dynamodb: an answer that is lost leaves one write, told as done", async () => {
  const item = request(fresh("lost"));
  const creating = wire(lost);
  assert.equal(await store(creating).create(requests, item), "done");
  assert.deepEqual(creating.actions(), ["PutItem", "PutItem", "GetItem"]);
  const approved = next(item, "approved");
  const replacing = wire(lost);
  assert.equal(await store(replacing).replace(requests, approved, item), "done");
  assert.deepEqual(await store().get(requests, item.id), approved);
  const failing = wire(lost, lost, lost);
  await assert.rejects(
    store(failing).replace(requests, next(approved, "used"), approved),
    fails("AWS_UNREACHABLE"),
  );
});

Deno.test("dynamodb: a lost answer is no win where another, equal write has won", async () => {
  const item = request(fresh("equal"));
  await store().create(requests, item);
  const used = next(item, "used");
  // Ours never arrives the first time; somebody writes the very same item; then ours comes.
  const first = wire(unsentThen(() => store().replace(requests, used, item)));
  assert.equal(await store(first).replace(requests, used, item), "conflict");
  const made = request(fresh("equal"));
  const second = wire(unsentThen(() => store().create(requests, made)));
  assert.equal(await store(second).create(requests, made), "exists");
});

const UNCERTAIN: Readonly<Record<string, (item: Item) => Promise<unknown>>> = {
  "replaced, and replaced again by another": (item) => {
    const approved = next(item, "approved");
    const again = () => store().replace(requests, next(approved, "used"), approved);
    return store(wire(lostThen(again))).replace(requests, approved, item);
  },
  "replaced, and removed by another": (item) => {
    const approved = next(item, "approved");
    const gone = () => store().remove(requests, item.id, approved);
    return store(wire(lostThen(gone))).replace(requests, approved, item);
  },
  "removed, and made anew by another": async (item) => {
    const approved = next(item, "approved");
    await store().replace(requests, approved, item);
    const anew = () => store().create(requests, item);
    return await store(wire(lostThen(anew))).remove(requests, item.id, approved);
  },
  "removed": (item) => store(wire(lost)).remove(requests, item.id, item),
  "created, and replaced by another": (item) => {
    const fresher = { ...item, id: `${item.id}-new` };
    const taken = () => store().replace(requests, next(fresher, "used"), fresher);
    return store(wire(lostThen(taken))).create(requests, fresher);
  },
};

for (const [name, write] of Object.entries(UNCERTAIN)) {
  Deno.test(`dynamodb: nobody can say what happened: ${name}`, async () => {
    const item = request(fresh("uncertain"));
    await store().create(requests, item);
    await assert.rejects(write(item), fails("STORE_UNCERTAIN"));
  });
}

for (
  const code of [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
  ]
) {
  Deno.test(`dynamodb: ${code} is tried again, three times in all`, async () => {
    const item = request(fresh("throttled"));
    const by = wire(refused(code), refused(code));
    assert.equal(await store(by).create(requests, item), "done");
    assert.equal(by.seen.length, 3);
    const held = wire(refused(code), refused(code), refused(code));
    await assert.rejects(store(held).get(requests, item.id), fails("AWS_THROTTLED"));
    assert.equal(held.seen.length, 3);
  });
}

Deno.test("dynamodb: its own failure is tried again; what it refuses isn't", async () => {
  const item = request(fresh("again"));
  assert.equal(
    await store(wire(refused("InternalServerError", 500))).create(requests, item),
    "done",
  );
  const by = wire(refused("AccessDeniedException", 400, "User: arn:… is not authorized"));
  await assert.rejects(store(by).get(requests, item.id), (error) => {
    assert.ok(hasCode(error, "AWS_REFUSED"));
    assert.match(error.hint ?? "", /dynamodb:GetItem on table\/sentinel-requests/);
    return true;
  });
  assert.equal(by.seen.length, 1);
});

const LIES: Readonly<Record<string, string>> = {
  "no JSON": "<html>",
  "no object": "[]",
  "more than a page can hold": `"${"x".repeat(9 * 1024 * 1024)}"`,
  "an item that is no map": '{"Item":7}',
  "an item of sets": '{"Item":{"id":{"S":"lie"},"version":{"N":"1"},"state":{"SS":["a"]}}}',
  "an item of bytes":
    '{"Item":{"id":{"S":"lie"},"version":{"N":"1"},"state":{"S":"a"},"x":{"B":"AA=="}}}',
  "an item of another id": '{"Item":{"id":{"S":"else"},"version":{"N":"1"},"state":{"S":"a"}}}',
  "a version that is none": '{"Item":{"id":{"S":"lie"},"version":{"N":"x"},"state":{"S":"a"}}}',
  "a version in part": '{"Item":{"id":{"S":"lie"},"version":{"N":"1.5"},"state":{"S":"a"}}}',
  "a value of two types":
    '{"Item":{"id":{"S":"lie","N":"1"},"version":{"N":"1"},"state":{"S":"a"}}}',
  "a time of another offset":
    '{"Item":{"id":{"S":"lie"},"version":{"N":"1"},"state":{"S":"a"},"createdAt":{"S":"2026-01-01T00:00:00+01:00"}}}',
};

for (const [name, text] of Object.entries(LIES)) {
  Deno.test(`dynamodb: what answers with ${name} is not believed`, async () => {
    await assert.rejects(
      store(wire(answered(text))).get(requests, "lie"),
      (error) => hasCode(error, "STORE_DAMAGED") || hasCode(error, "AWS_RUBBISH"),
    );
  });
}

Deno.test("dynamodb: numbers are read in every form that DynamoDB writes", async () => {
  const text = '{"Item":{"id":{"S":"n"},"version":{"N":"1E+3"},"state":{"S":"a"},"x":{"N":"-0"}}}';
  const item = await store(wire(answered(text))).get(requests, "n");
  assert.equal(item?.version, 1000);
});

Deno.test("dynamodb: pages without end, and without items, are found", async () => {
  const page = '{"Items":[],"LastEvaluatedKey":{"id":{"S":"same"}}}';
  const rounds = wire(answered(page), answered(page), answered(page));
  await assert.rejects(
    Array.fromAsync(store(rounds).list(requests, byProfile("p"))),
    fails("AWS_RUBBISH", /without end/),
  );
  await assert.rejects(
    Array.fromAsync(store(wire(answered("{}"))).list(requests, byProfile("p"))),
    fails("AWS_RUBBISH", /without items/),
  );
});

Deno.test("dynamodb: an empty page in the middle is not the end", async () => {
  const answer = JSON.stringify({
    Items: [{ id: { S: "z" }, version: { N: "1" }, state: { S: "a" } }],
  });
  const second = wire(
    answered('{"Items":[],"LastEvaluatedKey":{"id":{"S":"a"}}}'),
    answered(answer),
  );
  const found = await Array.fromAsync(store(second).list(requests, byProfile("prod")));
  assert.deepEqual(found.map(({ id }) => id), ["z"]);
  assert.deepEqual(second.seen[1]?.input["ExclusiveStartKey"], { id: { S: "a" } });
});

Deno.test("dynamodb: a list follows pages that a megabyte cuts, and reads only as far as it must", async () => {
  const partition = fresh("heavy");
  for (let at = 0; at < 10; at++) {
    const fields = { profile: partition, at, text: "x".repeat(300_000) };
    await store().create(requests, request(`${partition}-${at}`, fields));
  }
  const all = wire();
  const found = await Array.fromAsync(store(all).list(requests, byProfile(partition)));
  assert.deepEqual(found.map(({ id }) => Number(id.split("-").at(-1))), [
    9,
    8,
    7,
    6,
    5,
    4,
    3,
    2,
    1,
    0,
  ]);
  assert.ok(all.seen.length >= 3, `${all.seen.length} pages`);
  const some = wire();
  for await (const item of store(some).list(requests, byProfile(partition))) {
    assert.equal(item["at"], undefined);
    break;
  }
  assert.equal(some.seen.length, 1, "nothing is read ahead");
});

Deno.test("dynamodb: what a page spells with six bytes for one still comes whole", async () => {
  const partition = fresh("escaped");
  const item = request(partition, { profile: partition, text: "\u0001".repeat(390_000) });
  await store().create(requests, item);
  assert.deepEqual(await Array.fromAsync(store().list(requests, byProfile(partition))), [item]);
});

Deno.test("dynamodb: a table that isn't there is no empty one", async () => {
  const kept = openDynamo(options({ prefix: "nobodys-" }));
  const item = request(fresh("nowhere"));
  for (
    const asking of [
      () => kept.get(requests, item.id),
      () => kept.create(requests, item),
      () => kept.replace(requests, next(item, "used"), item),
      () => kept.remove(requests, item.id, item),
      () => Array.fromAsync(kept.list(requests, byProfile("prod"))),
    ]
  ) await assert.rejects(asking(), fails("STORE_MISSING", /"nobodys-requests"/));
});

Deno.test("dynamodb: a place that nobody answers at is no empty table", async () => {
  const kept = openDynamo(options({ endpoint: "http://127.0.0.1:1", totalMs: 500 }));
  await assert.rejects(kept.get(requests, "one"), fails("AWS_UNREACHABLE"));
  const listing = Array.fromAsync(kept.list(requests, byProfile("prod")));
  await assert.rejects(listing, fails("AWS_UNREACHABLE"));
});

Deno.test("dynamodb: credentials are asked for with each call, and theirs is the error", async () => {
  let asked = 0;
  const { credentials } = options();
  const kept = openDynamo(options({
    credentials: () => {
      if (++asked > 2) return Promise.reject(new TypeError("logged out"));
      return credentials();
    },
  }));
  await kept.get(requests, "one");
  await kept.get(requests, "one");
  await assert.rejects(kept.get(requests, "one"), /logged out/);
});

Deno.test("dynamodb: too little chance is no mark", async () => {
  const kept = openDynamo(options({ random: () => new Uint8Array(3) }));
  await assert.rejects(kept.create(requests, request(fresh("mark"))), fails("INTERNAL"));
});

Deno.test("dynamodb: sweep() leaves it to DynamoDB, and retention is the table's own attribute", async () => {
  const by = wire();
  const kept = store(by);
  const item = request(fresh("past"), { retainUntil: 1 });
  await kept.create(requests, item);
  assert.equal(await kept.sweep(requests, new Date()), 0);
  assert.equal((await kept.get(requests, item.id))?.id, item.id);
  const written = by.seen[0]?.input["Item"] as Record<string, unknown>;
  assert.deepEqual(written["retainUntil"], { N: "1" });
});
