// approvals: where requests are filed and decided about: each step on record before it is stored.
import { asSentinelError, SentinelError } from "../errors/mod.ts";
import type { ApprovalEntry, JournalPort } from "../journal/types.ts";
import { TABLES } from "../store/tables.ts";
import type { StorePort } from "../store/types.ts";
import { quoted } from "../text/printable.ts";
import { approvalDigest, statementOf } from "./digest.ts";
import { decisionOf, type Filed, fileRequest, type Wish } from "./create.ts";
import type { RequestEvent } from "./events.ts";
import { isRecordId } from "../store/ids.ts";
import { cancel, decide, expire, type RequestChange, takeBack } from "./machine.ts";
import type { Person } from "./person.ts";
import { type ApprovalPlan, planFor } from "./plan.ts";
import type { ApprovalPolicy } from "./policy.ts";
import { readRequest } from "./record.ts";
import type { AccessRequest, Decision } from "./types.ts";

/** What the desk needs of the world. */
export interface DeskPorts {
  store: StorePort;
  journal: JournalPort;
  now(): Date;
  /** Every approval policy that counts. */
  policies: readonly ApprovalPolicy[];
  /** Signs a decision in its approver's name; `null` = decisions go out unsigned. */
  sign: ((decision: Decision) => Promise<Decision>) | null;
  /** Put on record with each entry. */
  about: Pick<ApprovalEntry, "pins" | "version">;
}

/** Somebody at the desk, with what STS says of them. */
export interface Clerk extends Person {
  arn: string;
}

/** A request as it stands after a step, and what there is to tell. */
export interface Settled {
  request: AccessRequest;
  events: readonly RequestEvent[];
}

/** How often a step is tried again because somebody else's came between. */
const ROUNDS = 5;

/**
 * Files a request; one that the policy approves by itself is approved.
 * @throws SentinelError as {@link fileRequest} does, or the journal's and the store's own codes
 */
export async function submit(
  ports: DeskPorts,
  wish: Omit<Wish, "requester">,
  requester: Clerk,
): Promise<Settled & Pick<Filed, "capped">> {
  const plan = planFor(ports.policies, wish.profile);
  const filed = await fileRequest({ ...wish, requester }, plan, ports.now());
  await recorded(ports, filed.item, filed.events, requester, async () => {
    if (await ports.store.create(TABLES.requests, filed.item) === "done") return;
    throw new SentinelError("INTERNAL", `Cannot file request ${wish.id}: its id is taken`, {
      hint: "try again",
    });
  });
  return { request: filed.item, events: filed.events, capped: filed.capped };
}

/**
 * Says yes or no to a request.
 * @param seen the request as the approver was shown it; `null` = nobody was shown any
 * @throws SentinelError as `decide` does; `APPROVAL_EDITED` where it is no longer what was seen;
 * `REQUEST_UNKNOWN`; the journal's and the store's codes
 */
export function judgeRequest(
  ports: DeskPorts,
  id: string,
  verdict: Decision["verdict"],
  approver: Clerk,
  comment: string | null,
  seen: AccessRequest | null = null,
): Promise<Settled> {
  return step(ports, id, approver, async (request, plan) => {
    const plain = await decisionOf(request, approver, verdict, comment, ports.now());
    const decision = ports.sign === null ? plain : await ports.sign(plain);
    const digest = await approvalDigest(statementOf(seen ?? request));
    return decide(request, decision, digest, plan, ports.now());
  });
}

/** The requester takes a request back. @throws SentinelError as `cancel` does, and see {@link judgeRequest} */
export function withdraw(
  ports: DeskPorts,
  id: string,
  person: Clerk,
  reason: string | null,
): Promise<Settled> {
  return step(
    ports,
    id,
    person,
    (request) => Promise.resolve(cancel(request, person, reason, ports.now())),
  );
}

/** An approver takes an approval back. @throws SentinelError as `takeBack` does, and see {@link judgeRequest} */
export function revoke(
  ports: DeskPorts,
  id: string,
  person: Clerk,
  reason: string,
): Promise<Settled> {
  return step(
    ports,
    id,
    person,
    (request, plan) => Promise.resolve(takeBack(request, person, reason, plan, ports.now())),
  );
}

/**
 * One request, as it is now.
 * @throws SentinelError `REQUEST_UNKNOWN`, `STORE_DAMAGED`, or the store's own codes
 */
export async function requestOf(store: StorePort, id: string): Promise<AccessRequest> {
  const row = isRecordId(id) ? await store.get(TABLES.requests, id) : null;
  if (row !== null) return readRequest(row);
  throw new SentinelError("REQUEST_UNKNOWN", `Cannot find request ${quoted(id, 40)}`, {
    hint: "sentinel request list",
  });
}

async function step(
  ports: DeskPorts,
  id: string,
  clerk: Clerk,
  make: (request: AccessRequest, plan: ApprovalPlan | null) => Promise<RequestChange>,
): Promise<Settled> {
  for (let round = 0; round < ROUNDS; round++) {
    const request = await requestOf(ports.store, id);
    const plan = planFor(ports.policies, request.profile);
    const change = await make(request, plan);
    if (await write(ports, change, clerk)) return { request: change.item, events: change.events };
  }
  throw new SentinelError("STATE_REFUSED", `Cannot settle request ${id}: others change it too`, {
    hint: `sentinel request show ${id}`,
  });
}

/** Writes down that a request's time is up, where nobody did. @returns the request as it stands */
export async function settleExpiry(
  ports: DeskPorts,
  request: AccessRequest,
): Promise<Settled> {
  const change = expire(request, ports.now());
  if (change === null) return { request, events: [] };
  const done = await write(ports, change, null);
  return { request: change.item, events: done ? change.events : [] };
}

async function write(
  ports: DeskPorts,
  change: RequestChange,
  clerk: Clerk | null,
): Promise<boolean> {
  let done = false;
  await recorded(ports, change.item, change.events, clerk, async () => {
    const wrote = await ports.store.replace(TABLES.requests, change.item, change.expected);
    done = wrote === "done";
    return done ? null : "STATE_REFUSED";
  });
  return done;
}

// On record before it is stored, and once more with what came of it: whoever is killed in between
// leaves an entry without its end, never a decision without an entry.
async function recorded(
  ports: DeskPorts,
  request: AccessRequest,
  events: readonly RequestEvent[],
  clerk: Clerk | null,
  store: () => Promise<ApprovalEntry["code"] | void>,
): Promise<void> {
  const entries = events.map((event) => entryOf(ports, request, event, clerk));
  for (const entry of entries) await ports.journal.append(entry);
  let code: ApprovalEntry["code"];
  try {
    code = await store() ?? null;
  } catch (thrown) {
    const error = asSentinelError(thrown);
    const result = error.code === "STORE_UNCERTAIN" ? "unknown" : "failed";
    for (const entry of entries) {
      await ports.journal.append({ ...entry, result, code: error.code });
    }
    throw error;
  }
  const result = code === null ? "done" : "failed";
  for (const entry of entries) await ports.journal.append({ ...entry, result, code });
}

function entryOf(
  { about }: DeskPorts,
  request: AccessRequest,
  event: RequestEvent,
  clerk: Clerk | null,
): ApprovalEntry {
  return {
    kind: "approval",
    approvalId: request.id,
    event: event.type,
    result: "about",
    code: null,
    actor: clerk === null ? null : { id: clerk.id, user: clerk.user, arn: clerk.arn },
    requester: { id: request.requester, user: request.requesterUser },
    profile: request.profile,
    role: request.role,
    seconds: request.durationSeconds,
    intent: { reason: request.reason, ticket: request.ticket },
    message: event.decision?.approver_comment ?? event.comment,
    key: event.decision?.key ?? null,
    ...about,
  };
}
