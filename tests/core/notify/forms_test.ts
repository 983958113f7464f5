// notify: envelopes, signatures and messages: nothing that somebody wrote is rendered, run or followed.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  REQUEST_EVENTS,
  type RequestEvent,
  requestEvent,
} from "../../../lib/core/approvals/mod.ts";
import { activate, BREAKGLASS_EVENTS, breakGlassEvent } from "../../../lib/core/breakglass/mod.ts";
import {
  envelopeOf,
  envelopeText,
  isSignedBody,
  mailOf,
  type Notice,
  signatureHeader,
  slackMessage,
  snsMessage,
  teamsMessage,
  webhookHeaders,
  wordsOf,
} from "../../../lib/core/notify/mod.ts";
import { filed, lea, NOW, say, wish } from "../approvals/people.ts";
import { prepared } from "../breakglass/emergencies.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "200");
const LINK = { text: "Open", url: "https://sentinel.example.com/requests" };

async function created(changed = {}): Promise<RequestEvent> {
  const request = { ...await filed(), ...changed };
  return requestEvent("request.created", request, request.requesterUser);
}

Deno.test("trap: the envelope is versioned, in snake_case, with an id, and seconds", async () => {
  const envelope = await envelopeOf(await created());
  assert.deepEqual(JSON.parse(envelopeText(envelope)), {
    schema_version: 1,
    event_id: envelope.event_id,
    event_type: "request.created",
    occurred_at: "2026-01-05T08:00:00.000Z",
    actor: "mara",
    request: {
      id: "00000000000000a1",
      status: "pending",
      requester: "mara",
      requester_id: "aws:111122223333:user:AIDAMARA",
      profile: "prod",
      role: "arn:aws:iam::111122223333:role/Prod",
      reason: "look at the broken queue",
      ticket: null,
      duration_seconds: 3600,
      not_before: null,
      expires_at: "2026-01-06T08:00:00.000Z",
      window_ends_at: null,
    },
    decision: null,
    comment: null,
  });
  assert.match(envelope.event_id, /^[0-9a-f]{32}$/);
});

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

const approval = await say(await filed(), "approve", lea, NOW);
const invoked = activate(prepared(), NOW).events[0] ?? assert.fail();
const NOTICES: readonly Notice[] = [await created(), ...approval.events, invoked];

Deno.test("every key of every envelope is snake_case, break-glass carries its second factor", async () => {
  for (const notice of NOTICES) {
    for (const key of keysOf(await envelopeOf(notice))) assert.match(key, /^[a-z]+(_[a-z]+)*$/);
  }
  const envelope = await envelopeOf(invoked);
  assert.ok("breakglass" in envelope);
  assert.equal(envelope.breakglass.mfa_verified, false);
});

Deno.test("an event's id is the same for the same event, and another for another", async () => {
  const ids = await Promise.all(NOTICES.map(async (one) => (await envelopeOf(one)).event_id));
  assert.equal(new Set(ids).size, NOTICES.length);
  assert.equal((await envelopeOf(await created())).event_id, ids[0]);
  assert.notEqual(
    (await envelopeOf(await created({ version: 2, updatedAt: "x" }))).event_id,
    ids[0],
  );
});

const SECRET = "0123456789abcdef";

Deno.test("trap: a body is signed: t and v1, HMAC-SHA256 over both", async () => {
  const header = await signatureHeader(SECRET, "{}", NOW);
  // printf '1767600000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
  assert.match(header, /^t=1767600000,v1=[0-9a-f]{64}$/);
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(SECRET),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const given = Uint8Array.fromHex(header.slice(header.indexOf("v1=") + 3));
  const text = new TextEncoder().encode("1767600000.{}");
  assert.ok(await crypto.subtle.verify("HMAC", key, given, text));
});

Deno.test("a signature holds for its body, secret and five minutes, and for no other form", async () => {
  const header = await signatureHeader(SECRET, "{}", NOW);
  const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
  assert.ok(await isSignedBody(header, SECRET, "{}", NOW));
  assert.ok(await isSignedBody(header, SECRET, "{}", later(300)));
  assert.ok(!await isSignedBody(header, SECRET, "{}", later(301)));
  assert.ok(!await isSignedBody(header, SECRET, "{}", later(-301)));
  assert.ok(!await isSignedBody(header, SECRET, "{ }", NOW));
  assert.ok(!await isSignedBody(header, `${SECRET}x`, "{}", NOW));
  assert.ok(!await isSignedBody(header.replace("t=17", "t=18"), SECRET, "{}", later(1e8)));
  for (const bad of ["", "t=1", header.toUpperCase(), `${header},v1=00`, header.slice(0, -1)]) {
    assert.ok(!await isSignedBody(bad, SECRET, "{}", NOW), bad);
  }
  await assert.rejects(signatureHeader("short", "{}", NOW), { code: "CONFIG_INVALID" });
});

Deno.test("a webhook is told the event, its id and, where there is a secret, who sent it", async () => {
  const envelope = await envelopeOf(await created());
  const body = envelopeText(envelope);
  const plain = {
    "Content-Type": "application/json",
    "X-Sentinel-Event": "request.created",
    "X-Sentinel-Delivery": envelope.event_id,
  };
  assert.deepEqual(await webhookHeaders(envelope, body, null, NOW), plain);
  const { "X-Sentinel-Signature": signature = "", ...rest } = await webhookHeaders(
    envelope,
    body,
    SECRET,
    NOW,
  );
  assert.deepEqual(rest, plain);
  assert.ok(await isSignedBody(signature, SECRET, body, NOW));
});

Deno.test("a message says who, what, why, until when, and the command", async () => {
  const words = wordsOf(await created());
  assert.equal(words.title, "Access requested");
  assert.equal(words.command, "sentinel approve 00000000000000a1");
  assert.deepEqual(Object.fromEntries(words.facts), {
    Who: "mara",
    Profile: "prod",
    Role: "arn:aws:iam::111122223333:role/Prod",
    For: "1h",
    Reason: "look at the broken queue",
    "Decide before": "2026-01-06T08:00:00.000Z",
    Request: "00000000000000a1",
  });
  const emergency = wordsOf(breakGlassEvent("breakglass.escalated", prepared(), "mara"));
  assert.equal(emergency.title, "Break-glass used unusually often");
  assert.equal(emergency.command, "sentinel breakglass show 00000000000000b0");
});

Deno.test("trap: a command holds an id of ours or is not there: it will be pasted into a shell", async () => {
  const request = (await created()).request;
  for (const id of ["$(reboot)", "x; rm -rf /", "0".repeat(16), ""]) {
    const words = wordsOf({ ...await created(), request: { ...request, id } });
    assert.equal(words.command, null, id);
  }
});

Deno.test("every notice has a title and a command of its own kind", async () => {
  const request = await filed();
  const titles = [
    ...REQUEST_EVENTS.map((type) => wordsOf(requestEvent(type, request, "lea"))),
    ...BREAKGLASS_EVENTS.map((type) => wordsOf(breakGlassEvent(type, prepared(), "lea"))),
  ].map(({ title, command }) => `${title}: ${command?.slice(9, -17)}`);
  assert.deepEqual(titles, [
    "Access requested: approve",
    "Access request needs another yes: approve",
    "Access approved: request show",
    "Access denied: request show",
    "Access request expired: request show",
    "Access request cancelled: request show",
    "Approval taken back: request show",
    "Approval used: request show",
    "Break-glass invoked: breakglass show",
    "Break-glass used unusually often: breakglass show",
    "Break-glass closed: breakglass show",
    "Break-glass ran out: breakglass show",
    "Break-glass not started: breakglass show",
    "Break-glass reviewed: breakglass show",
  ]);
});

Deno.test("an emergency's message says who, why, until when, and with which second factor", () => {
  const facts = (notice: Notice) => Object.fromEntries(wordsOf(notice).facts);
  const told = {
    Who: "mara",
    Profile: "prod",
    Role: "arn:aws:iam::111122223333:role/Prod",
    Why: "incident",
    Justification: "the queue is stuck and nobody answers",
    For: "1h",
    Until: "2026-01-05T09:00:00.000Z",
    "Second factor": "none",
    Event: "00000000000000b0",
  };
  assert.deepEqual(facts(invoked), told);
  const event = { ...prepared(), mfaMethod: "totp" as const, closedReason: "it runs again" };
  assert.deepEqual(facts(breakGlassEvent("breakglass.closed", event, "sam")), {
    ...told,
    "Second factor": "totp",
    By: "sam",
    Comment: "it runs again",
  });
  const decided = facts(approval.events[0] ?? assert.fail());
  assert.deepEqual([decided["By"], decided["Until"]], ["lea", "2026-01-05T09:00:00.000Z"]);
});

const WORDS = { title: "A & B", facts: [["Who", "<m>"]] as const, command: "sentinel x" };

Deno.test("a Slack message, whole", () => {
  const plain = (text: string) => ({ type: "plain_text", text, emoji: false });
  const section = (text: string) => ({ type: "section", text: plain(text) });
  assert.deepEqual(slackMessage(WORDS, LINK), {
    text: "A &amp; B",
    mrkdwn: false,
    blocks: [
      { type: "header", text: plain("A &amp; B") },
      section("Who: &lt;m&gt;"),
      section("sentinel x"),
      {
        type: "actions",
        elements: [{ type: "button", text: plain("Open"), url: LINK.url, action_id: "open" }],
      },
    ],
  });
});

Deno.test("a Teams message, whole", () => {
  const block = (...inlines: unknown[]) => ({ type: "RichTextBlock", inlines });
  assert.deepEqual(teamsMessage(WORDS, LINK), {
    type: "message",
    attachments: [{
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          block({ type: "TextRun", text: "A & B", weight: "Bolder", size: "Large" }),
          block(
            { type: "TextRun", text: "Who: ", weight: "Bolder" },
            { type: "TextRun", text: "<m>" },
          ),
          block({ type: "TextRun", text: "sentinel x", fontType: "Monospace" }),
        ],
        actions: [{ type: "Action.OpenUrl", title: "Open", url: LINK.url }],
      },
    }],
  });
});

Deno.test("an e-mail and an SNS message, whole", async () => {
  assert.deepEqual(mailOf(WORDS, LINK), {
    subject: "Sentinel: A & B",
    text:
      `A & B\n\nWho: <m>\n\nsentinel x\n\n${LINK.url}\n\nNobody approves by answering this message.`,
  });
  const envelope = await envelopeOf(await created());
  assert.deepEqual(snsMessage(envelope, { ...WORDS, title: "Ä" }), {
    subject: "Sentinel: ?",
    message: envelopeText(envelope),
    attributes: { event_type: "request.created" },
  });
});

/** What would be obeyed by a chat, a terminal, a mail header or a browser. */
const HOSTILE = [
  "<!channel> wake up",
  "<https://evil.example|Approve here>",
  "<@U12345>",
  "[Approve](https://evil.example)",
  "*bold* _it_ `code` ~gone~",
  "a\r\nBcc: everyone@example.com",
  "\u001b[2J\u202egnp.exe",
  "&lt;!here&gt;",
  "https://evil.example/approve",
  "x".repeat(10_000),
];

/** Every text in a value, with the type of the nearest object around it. */
function texts(value: unknown, type = ""): { text: string; type: string; key: string }[] {
  if (value === null || typeof value !== "object") return [];
  const own = (value as { type?: unknown }).type;
  const name = typeof own === "string" ? own : type;
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "string" ? [{ text: inner, type: name, key }] : texts(inner, name)
  );
}

for (const hostile of HOSTILE) {
  Deno.test(`trap: hostile text is harmless in every form: ${JSON.stringify(hostile.slice(0, 30))}`, async () => {
    const notice = await created({
      requesterUser: hostile,
      profile: hostile,
      reason: hostile,
      ticket: hostile,
    });
    const words = wordsOf(notice);
    for (const [, value] of words.facts) {
      assert.ok(value.length < 400, "cut");
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(value, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]|:\/\//);
    }
    for (const { text, type, key } of texts(slackMessage(words, LINK))) {
      assert.doesNotMatch(text, /[<>]|&(?!amp;|lt;|gt;)/);
      if (text.includes("evil") || text.includes("bold")) assert.equal(type, "plain_text");
      if (key === "url") assert.equal(text, LINK.url);
    }
    assert.equal((slackMessage(words, LINK) as { mrkdwn: boolean }).mrkdwn, false);
    for (const { text, type, key } of texts(teamsMessage(words, LINK))) {
      if (text.includes("evil") || text.includes("bold")) assert.equal(type, "TextRun", text);
      if (key === "url") assert.equal(text, LINK.url);
    }
    const { subject, message } = snsMessage(await envelopeOf(notice), words);
    assert.match(subject, /^[\x20-\x7e]{1,99}$/);
    assert.equal(JSON.parse(message).request.reason, hostile);
    const mail = mailOf(words, LINK);
    assert.doesNotMatch(mail.subject, /[\r\n]/);
    assert.ok(!mail.text.split("\n").some((line) => line.startsWith("Bcc:")));
  });
}

Deno.test("whatever people write, messages stay within the channels' limits and well formed", async () => {
  const base = await created();
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 1200 }), (text) => {
      const request = { ...base.request, requester: text, profile: text, reason: text };
      const words = wordsOf({ ...base, request });
      const slack = slackMessage(words, { text, url: LINK.url }) as { blocks: unknown[] };
      assert.ok(slack.blocks.length <= 50);
      for (const { text: shown, type, key } of texts(slack)) {
        if (type === "plain_text" && key === "text") assert.ok(shown.length <= 3000);
      }
      assert.ok(JSON.stringify(teamsMessage(words, LINK)).length < 28_000);
    }),
    { seed: 91, numRuns: RUNS },
  );
});

for (
  const url of ["http://example.com", "javascript:alert(1)", "https://user:pw@example.com", "x", ""]
) {
  Deno.test(`a link to ${JSON.stringify(url)} is left out`, async () => {
    const words = wordsOf(await created());
    const link = { text: "Open", url };
    for (const form of [slackMessage(words, link), teamsMessage(words, link)]) {
      assert.ok(!texts(form).some(({ key }) => key === "url"));
    }
    assert.ok(!mailOf(words, link).text.includes("://"));
  });
}

Deno.test("no message is a way to approve: it has a link and a command, and says so in e-mail", async () => {
  const words = wordsOf(await created());
  const actions = texts(slackMessage(words, LINK)).filter(({ key }) => key === "action_id");
  assert.deepEqual(actions.map(({ text }) => text), ["open"]);
  assert.match(mailOf(words, LINK).text, /Nobody approves by answering/);
});

Deno.test("trap: the self-written reason of a wish reaches the message whole, up to its limit", async () => {
  const reason = "é".repeat(300);
  const request = { ...await filed(wish({ reason })) };
  const words = wordsOf(requestEvent("request.created", request, "mara"));
  assert.equal(Object.fromEntries(words.facts)["Reason"], reason);
});
