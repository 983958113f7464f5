// commands: one request shown, decided about, or taken back.
import {
  type AccessRequest,
  type Clerk,
  type DeskPorts,
  judgeRequest,
  requestOf,
  revoke,
  type Settled,
  settleExpiry,
  stateAt,
  withdraw,
} from "../../lib/core/approvals/mod.ts";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { printableJson, quoted } from "../../lib/core/text/printable.ts";
import type { Session } from "../context.ts";
import { table } from "../table.ts";
import { answerOf, longText, mayDecide, shortText, wishRows } from "./answer.ts";

/** Prints everything about a request. @throws SentinelError `REQUEST_UNKNOWN`, the store's codes */
export async function show(session: Session, id: string): Promise<void> {
  const { base, work } = session;
  const { store, policies } = await session.deskView(
    await session.identify(await work.leafOnly()),
  );
  if (store === null) {
    throw new SentinelError("REQUEST_UNKNOWN", `Cannot find request ${quoted(id, 40)}`, {
      hint: "nobody has filed a request here: sentinel request --profile PROFILE --reason TEXT",
    });
  }
  const answer = await answerOf(await requestOf(store, id), policies, base.now());
  base.out(await work.switchedOn("json") ? `${printableJson(answer)}\n` : longText(answer));
}

/** Says yes, after telling what that gives. */
export function approve(session: Session, id: string, comment: string | null): Promise<void> {
  return decided(session, id, async (ports, clerk, request) => {
    const open = stateAt(request, ports.now()) === "pending";
    if (open && mayDecide(clerk, request, ports.policies)) await preview(session, request);
    return await judgeRequest(ports, id, "approve", clerk, comment, request);
  });
}

/** Says no; of an approval: takes it back. */
export function deny(session: Session, id: string, comment: string | null): Promise<void> {
  return decided(session, id, async (ports, clerk, request) => {
    if (stateAt(request, ports.now()) !== "approved") {
      return await judgeRequest(ports, id, "deny", clerk, comment);
    }
    if (comment !== null) return await revoke(ports, id, clerk, comment);
    throw new SentinelError(
      "REQUEST_INVALID",
      `Cannot take the approval of request ${id} back: no reason was given`,
      { hint: `sentinel deny ${id} --comment TEXT` },
    );
  });
}

/** The requester takes a request back. */
export function cancel(session: Session, id: string, reason: string | null): Promise<void> {
  return decided(session, id, (ports, clerk) => withdraw(ports, id, clerk, reason));
}

async function decided(
  session: Session,
  id: string,
  step: (ports: DeskPorts, clerk: Clerk, request: AccessRequest) => Promise<Settled>,
): Promise<void> {
  const { base, work } = session;
  const caller = await session.identify(await work.leafOnly());
  const { ports, clerk } = await session.desk(caller, null);
  const request = await requestOf(ports.store, id);
  // Whoever comes too late leaves it on record that the time was up.
  await settleExpiry(ports, request);
  const settled = await step(ports, clerk, request);
  const answer = await answerOf(settled.request, ports.policies, ports.now());
  base.out(await work.switchedOn("json") ? `${printableJson(answer)}\n` : shortText(answer));
}

async function preview(session: Session, request: AccessRequest): Promise<void> {
  if (await session.work.switchedOn("quiet")) return;
  session.base.err(`sentinel: a yes to request ${request.id} gives\n`);
  session.base.err(table(wishRows(request).map(([name = "", ...rest]) => [`  ${name}`, ...rest])));
}
