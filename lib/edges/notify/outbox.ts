// notify: the outbox: what is to be told is kept first, then sent, by whoever claims it.
import { type ErrorCode, hasCode, SentinelError } from "../../core/errors/mod.ts";
import {
  claim,
  type Envelope,
  envelopeOf,
  envelopeText,
  type Notice,
  type OutboxItem,
  outboxItem,
  type OutboxState,
  readOutboxItem,
  type Sending,
  settle,
} from "../../core/notify/mod.ts";
import { type StorePort, TABLES } from "../../core/store/mod.ts";
import { readEnvelope } from "./stored.ts";

/** What the outbox needs of the world. */
export interface OutboxPorts {
  store: StorePort;
  now(): Date;
  /** At least 0 and below 1: the jitter of delays. */
  random(): number;
  /** Names of the targets that this machine can send to. */
  targets: ReadonlySet<string>;
  /**
   * One try to send to a target of {@link targets}, within `timeoutMs`. What it throws is a try that
   * failed.
   */
  send(target: string, envelope: Envelope, timeoutMs: number): Promise<Sending>;
}

/** How much one call does at most. */
export interface FlushLimits {
  /** Tries to send. Default 100. */
  tries?: number;
  /** Milliseconds for all tries together; one that has begun ends within its own. Default 20 000. */
  totalMs?: number;
  /** Milliseconds for one try. Default and most 10 000. */
  timeoutMs?: number;
}

/** What became of messages. */
export interface Flushed {
  sent: number;
  /** Failed, and to be tried again. */
  waiting: number;
  /** Failed for good: they stay in the store, to be shown. */
  undelivered: number;
  /** No message that can be read; left alone. */
  damaged: number;
  /** True when limits ended it before everything due was tried. */
  more: boolean;
  /** What went wrong, by target; the last failure of each. Holds no URL. */
  failures: ReadonlyMap<string, string>;
}

const TRIES = 100;
const TOTAL_MS = 20_000;
const TRY_MS = 10_000;
/** What a sender that heeds its time may still need to come back. */
const GRACE_MS = 1000;
/** How often a settling is written again, where nobody knows whether it was written. */
const SETTLINGS = 3;

/** Failures that another try would meet again. */
const FINAL: readonly ErrorCode[] = ["TARGET_REFUSED", "AWS_REFUSED", "STORE_DAMAGED"];

/**
 * Keeps notices for targets: when this returns, they are in the store, and no death of a process
 * loses them. The same notice for the same target is kept once.
 * @throws {SentinelError} `CONFIG_INVALID` for a target's name that is none; the store's own codes:
 * then nothing may have been kept, which the caller must say
 */
export async function keep(
  { store, now }: Pick<OutboxPorts, "store" | "now">,
  notices: readonly Notice[],
  targets: readonly string[],
): Promise<OutboxItem[]> {
  const kept: OutboxItem[] = [];
  for (const notice of notices) {
    const envelope = await envelopeOf(notice);
    const { event_id: eventId, event_type: eventType } = envelope;
    for (const target of targets) {
      const message = { eventId, eventType, envelope: envelopeText(envelope), target };
      const item = outboxItem(message, now());
      if (await store.create(TABLES.outbox, item) === "done") kept.push(item);
    }
  }
  return kept;
}

/**
 * Keeps notices, then tries each message once: what a command does before it returns. What could
 * not be sent stays for {@link flush}.
 * A new message may overtake an older one of its target that waits for its next time.
 * @throws {SentinelError} the store's codes, and as {@link keep}
 */
export async function deliver(
  ports: OutboxPorts,
  notices: readonly Notice[],
  targets: readonly string[],
  limits: FlushLimits = {},
): Promise<Flushed> {
  const kept = await keep(ports, notices, targets);
  const run = new Run(ports, limits);
  for (const item of kept) if (!await run.take(item)) break;
  return run.told();
}

/**
 * Sends what is due, oldest first. A target that fails is left alone for the rest of the call, so
 * that one that is down neither holds up the others nor is overtaken: it gets its messages in the
 * order of events, except that one that waits for its own next time is passed by.
 *
 * Each message is sent by whoever claims it by a conditional write. Who is killed between claim and
 * settling leaves a lease (the core's `LEASE_SECONDS`); when that is over, it is sent again, under the same event id:
 * at least once, never lost. Messages for targets that only others have are theirs, until their time
 * is over; then they are marked as lost.
 *
 * @throws {SentinelError} the store's codes
 */
export async function flush(ports: OutboxPorts, limits: FlushLimits = {}): Promise<Flushed> {
  const run = new Run(ports, limits);
  // Left-over leases first: theirs are the oldest messages.
  for (const state of ["sending", "waiting"] as const) {
    for await (const row of listed(ports.store, state)) {
      if (!await run.take(row)) return run.told();
    }
  }
  return run.told();
}

/**
 * Messages in a state, oldest first, as they are in the store; `refused` and `lost` ones are to be
 * shown until somebody looks.
 */
export function listed(store: StorePort, state: OutboxState): AsyncIterable<unknown> {
  return store.list(TABLES.outbox, { index: "by-state", partition: state, newestFirst: false });
}

/** One call's tries. */
class Run {
  #sent = 0;
  #waiting = 0;
  #undelivered = 0;
  #damaged = 0;
  #more = false;
  #tries = 0;
  /** Targets that failed in this run. */
  readonly #failures = new Map<string, string>();
  readonly #down = new Set<string>();
  readonly #end: number;

  constructor(readonly ports: OutboxPorts, readonly limits: FlushLimits) {
    this.#end = performance.now() + (limits.totalMs ?? TOTAL_MS);
  }

  /** Tries one message, if it is due and ours. @returns false when limits end the run */
  async take(row: unknown): Promise<boolean> {
    const item = this.#read(row);
    if (item === null || this.#down.has(item.target)) return true;
    const { ports } = this;
    const over = ports.now().getTime() >= Date.parse(item.giveUpAt);
    if (!ports.targets.has(item.target) && !over) return true;
    const change = claim(item, ports.now());
    if (change === null) return true;
    if (this.#tries >= (this.limits.tries ?? TRIES) || performance.now() >= this.#end) {
      this.#more = true;
      return false;
    }
    const answer = await ports.store.replace(TABLES.outbox, change.item, change.expected);
    if (answer !== "done") return true;
    this.#tries++;
    await this.#send(change.item);
    return true;
  }

  told(): Flushed {
    return {
      sent: this.#sent,
      waiting: this.#waiting,
      undelivered: this.#undelivered,
      damaged: this.#damaged,
      more: this.#more,
      failures: this.#failures,
    };
  }

  #read(row: unknown): OutboxItem | null {
    try {
      return readOutboxItem(row);
    } catch (error) {
      // One bad row must not hold up all the good ones.
      if (!hasCode(error, "STORE_DAMAGED")) throw error;
      this.#damaged++;
      return null;
    }
  }

  async #send(claimed: OutboxItem): Promise<void> {
    const { target } = claimed;
    const timeoutMs = Math.min(this.limits.timeoutMs ?? TRY_MS, TRY_MS);
    const left = Date.parse(claimed.leasedUntil ?? "") - this.ports.now().getTime();
    // A claim that took so long that another may be at it before we end is left to its lease.
    if (left < timeoutMs + GRACE_MS) {
      this.#waiting++;
      return;
    }
    const sending = await trySending(this.ports, claimed, timeoutMs);
    if (sending.kind !== "sent") this.#failures.set(target, sending.why);
    // A no is about the message, everything else about the target; others' targets are never down.
    if (sending.kind === "retry" && this.ports.targets.has(target)) this.#down.add(target);
    const { state } = await settled(this.ports, claimed, sending);
    if (state === "sent") this.#sent++;
    else if (state === "waiting") this.#waiting++;
    else this.#undelivered++;
  }
}

async function trySending(
  ports: OutboxPorts,
  { target, envelope, id }: OutboxItem,
  timeoutMs: number,
): Promise<Sending> {
  if (!ports.targets.has(target)) {
    return { kind: "retry", why: "no target of this name is configured", retryAfterSeconds: null };
  }
  try {
    const read = await readEnvelope(envelope);
    if (id !== `${read.event_id}:${target}`) {
      return { kind: "refused", why: "STORE_DAMAGED: the message is about another event" };
    }
    return await inTime(ports.send(target, read, timeoutMs), timeoutMs + GRACE_MS);
  } catch (thrown) {
    return sendingOf(thrown);
  }
}

/** A sender that never comes back must not outlive the lease. */
function inTime(sending: Promise<Sending>, ms: number): Promise<Sending> {
  return new Promise((resolve, reject) => {
    const why = `no answer within ${ms / 1000} s`;
    const timer = setTimeout(() => resolve({ kind: "retry", why, retryAfterSeconds: null }), ms);
    sending.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * What a try that threw comes to: refused where another would meet the same, else to be tried again.
 * Words that aren't ours may hold a URL: they are left out.
 */
export function sendingOf(thrown: unknown): Sending {
  if (!(thrown instanceof SentinelError)) {
    const name = thrown instanceof Error ? thrown.name : typeof thrown;
    return { kind: "retry", why: `INTERNAL: found ${name}`, retryAfterSeconds: null };
  }
  const why = `${thrown.code}: ${thrown.message}`;
  if (FINAL.includes(thrown.code)) return { kind: "refused", why };
  return { kind: "retry", why, retryAfterSeconds: null };
}

/** Writes down what a try came to; where another took the message since, that one's word counts. */
async function settled(
  { store, now, random }: OutboxPorts,
  claimed: OutboxItem,
  sending: Sending,
): Promise<OutboxItem> {
  const { item, expected } = settle(claimed, sending, random(), now());
  for (let round = 1;; round++) {
    try {
      await store.replace(TABLES.outbox, item, expected);
      return item;
    } catch (error) {
      // Written twice is written once: the second finds another version.
      if (!hasCode(error, "STORE_UNCERTAIN") || round === SETTLINGS) throw error;
    }
  }
}
