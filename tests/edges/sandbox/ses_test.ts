// sandbox tests: SES v2; who may send as whom, and what is kept of it.
import { strict as assert } from "node:assert";
import { parseWorld } from "../../../lib/edges/sandbox/mod.ts";
import type { Reply, Wire } from "../../aws/wire.ts";
import { portable, sandboxOnly, wireOf, withSandbox } from "./fixture.ts";

const FROM = "sentinel@example.com";

interface Mail {
  from?: string;
  to?: Readonly<Record<string, readonly string[]>>;
  content?: unknown;
}

const SIMPLE = { Simple: { Subject: { Data: "Request" }, Body: { Text: { Data: "say yes" } } } };

/** One e-mail, right unless something else is said. */
function send({ ses }: Wire, mail: Mail = {}): Promise<Reply> {
  const { from = FROM, to = { ToAddresses: ["lea@example.com"] }, content = SIMPLE } = mail;
  return ses("POST", "/v2/email/outbound-emails", {
    FromEmailAddress: from,
    Destination: to,
    Content: content,
  });
}

portable("an identity is made, found, and then sends", async (aws) => {
  const sam = wireOf(aws, "sam");
  const EmailIdentity = "ops@example.org";
  const made = await sam.ses("POST", "/v2/email/identities", { EmailIdentity });
  assert.equal(made.body["IdentityType"], "EMAIL_ADDRESS");
  const found = await sam.ses("GET", "/v2/email/identities/ops%40example.org");
  assert.equal(found.body["IdentityType"], "EMAIL_ADDRESS");
  const sent = await send(sam, { from: EmailIdentity });
  assert.equal(sent.status, 200, sent.text);
  assert.match(String(sent.body["MessageId"]), /^[0-9a-z-]{36,}$/);
});

portable("nobody sends as an identity that nobody verified", async (aws) => {
  const sent = await send(wireOf(aws, "sam"), { from: "ops@example.net" });
  assert.equal(sent.status, 400);
  assert.equal(sent.code, "MessageRejected");
});

portable("an identity that isn't there is not found", async (aws) => {
  const found = await wireOf(aws, "sam").ses("GET", "/v2/email/identities/no%40example.org");
  assert.equal(found.status, 404);
  assert.equal(found.code, "NotFoundException");
});

const many = Array.from({ length: 51 }, (_, i) => `a${i}@example.com`);

const WRONG: readonly ({ name: string } & Mail)[] = [
  { name: "no receiver", to: {} },
  { name: "51 receivers", to: { ToAddresses: many.slice(0, 25), BccAddresses: many.slice(25) } },
  { name: "a receiver that is none", to: { ToAddresses: ["lea"] } },
  { name: "a sender that is none", from: "sentinel" },
  { name: "no content", content: {} },
  { name: "no body", content: { Simple: { Subject: { Data: "x" } } } },
  { name: "raw content that is no base64", content: { Raw: { Data: "ä" } } },
];

for (const { name, ...mail } of WRONG) {
  sandboxOnly("SendEmail", `SendEmail refuses ${name}`, async (sandbox) => {
    const sent = await send(wireOf(sandbox, "sam"), mail);
    assert.deepEqual({ status: sent.status, code: sent.code }, {
      status: 400,
      code: "BadRequestException",
    });
    const { messages } = await (await fetch(`${sandbox.control}/messages`)).json();
    assert.deepEqual(messages, []);
  });
}

sandboxOnly(
  "Verified identities in Amazon SES",
  "a domain's every address may send, and an identity is made once",
  async (sandbox) => {
    const sam = wireOf(sandbox, "sam");
    const make = () => sam.ses("POST", "/v2/email/identities", { EmailIdentity: "example.org" });
    assert.equal((await make()).body["IdentityType"], "DOMAIN");
    assert.equal((await make()).code, "AlreadyExistsException");
    assert.equal((await send(sam, { from: "any@example.org" })).status, 200);
    assert.equal((await send(sam, { from: "any@other.example.org" })).code, "MessageRejected");
  },
);

sandboxOnly(
  "Identity and access management in Amazon SES",
  "identity policies decide who sends as whom",
  async (sandbox) => {
    const mara = wireOf(sandbox, "mara");
    assert.equal((await send(mara)).status, 200);
    const refused = await send(mara, { from: "boss@example.com" });
    assert.equal(refused.status, 403);
    assert.equal(refused.code, "AccessDeniedException");
    assert.match(refused.message, /ses:SendEmail on resource: .*:identity\/boss@example\.com /);
    for (
      const reply of [
        await mara.ses("POST", "/v2/email/identities", { EmailIdentity: "mine@example.com" }),
        await mara.ses("GET", "/v2/email/identities"),
        await mara.ses("GET", "/v2/email/identities/sentinel%40example.com"),
      ]
    ) assert.equal(reply.code, "AccessDeniedException");
  },
);

const CONDITIONS: readonly { name: string; when: unknown; may: boolean; from?: string }[] = [
  { name: "this sender", when: { StringEquals: { "ses:FromAddress": FROM } }, may: true },
  {
    name: "this sender by display name",
    when: { StringEquals: { "ses:FromDisplayName": "Sentinel" } },
    may: true,
    from: `Sentinel <${FROM}>`,
  },
  { name: "another sender", when: { StringEquals: { "ses:FromAddress": "x@y.de" } }, may: false },
  {
    name: "receivers of the house",
    when: { "ForAllValues:StringLike": { "ses:Recipients": "*@example.com" } },
    may: true,
  },
  {
    name: "receivers elsewhere",
    when: { "ForAllValues:StringLike": { "ses:Recipients": "*@example.net" } },
    may: false,
  },
];

for (const { name, when, may, from } of CONDITIONS) {
  sandboxOnly(
    "Actions, resources, and condition keys for Amazon Simple Email Service v2",
    `SendEmail is ${may ? "" : "not "}allowed where only ${name} is`,
    async (sandbox) => {
      const sent = await send(wireOf(sandbox, "ann"), from === undefined ? {} : { from });
      assert.equal(sent.code, may ? null : "AccessDeniedException");
    },
    {
      world: () =>
        parseWorld(
          JSON.stringify({
            account: "111122223333",
            region: "eu-central-1",
            user: "ann",
            users: {
              ann: {
                policies: {
                  send: {
                    Version: "2012-10-17",
                    Statement: [{
                      Effect: "Allow",
                      Action: "ses:SendEmail",
                      Resource: "*",
                      Condition: when,
                    }],
                  },
                },
              },
            },
            senders: [FROM],
          }),
          "world.yaml",
        ),
    },
  );
}

Deno.test("[ours] e-mails are told whole by the control endpoint", () =>
  withSandbox(async (sandbox) => {
    const mara = wireOf(sandbox, "mara");
    await mara.ses("POST", "/v2/email/outbound-emails", {
      FromEmailAddress: `"Sentinel" <${FROM}>`,
      Destination: { ToAddresses: ["Lea <lea@example.com>"], CcAddresses: ["sam@example.com"] },
      Content: {
        Simple: { Subject: { Data: "Ä" }, Body: { Html: { Data: "<p>yes</p>" } } },
      },
      EmailTags: [{ Name: "kind", Value: "request" }],
    });
    await send(mara, { content: { Raw: { Data: btoa("Subject: x\r\n\r\ny") } } });
    const { messages: [html, raw] } = await (await fetch(`${sandbox.control}/messages`)).json();
    const { id: _id, at: _at, ...rest } = html;
    assert.deepEqual(rest, {
      channel: "email",
      by: "arn:aws:iam::111122223333:user/mara",
      from: FROM,
      to: ["lea@example.com", "sam@example.com"],
      subject: "Ä",
      text: "<p>yes</p>",
      attributes: { kind: "request" },
    });
    assert.deepEqual([raw.subject, raw.text], [null, "Subject: x\r\n\r\ny"]);
    assert.deepEqual(sandbox.events(), [], "an e-mail is a data event");
  }));

Deno.test("[ours] a path that no action has is refused in SES's form", () =>
  withSandbox(async (sandbox) => {
    const { ses } = wireOf(sandbox, "sam");
    for (
      const [method, path] of [
        ["GET", "/v2/email/outbound-emails"],
        ["GET", "/v2/email/identities/"],
        ["DELETE", "/v2/email/identities/a"],
        ["GET", "/"],
      ] as const
    ) {
      assert.equal((await ses(method, path)).code, "UnknownOperationException", path);
    }
  }));
