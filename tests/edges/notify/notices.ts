// notify tests: something to tell.
import { requestEvent } from "../../../lib/core/approvals/mod.ts";
import { type Envelope, envelopeOf, type Notice } from "../../../lib/core/notify/mod.ts";
import { filed } from "../../core/approvals/people.ts";

/** The notice of a request's filing; each `number` is another event. */
export async function noticeFor(number = 0): Promise<Notice> {
  const request = { ...await filed(), reason: `look at queue ${number}` };
  return requestEvent("request.created", request, request.requesterUser);
}

export const NOTICE: Notice = await noticeFor();
export const ENVELOPE: Envelope = await envelopeOf(NOTICE);
