// commands: an approval got before a program runs: asked for where nobody asked yet, and waited for.
import { type AccessRequest, listRequests } from "../../lib/core/approvals/mod.ts";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import type { Decision } from "../../lib/core/policy/types.ts";
import { quoted } from "../../lib/core/text/printable.ts";
import { targetProfile } from "../ask.ts";
import type { Session } from "../context.ts";
import { decideFor } from "../decide.ts";
import { type FiledAt, fileFor, windowToRunIn } from "./filing.ts";
import { type Ended, waitFor } from "./waiting.ts";

/**
 * Waits for the approval that a call lacks.
 * @param refusal what the call was refused with
 * @returns `interrupted`: the person pressed Ctrl-C, and the request stays open
 * @throws SentinelError the refusal itself where an approval alone would not do; `APPROVAL_OVER`
 * when it was denied or taken back, `OBLIGATION_OPEN` when nobody decided in time
 */
export async function approvedFirst(
  session: Session,
  refusal: unknown,
): Promise<"approved" | "interrupted"> {
  const profile = await targetProfile(session);
  const { decision } = await decideFor(session, profile, "cli");
  if (!lacksApprovalAlone(decision)) throw refusal;
  const open = await openRequest(session, profile);
  const { ports, answer } = open ??
    await fileFor(session, await windowToRunIn(session), null);
  const ended = await waitFor(session, ports, answer);
  if (ended === "interrupted") return ended;
  if (ended.code !== 0) throw notApproved(profile, ended);
  return "approved";
}

function lacksApprovalAlone({ outcome, alternatives }: Decision): boolean {
  return outcome === "pending" &&
    alternatives.some(({ obligations }) =>
      obligations.every(({ obligation, state }) =>
        state === "met" || obligation.kind === "approval"
      )
    );
}

/** The caller's own newest request for the same that still waits: asking twice helps nobody. */
async function openRequest(
  session: Session,
  profile: string,
): Promise<{ ports: FiledAt["ports"]; answer: AccessRequest } | null> {
  const target = await session.work.target(profile);
  const caller = await session.identify(target);
  const { store, clerk } = await session.deskView(caller);
  if (store === null) return null;
  const wanted = { requester: clerk.id, profile, states: ["pending"] as const };
  for await (const answer of listRequests(store, wanted, session.base.now())) {
    if (answer.role !== target.roleArn) continue;
    await session.noted(`request ${answer.id} waits already`);
    return { ports: (await session.desk(caller, profile)).ports, answer };
  }
  return null;
}

function notApproved(profile: string, { request, code }: Ended): SentinelError {
  const { id, state, closedBy } = request;
  const hint = `sentinel request show ${id}`;
  if (code === 4) {
    return new SentinelError(
      "OBLIGATION_OPEN",
      `Cannot grant ${quoted(profile)} yet: nobody decided about request ${id} in time`,
      { hint },
    );
  }
  const by = closedBy === null ? "" : ` by ${quoted(closedBy)}`;
  return new SentinelError(
    "APPROVAL_OVER",
    `Cannot grant ${quoted(profile)}: request ${id} was ${state}${by}`,
    { hint },
  );
}
