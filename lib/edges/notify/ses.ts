// notify: an e-mail by SES v2.
import { SentinelError } from "../../core/errors/mod.ts";
import { type Envelope, type Link, mailOf, type Sending, wordsOf } from "../../core/notify/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { type Answer, callAws, rubbish } from "../aws/call.ts";
import { DEFAULT_REGION, endpointOf } from "../aws/host.ts";
import { objectOf, saidInJson } from "../aws/json.ts";
import type { QueryOptions } from "../aws/query.ts";
import { signedPost } from "../aws/sign.ts";
import { noticeOf } from "./stored.ts";

/** Who is written to. */
export interface Mailing {
  /** An address, or one of a domain, that SES knows as verified. */
  from: string;
  /** 1 to 50 addresses ("Service quotas in Amazon SES"): all see each other. */
  to: readonly string[];
  link: Link | null;
}

/** One address and nothing beside it: a name or a second one would be somebody else's to write. */
const ADDRESS = /^[^\s@<>",;:()[\]\\]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+$/;
const MOST_RECEIVERS = 50;
const PATH = "v2/email/outbound-emails";

/**
 * One try to hand an e-mail to SES (SendEmail). What may be tried again is the outbox's to say, so
 * the call itself never is.
 * @throws {SentinelError} `CONFIG_INVALID` for addresses that are none, and what `callAws` throws
 */
export async function sendMail(
  mailing: Mailing,
  envelope: Envelope,
  options: QueryOptions,
): Promise<Sending> {
  const doing = `send e-mail from ${quoted(checked(mailing).from, 100)}`;
  const region = options.region ?? DEFAULT_REGION;
  const { credentials } = options;
  // The endpoint prefix is `email`, the signing name `ses` ("Amazon SES endpoints and quotas").
  const base = options.endpoint ?? endpointOf("email", region);
  const outgoing = {
    service: "ses",
    region,
    url: `${base.replace(/\/$/, "")}/${PATH}`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(inputOf(mailing, envelope)),
  };
  return await callAws<Sending>({
    doing,
    repeat: "never",
    secrets: [credentials.secretAccessKey, credentials.sessionToken],
    request: () => signedPost(outgoing, credentials, options.now?.() ?? new Date()),
    read: (answer) => taken(answer, doing),
    said: saidInJson,
    meaning: (code) => meaningOf(code, doing, mailing.from),
  }, options);
}

function inputOf({ from, to, link }: Mailing, envelope: Envelope): unknown {
  const { subject, text } = mailOf(wordsOf(noticeOf(envelope)), link);
  const utf8 = (data: string) => ({ Data: data, Charset: "UTF-8" });
  return {
    FromEmailAddress: from,
    Destination: { ToAddresses: to },
    Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
  };
}

function taken({ text }: Answer, doing: string): Sending {
  const id = objectOf(text)?.["MessageId"];
  if (typeof id !== "string" || id === "") throw rubbish({ doing }, "an answer without an id");
  return { kind: "sent" };
}

/** What SES's refusals mean ("SendEmail", errors). */
function meaningOf(code: string, doing: string, from: string): SentinelError | null {
  const hints: Readonly<Record<string, string>> = {
    AccessDeniedException: `the caller's policy must allow ses:SendEmail for ${quoted(from, 100)}`,
    MessageRejected: "SES must know the sender as verified, and in its sandbox the receivers too",
    MailFromDomainNotVerifiedException: "verify the sender's domain in SES",
    SendingPausedException: "SES has paused sending for this account",
    AccountSuspendedException: "SES has suspended this account",
  };
  const hint = hints[code];
  if (hint === undefined) return null;
  return new SentinelError("AWS_REFUSED", `Cannot ${doing}: AWS says ${code}`, { hint });
}

function checked(mailing: Mailing): Mailing {
  const { from, to } = mailing;
  const wrong = [from, ...to].find((address) => !ADDRESS.test(address));
  const found = wrong !== undefined
    ? `the address ${quoted(wrong, 100)}, want name@host`
    : to.length === 0 || to.length > MOST_RECEIVERS
    ? `${to.length} receivers, want 1 to ${MOST_RECEIVERS}`
    : null;
  if (found === null) return mailing;
  throw new SentinelError("CONFIG_INVALID", `Cannot send e-mail: found ${found}`);
}
