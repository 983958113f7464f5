// notify: a signed POST to a webhook. Its URL's path is a secret, and is in no message.
import {
  type Envelope,
  envelopeText,
  judgeAnswer,
  readTarget,
  type Sending,
  webhookHeaders,
} from "../../core/notify/mod.ts";
import { type Network, type Post, postPinned } from "./pinned.ts";

/** What every POST needs. */
export interface PostOptions {
  network: Network;
  now(): Date;
  /** For a whole try, name look-up included. */
  timeoutMs: number;
}

/** A webhook of one's own. */
export interface Webhook {
  /** https, to a public host. */
  url: string;
  /** 16 characters or more, shared with the receiver; `null` = bodies go out unsigned. */
  secret: string | null;
}

/**
 * One try to deliver an envelope. The signature has the time of this try.
 * @throws {SentinelError} `TARGET_REFUSED`, `TARGET_UNREACHABLE`; `CONFIG_INVALID` for a short secret
 */
export async function sendWebhook(
  { url, secret }: Webhook,
  envelope: Envelope,
  options: PostOptions,
): Promise<Sending> {
  const body = envelopeText(envelope);
  const headers = await webhookHeaders(envelope, body, secret, options.now());
  return await post(url, { headers, body }, options);
}

/**
 * One try to post something; its answer's status says what became of it.
 * @throws {SentinelError} as {@link postPinned}, and `TARGET_REFUSED` for a URL that is none
 */
export async function post(url: string, what: Post, options: PostOptions): Promise<Sending> {
  const { network, timeoutMs, now } = options;
  const { status, retryAfter } = await postPinned(readTarget(url), what, network, timeoutMs);
  return judgeAnswer(status, retryAfter, now());
}
