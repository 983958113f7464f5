// notify: SNS and SES against the sandbox, the chats against a real server, and targets by name.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import {
  envelopeOf,
  envelopeText,
  mailOf,
  slackMessage,
  teamsMessage,
  wordsOf,
} from "../../../lib/core/notify/mod.ts";
import { type NotifyTarget, type SenderPorts, sendersOf } from "../../../lib/edges/notify/mod.ts";
import { sendMail } from "../../../lib/edges/notify/ses.ts";
import { sendSns } from "../../../lib/edges/notify/sns.ts";
import { noticeOf, readEnvelope } from "../../../lib/edges/notify/stored.ts";
import type { Sandbox } from "../../../lib/edges/sandbox/mod.ts";
import { withSandbox } from "../../aws/cases.ts";
import { activate } from "../../../lib/core/breakglass/mod.ts";
import { prepared } from "../../core/breakglass/emergencies.ts";
import { NOW } from "../../core/approvals/people.ts";
import { hang, withServer } from "../aws/fake_sts.ts";
import { ENVELOPE, NOTICE } from "./notices.ts";
import { HOST, networkTo, status, withReceiver } from "./receiver.ts";

const TOPIC = "arn:aws:sns:eu-central-1:111122223333:sentinel-notices";
const FROM = "sentinel@example.com";
const KEYS = {
  accessKeyId: "AKIAEXAMPLEEXAMPLE00",
  secretAccessKey: "s3cret-but-long-enough",
  sessionToken: "s3cret-token-long-enough",
};
const LINK = { text: "Open", url: "https://sentinel.example.com/requests" };

function portsOf(sandbox: Sandbox, user: string): SenderPorts {
  const keys = sandbox.world.users.find(({ name }) => name === user)?.keys ?? assert.fail();
  return {
    network: networkTo(1),
    now: () => new Date(),
    link: LINK,
    aws: {
      credentials: () => Promise.resolve({ ...keys, sessionToken: null }),
      region: "eu-central-1",
      endpoint: () => sandbox.endpoint,
    },
  };
}

async function messages(sandbox: Sandbox): Promise<Record<string, unknown>[]> {
  return (await (await fetch(`${sandbox.control}/messages`)).json()).messages;
}

const AWS_TARGETS: readonly NotifyTarget[] = [
  { name: "topic", kind: "sns", topic: TOPIC },
  { name: "no-topic", kind: "sns", topic: `${TOPIC}-gone` },
  { name: "foreign", kind: "sns", topic: "arn:aws:sns:eu-central-1:111122223333:theirs" },
  {
    name: "mail",
    kind: "ses",
    from: FROM,
    to: ["lea@example.com", "tom@example.com"],
    region: null,
  },
  { name: "as-boss", kind: "ses", from: "boss@example.com", to: [FROM], region: null },
];

async function refused(sending: Promise<unknown>, code: ErrorCode, words = /./): Promise<void> {
  await assert.rejects(sending, (error) => {
    assert.ok(error instanceof SentinelError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    assert.doesNotMatch(`${error.message} ${error.hint}`, /s3cret/);
    return true;
  });
}

Deno.test("an SNS topic gets the envelope, its subject and its event's type", () =>
  withSandbox(async (sandbox) => {
    const { send } = sendersOf(AWS_TARGETS, portsOf(sandbox, "mara"));
    assert.deepEqual(await send("topic", ENVELOPE, 5000), { kind: "sent" });
    const [{ id: _id, at: _at, by: _by, ...message } = assert.fail()] = await messages(sandbox);
    assert.deepEqual(message, {
      channel: "topic",
      from: null,
      to: [TOPIC],
      subject: "Sentinel: Access requested",
      text: envelopeText(ENVELOPE),
      attributes: { event_type: "request.created" },
    });
    await refused(send("no-topic", ENVELOPE, 5000), "AWS_REFUSED", /NotFound/);
    await refused(send("foreign", ENVELOPE, 5000), "AWS_REFUSED", /AuthorizationError/);
    assert.equal((await messages(sandbox)).length, 1);
  }));

Deno.test("SES gets an e-mail of text alone, to all receivers", () =>
  withSandbox(async (sandbox) => {
    const { send } = sendersOf(AWS_TARGETS, portsOf(sandbox, "mara"));
    assert.deepEqual(await send("mail", ENVELOPE, 5000), { kind: "sent" });
    const [{ id: _id, at: _at, by: _by, ...message } = assert.fail()] = await messages(sandbox);
    assert.deepEqual(message, {
      channel: "email",
      from: FROM,
      to: ["lea@example.com", "tom@example.com"],
      ...mailOf(wordsOf(NOTICE), LINK),
      attributes: {},
    });
    await refused(send("as-boss", ENVELOPE, 5000), "AWS_REFUSED", /AccessDeniedException/);
  }));

interface Wrong {
  name: string;
  answer: (stop: AbortSignal) => Response | Promise<Response>;
  want: ErrorCode;
}
const sesSaying = (type: string, code: number) =>
  Response.json({ message: KEYS.secretAccessKey }, {
    status: code,
    headers: { "x-amzn-errortype": type },
  });
const snsSaying = (type: string, code: number) =>
  new Response(
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Code>${type}</Code>` +
      `<Message>${KEYS.secretAccessKey}</Message></Error></ErrorResponse>`,
    { status: code },
  );
const BOTH: readonly Wrong[] = [
  { name: "hangs", answer: hang, want: "AWS_UNREACHABLE" },
  {
    name: "redirects",
    answer: () => Response.redirect("http://127.0.0.1:1/"),
    want: "AWS_RUBBISH",
  },
  { name: "says nothing", answer: () => new Response(""), want: "AWS_RUBBISH" },
  { name: "says too much", answer: () => new Response("a".repeat(2 ** 21)), want: "AWS_RUBBISH" },
  { name: "fails", answer: () => new Response("", { status: 502 }), want: "AWS_UNREACHABLE" },
];
const SES_WRONG: readonly Wrong[] = [
  ...BOTH,
  { name: "has no id", answer: () => Response.json({}), want: "AWS_RUBBISH" },
  { name: "rejects", answer: () => sesSaying("MessageRejected", 400), want: "AWS_REFUSED" },
  {
    name: "throttles",
    answer: () => sesSaying("TooManyRequestsException", 429),
    want: "AWS_THROTTLED",
  },
  { name: "forgot", answer: () => sesSaying("NotFoundException", 404), want: "AWS_REFUSED" },
];
const SNS_WRONG: readonly Wrong[] = [
  ...BOTH,
  {
    name: "has no id",
    answer: () => new Response("<PublishResponse><PublishResult/></PublishResponse>"),
    want: "AWS_RUBBISH",
  },
  { name: "throttles", answer: () => snsSaying("Throttled", 429), want: "AWS_THROTTLED" },
  { name: "fails inside", answer: () => snsSaying("InternalError", 500), want: "AWS_UNREACHABLE" },
  {
    name: "knows no keys",
    answer: () => snsSaying("InvalidClientTokenId", 403),
    want: "NO_CREDENTIALS",
  },
];

function wrong(
  service: string,
  rows: readonly Wrong[],
  send: (endpoint: string) => Promise<unknown>,
) {
  for (const { name, answer, want } of rows) {
    Deno.test(`${service} that ${name} is asked once: ${want}`, () =>
      withServer((_times, stop) => answer(stop), async (endpoint, asked) => {
        await refused(send(endpoint), want);
        assert.equal(asked.length, 1, "what is tried again is the outbox's to say");
      }));
  }
}

const limits = { credentials: KEYS, timeoutMs: 300, pauseMs: 1 };
const MAIL = { from: FROM, to: [FROM], link: null };
wrong("SNS", SNS_WRONG, (endpoint) => sendSns({ arn: TOPIC }, ENVELOPE, { ...limits, endpoint }));
wrong(
  "SES",
  SES_WRONG,
  (endpoint) => sendMail(MAIL, ENVELOPE, { ...limits, region: null, endpoint }),
);

Deno.test("without an endpoint, AWS's own of the topic's or sender's region is asked", async () => {
  const urls: string[] = [];
  const fetch = ((url: string) => {
    urls.push(url);
    return Promise.resolve(new Response("", { status: 500 }));
  }) as typeof globalThis.fetch;
  const own = { ...limits, endpoint: null, fetch };
  await refused(sendSns({ arn: TOPIC }, ENVELOPE, own), "AWS_UNREACHABLE");
  await refused(sendMail(MAIL, ENVELOPE, { ...own, region: "cn-north-1" }), "AWS_UNREACHABLE");
  assert.deepEqual(urls, [
    "https://sns.eu-central-1.amazonaws.com/",
    "https://email.cn-north-1.amazonaws.com.cn/v2/email/outbound-emails",
  ]);
});

Deno.test("topics and addresses that are none are never sent to", async () => {
  const endpoint = "http://127.0.0.1:1/";
  for (
    const arn of [
      "",
      "sentinel-notices",
      `${TOPIC}.fifo`,
      `${TOPIC}\n`,
      TOPIC.replace("sns", "sqs"),
    ]
  ) {
    await refused(sendSns({ arn }, ENVELOPE, { ...limits, endpoint }), "CONFIG_INVALID");
  }
  const mail = (more: object) =>
    sendMail({ ...MAIL, ...more }, ENVELOPE, { ...limits, region: null, endpoint });
  for (
    const address of ["", "lea", "a@b.c,d@e.f", "Lea <lea@example.com>", "a@b.c\r\nBcc: d@e.f"]
  ) {
    await refused(mail({ from: address }), "CONFIG_INVALID", /want name@host/);
    await refused(mail({ to: [FROM, address] }), "CONFIG_INVALID", /want name@host/);
  }
  await refused(mail({ to: [] }), "CONFIG_INVALID", /0 receivers/);
  await refused(mail({ to: Array(51).fill(FROM) }), "CONFIG_INVALID", /51 receivers/);
});

Deno.test("Slack and Teams get their own forms at their secret paths, and nothing else", () =>
  withReceiver(
    (times) => status(times === 0 ? "200 OK" : "202 Accepted"),
    async (port, received) => {
      const ports: SenderPorts = {
        network: networkTo(port),
        now: () => NOW,
        link: LINK,
        aws: { credentials: () => assert.fail(), region: null, endpoint: () => null },
      };
      const { targets, send } = sendersOf([
        { name: "slack", kind: "slack", url: `https://${HOST}/services/T/B/x` },
        { name: "teams", kind: "teams", url: `https://${HOST}/workflows/y?sig=z` },
        { name: "hook", kind: "webhook", url: `https://${HOST}/hook`, secret: null },
        { name: "inside", kind: "slack", url: "https://127.0.0.1/services/s3cret" },
      ], ports);
      assert.deepEqual([...targets], ["slack", "teams", "hook", "inside"]);
      for (const name of ["slack", "teams", "hook"]) {
        assert.deepEqual(await send(name, ENVELOPE, 3000), { kind: "sent" });
      }
      const words = wordsOf(NOTICE);
      assert.deepEqual(received.map(({ path, body }) => [path, JSON.parse(body)]), [
        ["/services/T/B/x", slackMessage(words, LINK)],
        ["/workflows/y?sig=z", teamsMessage(words, LINK)],
        ["/hook", ENVELOPE],
      ]);
      for (const { headers } of received) assert.equal(headers.get("x-sentinel-signature"), null);
      await refused(send("inside", ENVELOPE, 3000), "TARGET_REFUSED");
      await refused(send("nobody", ENVELOPE, 3000), "CONFIG_INVALID", /no such target/);
      const twice = [...targets].flatMap((name) => [{ name, kind: "sns" as const, topic: TOPIC }]);
      assert.throws(() => sendersOf([...twice, ...twice], ports), { code: "CONFIG_INVALID" });
    },
  ));

Deno.test("an envelope comes back from a store as it went in; an edited one is damage", async () => {
  const emergency = activate(prepared(), NOW).events[0] ?? assert.fail();
  for (const notice of [NOTICE, emergency]) {
    const envelope = await envelopeOf(notice);
    assert.deepEqual(await readEnvelope(envelopeText(envelope)), envelope);
    assert.deepEqual(noticeOf(envelope), notice);
    const edits: readonly object[] = [
      { schema_version: 2 },
      { event_id: "0".repeat(32) },
      { event_type: "request.created\r\nX: y" },
      { occurred_at: "yesterday" },
      { actor: "lea" },
      "request" in envelope
        ? { request: { ...envelope.request, reason: "another" } }
        : { breakglass: { ...envelope.breakglass, justification: "another" } },
      { request: null, breakglass: null },
      { request: { ...Object(Object(envelope).request), reason: 7 }, breakglass: { id: 7 } },
    ];
    for (const edit of edits) {
      const text = JSON.stringify({ ...envelope, ...edit });
      await refused(readEnvelope(text), "STORE_DAMAGED", /outbox message/);
    }
  }
  for (const text of ["", "[]", "null", "{"]) await refused(readEnvelope(text), "STORE_DAMAGED");
});
