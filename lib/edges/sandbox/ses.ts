// sandbox: Simple Email Service v2, by its table of actions. What is sent stays here.
import { AwsError } from "./aws_error.ts";
import type { Answer, Call, Service } from "./call.ts";
import { callerArn } from "./caller.ts";
import { requiredText, structureList, textList } from "./fields.ts";
import { permit } from "./judge.ts";
import { newUuid } from "./random.ts";
import type { SentMessage } from "./state.ts";

/** SES v2 out of its own sandbox: to whom is free, from whom is not. Who is named is verified at once. */
export const ses: Service = {
  protocol: "rest-json",
  namespace: "",
  actions: {
    CreateEmailIdentity: {
      route: "POST /v2/email/identities",
      readOnly: false,
      run: createEmailIdentity,
    },
    GetEmailIdentity: {
      route: "GET /v2/email/identities/{EmailIdentity}",
      readOnly: true,
      run: getEmailIdentity,
    },
    ListEmailIdentities: {
      route: "GET /v2/email/identities",
      readOnly: true,
      run: listEmailIdentities,
    },
    SendEmail: {
      route: "POST /v2/email/outbound-emails",
      readOnly: false,
      data: true,
      run: sendEmail,
    },
  },
};

type Fields = Readonly<Record<string, unknown>>;

const ADDRESS = /^[^\s@<>",;]{1,64}@([\w-]+\.)+[\w-]+$/;
const DOMAIN = /^([\w-]+\.)+[\w-]+$/;
/** Recipients of one message, of all three kinds ("Service quotas in Amazon SES"). */
const MAX_RECIPIENTS = 50;

function identityArn({ state }: Call, identity: string): string {
  return `arn:aws:ses:${state.region}:${state.account}:identity/${identity}`;
}

function bad(message: string): AwsError {
  return new AwsError("BadRequestException", message);
}

function createEmailIdentity(call: Call): Answer {
  const identity = requiredText(call.input, "EmailIdentity", { min: 1 });
  permit(call, { action: "ses:CreateEmailIdentity", resource: identityArn(call, identity) });
  if (!ADDRESS.test(identity) && !DOMAIN.test(identity)) {
    throw bad(`Invalid email identity ${identity}`);
  }
  if (call.state.senders.has(identity)) {
    throw new AwsError("AlreadyExistsException", `Email identity ${identity} already exist.`);
  }
  call.state.senders.add(identity);
  return { result: { IdentityType: kindOf(identity), VerifiedForSendingStatus: true } };
}

function getEmailIdentity(call: Call): Answer {
  const identity = requiredText(call.input, "EmailIdentity");
  permit(call, { action: "ses:GetEmailIdentity", resource: identityArn(call, identity) });
  if (!call.state.senders.has(identity)) {
    throw new AwsError("NotFoundException", `Email identity ${identity} does not exist.`, 404);
  }
  return {
    result: {
      IdentityType: kindOf(identity),
      VerifiedForSendingStatus: true,
      VerificationStatus: "SUCCESS",
    },
  };
}

function listEmailIdentities(call: Call): Answer {
  permit(call, { action: "ses:ListEmailIdentities", resource: "*" });
  const all = [...call.state.senders].sort().map((identity) => ({
    IdentityType: kindOf(identity),
    IdentityName: identity,
    SendingEnabled: true,
    VerificationStatus: "SUCCESS",
  }));
  return { result: { EmailIdentities: all } };
}

function kindOf(identity: string): string {
  return identity.includes("@") ? "EMAIL_ADDRESS" : "DOMAIN";
}

function sendEmail(call: Call): Answer {
  const { input, state } = call;
  const { name, address } = readSender(requiredText(input, "FromEmailAddress", { min: 3 }));
  const identity = [address, address.split("@")[1] ?? ""].find((one) => state.senders.has(one));
  const to = recipients(structure(input, "Destination"));
  permit(call, {
    action: "ses:SendEmail",
    resource: identityArn(call, identity ?? address),
    // "Actions, resources, and condition keys for Amazon Simple Email Service v2".
    context: {
      "ses:ApiVersion": "2",
      "ses:FromAddress": address,
      "ses:FromDisplayName": name,
      "ses:Recipients": to,
    },
  });
  if (identity === undefined) {
    throw new AwsError(
      "MessageRejected",
      "Email address is not verified. The following identities failed the check in region " +
        `${state.region.toUpperCase()}: ${address}`,
    );
  }
  const content = readContent(structure(input, "Content"));
  const id = newUuid(state.random);
  state.messages.push({
    channel: "email",
    id,
    at: new Date(state.time()).toISOString(),
    by: callerArn(call),
    from: address,
    to,
    ...content,
    attributes: Object.fromEntries(
      structureList(input, "EmailTags").map((tag) => [
        requiredText(tag, "Name"),
        requiredText(tag, "Value"),
      ]),
    ),
  });
  return { result: { MessageId: id } };
}

/** `Name <address>`, or an address alone. */
function readSender(from: string): { name: string; address: string } {
  const [, name = "", address = from] = /^(.*?)\s*<([^<>]*)>$/.exec(from) ?? [];
  if (ADDRESS.test(address)) return { name: name.replace(/^"(.*)"$/, "$1"), address };
  throw bad("Missing final '@domain'");
}

function recipients(destination: Fields): string[] {
  const all = ["ToAddresses", "CcAddresses", "BccAddresses"]
    .flatMap((kind) => textList(destination, kind));
  if (all.length === 0) throw bad("At least one recipient is required");
  if (all.length > MAX_RECIPIENTS) throw bad("Recipient count exceeds 50");
  return all.map((one) => readSender(one).address);
}

function readContent(content: Fields): Pick<SentMessage, "subject" | "text"> {
  if (content["Raw"] !== undefined) {
    const data = requiredText(structure(content, "Raw"), "Data", { min: 1 });
    return { subject: null, text: decoded(data) };
  }
  if (content["Simple"] === undefined) throw bad("The sandbox sends Simple and Raw content only");
  const simple = structure(content, "Simple");
  const subject = requiredText(structure(simple, "Subject"), "Data");
  const body = structure(simple, "Body");
  const part = body["Text"] === undefined ? structure(body, "Html") : structure(body, "Text");
  return { subject, text: requiredText(part, "Data") };
}

function decoded(data: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)));
  } catch {
    throw bad("Raw message is no base64");
  }
}

function structure(input: Fields, name: string): Fields {
  const value = input[name];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw bad(`${name} must be a structure`);
}
