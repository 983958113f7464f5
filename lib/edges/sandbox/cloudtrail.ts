// sandbox: CloudTrail's LookupEvents, over the calls that the sandbox served.
import { AwsError } from "./aws_error.ts";
import type { Answer, Call, Service } from "./call.ts";
import { optionalInteger, optionalText, requiredText, structureList } from "./fields.ts";
import { permit } from "./judge.ts";
import type { TrailRecord } from "./state.ts";

/** CloudTrail. Events can be seen at once; at AWS they take minutes. */
export const cloudtrail: Service = {
  protocol: "json",
  namespace: "",
  actions: { LookupEvents: { readOnly: true, run: lookupEvents } },
};

/** A record's own text for each attribute that LookupEvents knows. */
const ATTRIBUTES: Readonly<Record<string, (record: TrailRecord) => readonly string[]>> = {
  AccessKeyId: (record) => [text(identity(record)["accessKeyId"])],
  EventId: (record) => [text(record["eventID"])],
  EventName: (record) => [text(record["eventName"])],
  EventSource: (record) => [text(record["eventSource"])],
  ReadOnly: (record) => [text(record["readOnly"])],
  ResourceName: (record) => resources(record).map((resource) => text(resource["ARN"])),
  ResourceType: (record) => resources(record).map((resource) => text(resource["type"])),
  Username: (record) => [username(record)],
};

function lookupEvents(call: Call): Answer {
  permit(call, { action: "cloudtrail:LookupEvents", resource: "*" });
  const matches = readAttribute(call);
  const from = time(call, "StartTime") ?? -Infinity;
  const to = time(call, "EndTime") ?? Infinity;
  if (from > to) {
    throw new AwsError("InvalidTimeRangeException", "The start time lies after the end time.");
  }
  const size = optionalInteger(call.input, "MaxResults", 1, 50) ?? 50;
  const all = call.state.events.filter((record) => {
    const at = Date.parse(text(record["eventTime"]));
    return at >= from && at <= to && matches(record);
  });
  // A page ends before a record, counted from the oldest: new events don't shift it.
  const end = readToken(call, all.length);
  const start = Math.max(0, end - size);
  const page = all.slice(start, end).reverse();
  const more = start > 0 ? { NextToken: btoa(`before:${start}`) } : {};
  return { result: { Events: page.map(printEvent), ...more } };
}

function readAttribute(call: Call): (record: TrailRecord) => boolean {
  const attributes = structureList(call.input, "LookupAttributes");
  const [first] = attributes;
  if (first === undefined) return () => true;
  const key = requiredText(first, "AttributeKey");
  const wanted = requiredText(first, "AttributeValue", { min: 1, max: 2000 });
  const read = Object.hasOwn(ATTRIBUTES, key) ? ATTRIBUTES[key] : undefined;
  if (read === undefined || attributes.length > 1) {
    throw new AwsError(
      "InvalidLookupAttributesException",
      "Give one lookup attribute: " + Object.keys(ATTRIBUTES).join(", "),
    );
  }
  return (record) => read(record).includes(wanted);
}

function time(call: Call, field: string): number | null {
  const value = call.input[field];
  if (value === undefined || value === null) return null;
  if (typeof value === "number") return value * 1000;
  throw new AwsError("ValidationError", `'${field}' is no time`);
}

function readToken(call: Call, count: number): number {
  const token = optionalText(call.input, "NextToken");
  if (token === null) return count;
  const read = /^before:(\d+)$/.exec(safeAtob(token))?.[1];
  if (read === undefined || Number(read) > count) {
    throw new AwsError("InvalidNextTokenException", "The token is not valid.");
  }
  return Number(read);
}

function safeAtob(token: string): string {
  try {
    return atob(token);
  } catch {
    return "";
  }
}

function printEvent(record: TrailRecord): Record<string, unknown> {
  return {
    EventId: record["eventID"],
    EventName: record["eventName"],
    ReadOnly: text(record["readOnly"]),
    AccessKeyId: identity(record)["accessKeyId"],
    EventTime: new Date(text(record["eventTime"])),
    EventSource: record["eventSource"],
    Username: username(record),
    Resources: resources(record).map((resource) => ({
      ResourceType: resource["type"],
      ResourceName: resource["ARN"],
    })),
    CloudTrailEvent: JSON.stringify(record),
  };
}

/** A user's name, or a role session's. */
function username(record: TrailRecord): string {
  const who = identity(record);
  return text(who["userName"] ?? text(who["arn"]).split("/").at(-1));
}

function identity(record: TrailRecord): Readonly<Record<string, unknown>> {
  return record["userIdentity"] as Readonly<Record<string, unknown>>;
}

function resources(record: TrailRecord): readonly Readonly<Record<string, unknown>>[] {
  return (record["resources"] ?? []) as readonly Readonly<Record<string, unknown>>[];
}

function text(value: unknown): string {
  return String(value ?? "");
}
