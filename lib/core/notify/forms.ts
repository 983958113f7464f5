// notify: a message in the form of each channel. What people wrote stands where nothing is rendered.
import { type Envelope, envelopeText } from "./envelope.ts";
import type { Words } from "./words.ts";

/** A button that leads to where the request can be read. Whoever clicks approves nothing by it. */
export interface Link {
  text: string;
  /** https, and nothing else: other links are left out. */
  url: string;
}

/** Slack's limits ("Reference: blocks"): a header's and a section's text. */
const SLACK_HEADER = 150;
const SLACK_TEXT = 3000;

/**
 * A message for a Slack incoming webhook ("Block Kit"). Facts are `plain_text`, which renders
 * nothing; and `&`, `<`, `>` are escaped all the same, as Slack asks ("Formatting text for app
 * surfaces"): else `<!channel>` would wake everybody.
 */
export function slackMessage(words: Words, link: Link | null): unknown {
  const plain = (text: string, max: number) => ({
    type: "plain_text",
    text: escaped(text, max),
    emoji: false,
  });
  const blocks: unknown[] = [
    { type: "header", text: plain(words.title, SLACK_HEADER) },
    ...words.facts.map(([label, value]) => ({
      type: "section",
      text: plain(`${label}: ${value}`, SLACK_TEXT),
    })),
  ];
  if (words.command !== null) {
    blocks.push({ type: "section", text: plain(words.command, SLACK_TEXT) });
  }
  const url = safeUrl(link);
  if (link !== null && url !== null) {
    const button = { type: "button", text: plain(link.text, 75), url, action_id: "open" };
    blocks.push({ type: "actions", elements: [button] });
  }
  // Shown by notifications, and where blocks can't be: its title is ours alone.
  return { text: escaped(words.title, SLACK_HEADER), mrkdwn: false, blocks };
}

/** As many of the text's characters, escaped, as fit: no entity is cut in two. */
function escaped(text: string, max: number): string {
  let written = "";
  for (const character of text) {
    const next = ESCAPES[character] ?? character;
    if (written.length + next.length > max) break;
    written += next;
  }
  return written;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * A message for a Teams workflow ("Adaptive Cards", version 1.4). Facts are text runs: those render
 * no Markdown, where text blocks and fact sets would.
 */
export function teamsMessage(words: Words, link: Link | null): unknown {
  const run = (text: string, more: object = {}) => ({ type: "TextRun", text, ...more });
  const block = (...inlines: unknown[]) => ({ type: "RichTextBlock", inlines });
  const url = safeUrl(link);
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      block(run(words.title, { weight: "Bolder", size: "Large" })),
      ...words.facts.map(([label, value]) =>
        block(run(`${label}: `, { weight: "Bolder" }), run(value))
      ),
      ...words.command === null ? [] : [block(run(words.command, { fontType: "Monospace" }))],
    ],
    ...link === null || url === null
      ? {}
      : { actions: [{ type: "Action.OpenUrl", title: link.text, url }] },
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content }] };
}

/** What is published to an SNS topic. */
export interface SnsMessage {
  subject: string;
  message: string;
  attributes: { event_type: string };
}

/**
 * The envelope for an SNS topic ("Publish", Amazon SNS API reference: a subject is ASCII, begins with
 * a letter, number or punctuation mark, has no line breaks, and fewer than 100 characters).
 */
export function snsMessage(envelope: Envelope, words: Words): SnsMessage {
  return {
    subject: `Sentinel: ${words.title}`.replace(/[^\x20-\x7e]/g, "?").slice(0, 99),
    message: envelopeText(envelope),
    attributes: { event_type: envelope.event_type },
  };
}

/** An e-mail: text alone, so that nothing in it is rendered. */
export interface Mail {
  subject: string;
  text: string;
}

/** The words as an e-mail for SES. No line break of somebody else's can begin a header. */
export function mailOf(words: Words, link: Link | null): Mail {
  const url = safeUrl(link);
  const lines = [
    words.title,
    "",
    ...words.facts.map(([label, value]) => `${label}: ${value}`),
    ...words.command === null ? [] : ["", words.command],
    ...url === null ? [] : ["", url],
    "",
    "Nobody approves by answering this message.",
  ];
  return { subject: `Sentinel: ${words.title}`.slice(0, 150), text: lines.join("\n") };
}

function safeUrl(link: Link | null): string | null {
  const url = link === null ? null : URL.parse(link.url);
  if (url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "") {
    return null;
  }
  return url.href;
}
