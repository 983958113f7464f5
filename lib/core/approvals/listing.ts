// approvals: which requests there are: through an index, newest first, states as they are now.
import { TABLES } from "../store/tables.ts";
import type { Item, ListQuery, StorePort } from "../store/types.ts";
import { stateAt } from "./machine.ts";
import { readRequest } from "./record.ts";
import type { AccessRequest, RequestState } from "./types.ts";

/** Which requests are wanted; `null` = any. All that is said must hold. */
export interface RequestFilter {
  /** Id of the person who asked. */
  requester: string | null;
  /** States as they are now. */
  states: readonly RequestState[] | null;
  profile: string | null;
}

/** What waits, and what is in force. */
export const OPEN_STATES = ["pending", "approved"] as const satisfies readonly RequestState[];

/** Nobody may have written down yet that the time of these is up. */
const LAPSING: readonly RequestState[] = OPEN_STATES;

/**
 * The requests that `wanted` lets through, newest first, one page of the store at a time. Without a
 * requester and a profile the states are the index: then `OPEN_STATES` stand for no states.
 * @throws SentinelError `STORE_DAMAGED`, and the store's own codes
 */
export async function* listRequests(
  store: StorePort,
  wanted: RequestFilter,
  now: Date,
): AsyncGenerator<AccessRequest> {
  const { requester, profile } = wanted;
  const anybody = requester === null && profile === null;
  const states = wanted.states ?? (anybody ? OPEN_STATES : null);
  const isWanted = (request: AccessRequest) =>
    (requester === null || request.requester === requester) &&
    (profile === null || request.profile === profile) &&
    (states === null || states.includes(stateAt(request, now)));
  const filter = (item: Item) => isWanted(readRequest(item));
  const lists = partitionsOf(wanted, states ?? []).map((part) =>
    store.list(TABLES.requests, { ...part, newestFirst: true, filter })
  );
  for await (const item of newestOf(lists)) yield readRequest(item);
}

function partitionsOf(
  { requester, profile }: RequestFilter,
  states: readonly RequestState[],
): Pick<ListQuery, "index" | "partition">[] {
  if (requester !== null) return [{ index: "by-requester", partition: requester }];
  if (profile !== null) return [{ index: "by-profile", partition: profile }];
  const stored = new Set([...states, ...states.includes("expired") ? LAPSING : []]);
  return [...stored].map((partition) => ({ index: "by-state", partition }));
}

/** Lists that are newest first, as one; of each no more than its next item is held. */
async function* newestOf(lists: readonly AsyncIterable<Item>[]): AsyncGenerator<Item> {
  const readers = lists.map((list) => list[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(readers.map((reader) => reader.next()));
    while (true) {
      let newest = -1;
      for (const [at, head] of heads.entries()) {
        if (head.done) continue;
        if (newest < 0 || timeOf(head) > timeOf(heads[newest])) newest = at;
      }
      const found = heads[newest];
      const reader = readers[newest];
      if (found === undefined || reader === undefined) return;
      yield found.value;
      heads[newest] = await reader.next();
    }
  } finally {
    for (const reader of readers) await reader.return?.();
  }
}

function timeOf(head: IteratorResult<Item> | undefined): string {
  return String(head?.value?.["createdAt"] ?? "");
}
