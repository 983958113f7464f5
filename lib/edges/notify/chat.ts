// notify: Slack and Teams, by their incoming webhooks. Nobody approves by a chat.
import {
  type Envelope,
  type Link,
  type Sending,
  slackMessage,
  teamsMessage,
  wordsOf,
} from "../../core/notify/mod.ts";
import { noticeOf } from "./stored.ts";
import { post, type PostOptions } from "./webhook.ts";

/** A channel's incoming webhook: whoever knows the URL can post there. */
export interface Chat {
  kind: "slack" | "teams";
  url: string;
  /** Where the request can be read; `null` = the command alone. */
  link: Link | null;
}

const FORMS = { slack: slackMessage, teams: teamsMessage } as const;

/**
 * One try to post a message in the chat's own form.
 * @throws {SentinelError} `TARGET_REFUSED`, `TARGET_UNREACHABLE`
 */
export function sendChat(
  { kind, url, link }: Chat,
  envelope: Envelope,
  options: PostOptions,
): Promise<Sending> {
  const message = FORMS[kind](wordsOf(noticeOf(envelope)), link);
  const headers = { "Content-Type": "application/json" };
  return post(url, { headers, body: JSON.stringify(message) }, options);
}
