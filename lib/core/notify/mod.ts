// notify: the room's face. Who is told what, in which form, where to, and what becomes of it.
export {
  type Envelope,
  type EnvelopeHead,
  envelopeOf,
  envelopeText,
  type Notice,
} from "./envelope.ts";
export {
  type Link,
  type Mail,
  mailOf,
  slackMessage,
  type SnsMessage,
  snsMessage,
  teamsMessage,
} from "./forms.ts";
export {
  claim,
  delaySeconds,
  GIVE_UP_SECONDS,
  isUndelivered,
  judgeAnswer,
  LEASE_SECONDS,
  type OutboxItem,
  outboxItem,
  type OutboxState,
  readOutboxItem,
  type Sending,
  settle,
} from "./outbox.ts";
export {
  isSignedBody,
  SIGNATURE_HEADER,
  SIGNATURE_SECONDS,
  signatureHeader,
  webhookHeaders,
} from "./signature.ts";
export { closedBy, judgeAddresses, readTarget, type Target } from "./target.ts";
export { type Words, wordsOf } from "./words.ts";
