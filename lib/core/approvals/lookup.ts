// approvals: the approval that a grant may rest on, found in the store and judged as it is now.
import { SentinelError } from "../errors/mod.ts";
import { timeText } from "../store/item.ts";
import { TABLES } from "../store/tables.ts";
import type { StorePort } from "../store/types.ts";
import { quoted } from "../text/printable.ts";
import { later } from "./limits.ts";
import { consume } from "./machine.ts";
import type { Person } from "./person.ts";
import { planFor } from "./plan.ts";
import type { ApprovalPolicy } from "./policy.ts";
import { readRequest } from "./record.ts";
import type { ApproverKey } from "./sign.ts";
import type { AccessRequest } from "./types.ts";
import { type Choice, chooseApproval, judgeUse, type UseQuestion } from "./use.ts";

/** What looking needs. */
export interface LookupPorts {
  store: StorePort;
  policies: readonly ApprovalPolicy[];
  /** The pinned keys; `null` = none are: then whoever can write the store can grant. */
  keys: readonly ApproverKey[] | null;
  now(): Date;
}

/** Whose approval for what. */
export interface Need {
  caller: Person;
  profile: string;
  role: string | null;
}

/** An approval that may be used now. */
export interface UsableApproval {
  id: string;
  grantId: string;
  /** No session may live beyond this instant. */
  until: Date;
  vouchedBy: string;
  /**
   * Uses it up where it is for one use; in any case makes sure that it still stands.
   * @param issue the request id of the issue
   * @throws SentinelError `APPROVAL_OVER` when it was used or taken back meanwhile, or the store's codes
   */
  consume(issue: string, now: Date): Promise<void>;
}

/** What the store has for a need. */
export interface Found {
  approved: UsableApproval | null;
  /** Ids of requests that nobody has decided about yet, newest first. */
  waiting: readonly string[];
}

/** A request can wait 7 days, start 30 days later and last 8 hours: what is older has no use left. */
const OLDEST_SECONDS = 38 * 86_400;

/** What stands in the way of a request that was approved, told rather than passed over. */
const TOLD = ["APPROVAL_FORGED", "APPROVAL_EDITED", "APPROVAL_EARLY", "APPROVAL_LAPSED"] as const;

/**
 * Looks through the caller's own requests. A list may lag; each candidate is read anew.
 * @throws SentinelError the code of what is wrong with an approval where none can be used; the
 * store's codes
 */
export async function findApproval(ports: LookupPorts, need: Need): Promise<Found> {
  const question = questionOf(ports, need);
  const choice = await chooseApproval(candidates(ports, need), question);
  const { chosen, refused } = choice;
  if (chosen === null) throwWorst(choice, need);
  const waiting = refused.filter(({ code }) => code === "OBLIGATION_OPEN").map(({ id }) => id);
  if (chosen === null) return { approved: null, waiting };
  const { request, verdict } = chosen;
  return {
    waiting,
    approved: {
      id: request.id,
      grantId: verdict.grantId,
      until: verdict.until,
      vouchedBy: ports.keys === null
        ? `${verdict.approvers.join(", ")}, as the store says`
        : `${verdict.approvers.join(", ")}, by signature`,
      consume: (issue, now) => useUp(ports, need, request, { issue, now }),
    },
  };
}

function questionOf({ policies, keys, now }: LookupPorts, need: Need): UseQuestion {
  const plan = planFor(policies, need.profile);
  return { ...need, sessionPolicyDigest: null, plan, keys, now: now() };
}

async function* candidates(
  { store, now }: LookupPorts,
  { caller, profile }: Need,
): AsyncGenerator<AccessRequest> {
  const listed = store.list(TABLES.requests, {
    index: "by-requester",
    partition: caller.id,
    from: timeText(later(now(), -OLDEST_SECONDS)),
    newestFirst: true,
    // An index may not know yet that a request was approved.
    filter: (item) =>
      item["profile"] === profile && (item.state === "approved" || item.state === "pending"),
  });
  for await (const { id } of listed) {
    const row = await store.get(TABLES.requests, id);
    if (row !== null) yield readRequest(row);
  }
}

function throwWorst({ refused }: Choice, { profile }: Need): void {
  for (const code of TOLD) {
    const found = refused.find((one) => one.code === code);
    if (found === undefined) continue;
    throw new SentinelError(
      code,
      `Cannot use approval ${found.id} for ${quoted(profile)}: ${found.why}`,
      { hint: `sentinel request show ${found.id}` },
    );
  }
}

// Read once more: taken back a moment ago is taken back.
async function useUp(
  ports: LookupPorts,
  need: Need,
  judged: AccessRequest,
  { issue, now }: { issue: string; now: Date },
): Promise<void> {
  const row = await ports.store.get(TABLES.requests, judged.id);
  const request = row === null ? null : readRequest(row);
  if (request === null) throw over(judged.id, "it is gone");
  const verdict = await judgeUse(request, { ...questionOf(ports, need), now });
  if (!verdict.usable) throw over(judged.id, verdict.why);
  const change = consume(request, issue, now);
  if (change === null) return;
  const wrote = await ports.store.replace(TABLES.requests, change.item, change.expected);
  if (wrote !== "done") throw over(judged.id, "another issue or decision was first");
}

function over(id: string, why: string): SentinelError {
  return new SentinelError("APPROVAL_OVER", `Cannot use approval ${id}: ${why}`, {
    hint: `sentinel request show ${id}`,
  });
}
