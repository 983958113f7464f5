// commands: the requests that are wanted, one by one as the store gives them.
import { type AccessRequest, listRequests, stateAt } from "../../lib/core/approvals/mod.ts";
import { printable, printableJson } from "../../lib/core/text/printable.ts";
import { formatDuration } from "../../lib/core/time/duration.ts";
import type { Session } from "../context.ts";
import type { ListFlags } from "./list.ts";

/** How many are shown where nobody says. */
const USUAL_LIMIT = 100;

/** Prints requests, newest first. */
export async function list(session: Session, flags: ListFlags): Promise<void> {
  const { base, work } = session;
  const json = await work.switchedOn("json");
  const { store, clerk } = await session.deskView(
    await session.identify(await work.leafOnly()),
  );
  const wanted = {
    requester: flags.mine === true ? clerk.id : null,
    states: flags.state === undefined ? null : [flags.state],
    profile: flags.profile ?? null,
  };
  const limit = flags.limit ?? USUAL_LIMIT;
  const now = base.now();
  const found = store === null ? [] : listRequests(store, wanted, now);
  let shown = 0;
  for await (const request of found) {
    if (shown === limit) {
      await session.noted(`there are more: --limit ${limit * 10}`);
      return;
    }
    if (!json && shown === 0) base.out(lineOf(HEAD));
    base.out(json ? `${printableJson(entryOf(request, now))}\n` : lineOf(cellsOf(request, now)));
    shown++;
  }
  if (shown === 0) await session.noted(emptyText(flags));
}

function emptyText({ mine, state, profile }: ListFlags): string {
  return mine === true || state !== undefined || profile !== undefined
    ? "no such requests: sentinel request list shows the open ones"
    : "no open requests: sentinel request --profile PROFILE --reason TEXT files one";
}

const HEAD = ["REQUEST", "STATE", "UNTIL", "WHO", "PROFILE", "FOR", "REASON"];
/** Of the columns before the last: a list that comes line by line can't know its widest cell. */
const WIDTHS = [16, 9, 20, 12, 12, 6];

function lineOf(cells: readonly string[]): string {
  return `${cells.map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0)).join("  ").trimEnd()}\n`;
}

function cellsOf(request: AccessRequest, now: Date): string[] {
  return [
    request.id,
    stateAt(request, now),
    `${untilOf(request, now).slice(0, 19)}Z`,
    printable(request.requesterUser, 64),
    printable(request.profile, 64),
    formatDuration(request.durationSeconds),
    printable(request.reason, 80),
  ];
}

/** The instant that counts in this state. */
function untilOf(request: AccessRequest, now: Date): string {
  const { windowEndsAt, expiresAt, updatedAt } = request;
  switch (stateAt(request, now)) {
    case "pending":
      return expiresAt;
    case "approved":
    case "expired":
      return windowEndsAt ?? expiresAt;
    default:
      return updatedAt;
  }
}

function entryOf(request: AccessRequest, now: Date): unknown {
  return {
    id: request.id,
    state: stateAt(request, now),
    requester: request.requesterUser,
    requesterId: request.requester,
    profile: request.profile,
    role: request.role,
    durationSeconds: request.durationSeconds,
    reason: request.reason,
    ticket: request.ticket,
    notBefore: request.notBefore,
    use: request.use,
    createdAt: request.createdAt,
    expiresAt: request.expiresAt,
    windowEndsAt: request.windowEndsAt,
  };
}
