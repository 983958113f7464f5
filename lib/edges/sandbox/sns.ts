// sandbox: Simple Notification Service, by its table of actions. What is published stays here.
import { AwsError } from "./aws_error.ts";
import type { Answer, Call, Service } from "./call.ts";
import { callerArn } from "./caller.ts";
import { optionalText, structureList } from "./fields.ts";
import { permit } from "./judge.ts";
import { newUuid } from "./random.ts";
import { addTopic, findTopic, invalid, topicArn } from "./sns_topics.ts";

/** SNS: standard topics and text messages. Nobody is subscribed: the control endpoint shows what came. */
export const sns: Service = {
  protocol: "query",
  namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  actions: {
    CreateTopic: { readOnly: false, run: createTopic },
    DeleteTopic: { readOnly: false, run: deleteTopic },
    GetTopicAttributes: { readOnly: true, run: getTopicAttributes },
    ListTopics: { readOnly: true, run: listTopics },
    Publish: { readOnly: false, data: true, run: publish },
  },
};

/** Bytes that a message may have ("Publish"). */
const MAX_MESSAGE = 262_144;
const PAGE = 100;
const FLAGS = ["DisplayName", "KmsMasterKeyId"] as const;

/** IAM's refusal under SNS's own code, in its own spelling ("Common errors"). */
function allow(call: Call, action: string, resource: string): void {
  try {
    permit(call, { action: `sns:${action}`, resource });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const words = error.message.replaceAll(`sns:${action}`, `SNS:${action}`);
    throw new AwsError("AuthorizationError", words, 403);
  }
}

function createTopic(call: Call): Answer {
  const name = optionalText(call.input, "Name") ?? "";
  allow(call, "CreateTopic", topicArn(call.state, name));
  // A FIFO topic's name has a dot; the sandbox plays none.
  if (!/^[\w-]{1,256}$/.test(name)) throw invalid("Topic Name");
  const attributes = entries(call, "Attributes", "key", (entry) => optionalText(entry, "value"));
  for (const key of attributes.keys()) {
    if (!FLAGS.some((known) => known === key)) {
      throw invalid(`Attributes Reason: Unknown attribute: ${key}, or none that the sandbox plays`);
    }
  }
  const { arn } = addTopic(call.state, name, attributes);
  return { result: { TopicArn: arn }, elements: { topicArn: arn } };
}

function deleteTopic(call: Call): Answer {
  const arn = readArn(call, "TopicArn");
  allow(call, "DeleteTopic", arn);
  call.state.topics.delete(arn);
  return { result: {} };
}

function getTopicAttributes(call: Call): Answer {
  const arn = readArn(call, "TopicArn");
  allow(call, "GetTopicAttributes", arn);
  const { attributes } = findTopic(call.state, arn);
  const shown = new Map([
    ["TopicArn", arn],
    ["Owner", call.state.account],
    ["DisplayName", ""],
    ["SubscriptionsConfirmed", "0"],
    ["SubscriptionsPending", "0"],
    ["SubscriptionsDeleted", "0"],
    ...attributes,
  ]);
  return { result: { Attributes: shown } };
}

function listTopics(call: Call): Answer {
  allow(call, "ListTopics", topicArn(call.state, "*"));
  const start = Number(optionalText(call.input, "NextToken", { pattern: "\\d{1,9}" }) ?? "0");
  const all = [...call.state.topics.keys()].sort();
  const more = start + PAGE < all.length ? { NextToken: String(start + PAGE) } : {};
  const page = all.slice(start, start + PAGE).map((arn) => ({ TopicArn: arn }));
  return { result: { Topics: page, ...more } };
}

/** To a topic, or as a text message: IAM sees the number in the topic's place. */
function publish(call: Call): Answer {
  const { input, state } = call;
  const phone = optionalText(input, "PhoneNumber");
  const topic = optionalText(input, "TopicArn") ?? optionalText(input, "TargetArn");
  if ((phone === null) === (topic === null)) {
    throw invalid("TopicArn or TargetArn or PhoneNumber Reason: exactly one value required");
  }
  allow(call, "Publish", phone ?? topic ?? "");
  if (topic !== null) findTopic(state, readArn(call, "TopicArn", "TargetArn"));
  if (phone !== null && !/^\+?[1-9]\d{1,14}$/.test(phone)) {
    throw invalid(`PhoneNumber Reason: ${phone} is not valid to publish to`);
  }
  const subject = optionalText(input, "Subject");
  // Less than 100 characters, none of them a control character ("Publish").
  if (subject !== null && !/^\P{Cc}{1,99}$/u.test(subject)) throw invalid("Subject");
  const attributes = Object.fromEntries(entries(call, "MessageAttributes", "Name", attributeValue));
  const text = readMessage(call);
  const id = newUuid(state.random);
  state.messages.push({
    channel: phone === null ? "topic" : "sms",
    id,
    at: new Date(state.time()).toISOString(),
    by: callerArn(call),
    from: null,
    to: [phone ?? topic ?? ""],
    subject,
    text,
    attributes,
  });
  return { result: { MessageId: id } };
}

function readMessage({ input }: Call): string {
  const text = optionalText(input, "Message") ?? "";
  if (text === "") throw invalid("Empty message");
  if (new TextEncoder().encode(text).length > MAX_MESSAGE) throw invalid("Message too long");
  const structure = optionalText(input, "MessageStructure");
  if (structure === null) return text;
  if (structure !== "json") throw invalid("MessageStructure");
  const parts = readParts(text);
  if (typeof parts["default"] === "string") return text;
  throw invalid("Message Structure - No default entry in JSON message body");
}

function readParts(text: string): Readonly<Record<string, unknown>> {
  try {
    const parts: unknown = JSON.parse(text);
    if (typeof parts === "object" && parts !== null) return parts as Record<string, unknown>;
  } catch { /* said below */ }
  throw invalid("Message Structure - JSON message body failed to parse");
}

/** A map of the request, whose values are read by `valueOf`. */
function entries(
  call: Call,
  field: string,
  key: string,
  valueOf: (entry: Readonly<Record<string, unknown>>) => string | null,
): Map<string, string> {
  return new Map(
    structureList(call.input, field).map((entry) => {
      const [name, value] = [optionalText(entry, key), valueOf(entry)];
      if (name === null || value === null) throw invalid(`${field} Reason: found half an entry`);
      return [name, value];
    }),
  );
}

/** A message attribute's value as text; binary ones as base64, as they came. */
function attributeValue(entry: Readonly<Record<string, unknown>>): string | null {
  const value = entry["Value"];
  if (typeof value !== "object" || value === null) return null;
  const typed = value as Readonly<Record<string, unknown>>;
  const type = optionalText(typed, "DataType") ?? "";
  if (!/^(String|Number|Binary)(\.|$)/.test(type)) {
    throw new AwsError(
      "ParameterValueInvalid",
      "The message attribute has an invalid message attribute type, the set of supported type " +
        "prefixes is Binary, Number, and String.",
    );
  }
  return optionalText(typed, type.startsWith("Binary") ? "BinaryValue" : "StringValue");
}

/** An ARN of a topic of this account. @throws {AwsError} `InvalidParameter` */
function readArn({ input, state }: Call, ...names: readonly string[]): string {
  const found = names.map((name) => optionalText(input, name)).find((arn) => arn !== null) ?? "";
  const head = topicArn(state, "");
  if (found.startsWith(head) && /^[\w-]{1,256}$/.test(found.slice(head.length))) return found;
  throw invalid(`${names[0]} Reason: ${found} is no topic of the sandbox's account and region`);
}
