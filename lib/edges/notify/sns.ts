// notify: an envelope published to an SNS topic.
import { SentinelError } from "../../core/errors/mod.ts";
import { type Envelope, type Sending, snsMessage, wordsOf } from "../../core/notify/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { rubbish } from "../aws/call.ts";
import { query, type QueryCall, type QueryOptions, type QueryService } from "../aws/query.ts";
import { textAt, XmlError } from "../aws/xml.ts";
import { noticeOf } from "./stored.ts";

const SNS: QueryService = { name: "sns", version: "2010-03-31" };
/** A standard topic's ARN: a FIFO one's name ends in `.fifo` and wants a group that we don't give. */
const TOPIC = /^arn:aws[a-z-]*:sns:([a-z]{2,}(?:-[a-z0-9]+)+):\d{12}:[\w-]{1,256}$/;

/** A topic. */
export interface Topic {
  /** Of a standard topic; its region is where it is published. */
  arn: string;
}

/** Whose keys publish, and where: `endpoint: null` = the topic's region's own. */
export type SnsOptions = Omit<QueryOptions, "region">;

/**
 * One try to publish an envelope (Publish). What may be tried again is the outbox's to say, so the
 * call itself never is.
 * @throws {SentinelError} `CONFIG_INVALID` for what is no ARN of a standard topic, and what `callAws`
 * throws
 */
export async function sendSns(
  { arn }: Topic,
  envelope: Envelope,
  options: SnsOptions,
): Promise<Sending> {
  const region = TOPIC.exec(arn)?.[1];
  if (region === undefined) {
    throw new SentinelError(
      "CONFIG_INVALID",
      `Cannot publish notification: found the topic ${
        quoted(arn, 300)
      }, want a standard topic's ARN`,
    );
  }
  const call = publishing(arn, envelope);
  const { xml } = await query(SNS, call, { ...options, region });
  if (!hasId(() => textAt(xml, ["PublishResult", "MessageId"]))) {
    throw rubbish(call, "an answer without the message's id");
  }
  return { kind: "sent" };
}

function publishing(arn: string, envelope: Envelope): QueryCall {
  const { subject, message, attributes } = snsMessage(envelope, wordsOf(noticeOf(envelope)));
  const doing = `publish to topic ${quoted(arn)}`;
  return {
    action: "Publish",
    doing,
    secrets: [],
    repeat: "never",
    fields: [
      ["TopicArn", arn],
      ["Subject", subject],
      ["Message", message],
      ...Object.entries(attributes).flatMap(([name, value], at) => {
        const entry = `MessageAttributes.entry.${at + 1}`;
        return [
          [`${entry}.Name`, name],
          [`${entry}.Value.DataType`, "String"],
          [`${entry}.Value.StringValue`, value],
        ] as const;
      }),
    ],
    meaning: (code) => meaningOf(code, doing, arn),
  };
}

/** SNS's own spelling of two refusals ("Publish", errors). */
function meaningOf(code: string, doing: string, arn: string): SentinelError | null {
  const hints: Readonly<Record<string, string>> = {
    AuthorizationError: `the caller's policy and the topic's must allow sns:Publish on ${arn}`,
    NotFound: "check the topic's ARN",
  };
  const hint = hints[code];
  if (hint === undefined) return null;
  return new SentinelError("AWS_REFUSED", `Cannot ${doing}: AWS says ${code}`, { hint });
}

function hasId(read: () => string | null): boolean {
  try {
    return (read() ?? "") !== "";
  } catch (error) {
    if (error instanceof XmlError) return false;
    throw error;
  }
}
