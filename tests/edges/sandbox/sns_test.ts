// sandbox tests: SNS; topics, messages, and who may publish.
import { strict as assert } from "node:assert";
import { parseWorld, type Sandbox } from "../../../lib/edges/sandbox/mod.ts";
import { element } from "../../aws/wire.ts";
import { portable, sandboxOnly, wireOf, withSandbox } from "./fixture.ts";

const arnOf = (name: string) => `arn:aws:sns:eu-central-1:111122223333:${name}`;
const NOTICES = arnOf("sentinel-notices");

/** What was published and sent, as the control endpoint tells it. */
async function messages(sandbox: Sandbox): Promise<Record<string, unknown>[]> {
  const answer = await fetch(`${sandbox.control}/messages`);
  return (await answer.json()).messages;
}

portable("a topic is made, made again, described, listed and deleted", async (aws) => {
  const { sns } = wireOf(aws, "sam");
  for (let i = 0; i < 2; i++) {
    const made = await sns("CreateTopic", { Name: "abc" });
    assert.equal(element(made.text, "TopicArn"), arnOf("abc"));
  }
  const { text } = await sns("GetTopicAttributes", { TopicArn: arnOf("abc") });
  for (
    const [key, value] of [["TopicArn", arnOf("abc")], ["Owner", "111122223333"]] as const
  ) {
    assert.match(text, new RegExp(`<key>${key}</key>\\s*<value>${value}</value>`));
  }
  const listed = async () =>
    [...(await sns("ListTopics", {})).text.matchAll(/<TopicArn>([^<]*)</g)].map(([, arn]) => arn)
      .sort();
  assert.deepEqual(await listed(), [arnOf("abc"), NOTICES]);
  assert.equal((await sns("DeleteTopic", { TopicArn: arnOf("abc") })).code, null);
  assert.deepEqual(await listed(), [NOTICES]);
});

portable("a topic that isn't there is not found", async (aws) => {
  const { sns } = wireOf(aws, "sam");
  const Message = "hallo";
  for (
    const reply of [
      await sns("Publish", { TopicArn: arnOf("none"), Message }),
      await sns("GetTopicAttributes", { TopicArn: arnOf("none") }),
    ]
  ) {
    assert.equal(reply.status, 404);
    assert.match(reply.code ?? "", /^NotFound/);
  }
});

portable("what is published gets an id of its own, by topic and by number", async (aws) => {
  const { sns } = wireOf(aws, "sam");
  const ids = [
    await sns("Publish", { TopicArn: NOTICES, Message: "one", Subject: "a".repeat(99) }),
    await sns("Publish", { TargetArn: NOTICES, Message: "two" }),
    await sns("Publish", { PhoneNumber: "+491701234567", Message: "three" }),
  ].map(({ text }) => element(text, "MessageId"));
  assert.equal(new Set(ids).size, 3);
  for (const id of ids) assert.match(id, /^[0-9a-f-]{36}$/);
});

const WRONG: readonly { name: string; form: Record<string, string>; code?: string }[] = [
  { name: "no receiver", form: { Message: "x" } },
  { name: "two receivers", form: { TopicArn: NOTICES, PhoneNumber: "+491", Message: "x" } },
  { name: "no message", form: { TopicArn: NOTICES } },
  { name: "an empty message", form: { TopicArn: NOTICES, Message: "" } },
  { name: "more than 256 KiB", form: { TopicArn: NOTICES, Message: "ä".repeat(131_073) } },
  { name: "a number that is none", form: { PhoneNumber: "0170/1", Message: "x" } },
  { name: "an ARN that is none", form: { TopicArn: "sentinel-notices", Message: "x" } },
  { name: "a topic elsewhere", form: { TopicArn: NOTICES.replace("eu", "us"), Message: "x" } },
  { name: "a subject of two lines", form: { TopicArn: NOTICES, Message: "x", Subject: "a\nb" } },
  { name: "a subject of 100", form: { TopicArn: NOTICES, Message: "x", Subject: "a".repeat(100) } },
  {
    name: "parts without a default",
    form: { TopicArn: NOTICES, Message: '{"sms":"x"}', MessageStructure: "json" },
  },
  {
    name: "parts that are no JSON",
    form: { TopicArn: NOTICES, Message: "x", MessageStructure: "json" },
  },
  {
    name: "an attribute of no type",
    form: {
      TopicArn: NOTICES,
      Message: "x",
      "MessageAttributes.entry.1.Name": "a",
      "MessageAttributes.entry.1.Value.StringValue": "b",
      "MessageAttributes.entry.1.Value.DataType": "Text",
    },
    code: "ParameterValueInvalid",
  },
];

for (const { name, form, code = "InvalidParameter" } of WRONG) {
  sandboxOnly("Publish", `Publish refuses ${name}`, async (sandbox) => {
    const reply = await wireOf(sandbox, "sam").sns("Publish", form);
    assert.deepEqual({ code: reply.code, status: reply.status }, { code, status: 400 });
    assert.deepEqual(await messages(sandbox), []);
  });
}

sandboxOnly(
  "CreateTopic",
  "CreateTopic refuses a name that is none, and a topic that differs",
  async (sandbox) => {
    const { sns } = wireOf(sandbox, "sam");
    const named = (Name: string, DisplayName = "A") =>
      sns("CreateTopic", {
        Name,
        "Attributes.entry.1.key": "DisplayName",
        "Attributes.entry.1.value": DisplayName,
      });
    for (const name of ["", "a b", "a.fifo", "x".repeat(257)]) {
      assert.equal((await named(name)).code, "InvalidParameter", name);
    }
    assert.equal((await named("abc")).code, null);
    assert.equal((await named("abc")).code, null);
    assert.equal((await named("abc", "B")).code, "InvalidParameter");
    const { text } = await sns("GetTopicAttributes", { TopicArn: arnOf("abc") });
    assert.match(text, /<key>DisplayName<\/key><value>A<\/value>/);
  },
);

sandboxOnly("ListTopics", "ListTopics pages by hundreds", async (sandbox) => {
  const { sns } = wireOf(sandbox, "sam");
  for (let i = 0; i < 105; i++) await sns("CreateTopic", { Name: `t-${i}` });
  const found: string[] = [];
  let next = "";
  do {
    const { text } = await sns("ListTopics", next === "" ? {} : { NextToken: next });
    found.push(...[...text.matchAll(/<TopicArn>([^<]*)</g)].map(([, arn = ""]) => arn));
    next = element(text, "NextToken");
  } while (next !== "");
  assert.equal(found.length, 106);
  assert.equal(new Set(found).size, 106);
});

sandboxOnly(
  "Using identity-based policies with Amazon SNS",
  "identity policies decide who publishes where",
  async (sandbox) => {
    const { sns } = wireOf(sandbox, "mara");
    const other = arnOf("other");
    await wireOf(sandbox, "sam").sns("CreateTopic", { Name: "other" });
    const Message = "hallo";
    assert.equal((await sns("Publish", { TopicArn: NOTICES, Message })).code, null);
    for (const to of [{ TopicArn: other }, { PhoneNumber: "+491701234567" }]) {
      const reply = await sns("Publish", { ...to, Message });
      const where = Object.values(to)[0];
      assert.equal(reply.status, 403);
      assert.equal(reply.code, "AuthorizationError");
      assert.equal(
        reply.message,
        "User: arn:aws:iam::111122223333:user/mara is not authorized to perform: SNS:Publish on " +
          `resource: ${where} because no identity-based policy allows the SNS:Publish action`,
      );
    }
    for (const action of ["CreateTopic", "DeleteTopic", "GetTopicAttributes", "ListTopics"]) {
      const reply = await sns(action, { Name: "mine", TopicArn: NOTICES });
      assert.equal(reply.code, "AuthorizationError", action);
    }
    assert.equal((await messages(sandbox)).length, 1);
  },
);

sandboxOnly(
  "Logging Amazon SNS API calls using CloudTrail",
  "a message is no event of CloudTrail's history, a topic is one",
  async (sandbox) => {
    const { sns } = wireOf(sandbox, "sam");
    await sns("CreateTopic", { Name: "abc" });
    await sns("Publish", { TopicArn: arnOf("abc"), Message: "geheim" });
    const [made, ...more] = sandbox.events();
    assert.deepEqual(more, []);
    assert.equal(made?.["eventSource"], "sns.amazonaws.com");
    assert.deepEqual(made?.["responseElements"], { topicArn: arnOf("abc") });
    const told = await (await fetch(`${sandbox.control}/events`)).json();
    assert.deepEqual(told.counts, { "sns:CreateTopic": 1, "sns:Publish": 1 });
    assert.deepEqual(told.rights, { "sns:CreateTopic": 1, "sns:Publish": 1 });
  },
);

Deno.test("[ours] messages are told whole by the control endpoint, oldest first", () =>
  withSandbox(async (sandbox) => {
    const { sns } = wireOf(sandbox, "mara");
    await sns("Publish", {
      TopicArn: NOTICES,
      Subject: "Zwölf",
      Message: `{"default":"<&> ä"}`,
      MessageStructure: "json",
      "MessageAttributes.entry.1.Name": "kind",
      "MessageAttributes.entry.1.Value.DataType": "String",
      "MessageAttributes.entry.1.Value.StringValue": "request",
      "MessageAttributes.entry.2.Name": "bytes",
      "MessageAttributes.entry.2.Value.DataType": "Binary",
      "MessageAttributes.entry.2.Value.BinaryValue": "AAE=",
    });
    await wireOf(sandbox, "sam").sns("Publish", {
      PhoneNumber: "+491701234567",
      Message: "123456",
    });
    const [first, second] = await messages(sandbox);
    const { id, at, ...rest } = first ?? {};
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(Date.parse(String(at)) - Date.now()) < 60_000);
    assert.deepEqual(rest, {
      channel: "topic",
      by: "arn:aws:iam::111122223333:user/mara",
      from: null,
      to: [NOTICES],
      subject: "Zwölf",
      text: `{"default":"<&> ä"}`,
      attributes: { kind: "request", bytes: "AAE=" },
    });
    assert.deepEqual([second?.["channel"], second?.["to"], second?.["text"]], [
      "sms",
      ["+491701234567"],
      "123456",
    ]);
  }));

Deno.test("[ours] a world's topics and senders are those that it names", () => {
  const world = parseWorld(
    JSON.stringify({
      account: "111122223333",
      region: "eu-central-1",
      user: "ann",
      users: { ann: { attached: ["arn:aws:iam::aws:policy/AdministratorAccess"] } },
      topics: ["a", "b"],
      senders: ["example.org"],
    }),
    "world.yaml",
  );
  return withSandbox(async (sandbox) => {
    const { sns, ses } = wireOf(sandbox, "ann");
    const { text } = await sns("ListTopics", {});
    assert.deepEqual([...text.matchAll(/:(\w+)<\/TopicArn>/g)].map(([, name]) => name), ["a", "b"]);
    const { body } = await ses("GET", "/v2/email/identities");
    assert.deepEqual((body["EmailIdentities"] as { IdentityName: string }[])[0], {
      IdentityType: "DOMAIN",
      IdentityName: "example.org",
      SendingEnabled: true,
      VerificationStatus: "SUCCESS",
    });
  }, world);
});
