// mfa: one-time codes that are sent: kept as a hash, bound to who asked and what for, tried a few times.
import { isRecordId } from "../store/ids.ts";
import { canonicalBytes } from "../approvals/canonical.ts";
import { clockOf, later, millisOf, retainUntil } from "../approvals/limits.ts";
import type { Person } from "../approvals/person.ts";
import {
  isCount,
  isDigest,
  isId,
  isInstant,
  isOneOf,
  isPositive,
  isText,
  readRow,
  type Shape,
} from "../store/row.ts";
import { SentinelError } from "../errors/mod.ts";
import { timeText } from "../store/item.ts";
import { hex } from "../text/hex.ts";
import type { Attempt } from "./attempts.ts";
import { isSameSecret } from "./compare.ts";

/** How long a code that was sent may be typed, in seconds. */
export const CHALLENGE_SECONDS = 5 * 60;
/** How often it may be tried. */
export const CHALLENGE_ATTEMPTS = 3;
const DIGITS = 6;
const SALT_BYTES = 16;
/** A code has a million values: each try at a stolen hash shall cost something. */
const ROUNDS = 50_000;

/** A code that was sent: an item of the store's table `mfa`. The code itself is in none of it. */
export type Challenge = {
  id: string;
  version: number;
  /** `spent`: no tries are left. */
  state: "open" | "used" | "spent";
  /** The form of this record. */
  schema: 1;
  /** The person's id. */
  principal: string;
  /** What it is for: a break-glass event's id, say. It counts for nothing else. */
  event: string;
  method: "sms";
  /** Where it was sent, masked. */
  target: string;
  /** Hex. */
  salt: string;
  /** PBKDF2 of the code, hex. */
  hash: string;
  attemptsLeft: number;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
  retainUntil: number;
};

const CHALLENGE: Shape<Challenge> = {
  id: isId,
  version: isPositive,
  state: isOneOf(["open", "used", "spent"]),
  schema: isOneOf([1]),
  principal: isText,
  event: isText,
  method: isOneOf(["sms"]),
  target: isText,
  salt: isText,
  hash: isDigest,
  attemptsLeft: isCount,
  createdAt: isInstant,
  updatedAt: isInstant,
  expiresAt: isInstant,
  retainUntil: isCount,
};

/**
 * The challenge in a row of the store.
 * @throws SentinelError `STORE_DAMAGED` when it is none
 */
export function readChallenge(row: unknown): Challenge {
  return readRow(row, CHALLENGE, "challenge");
}

/**
 * Six digits, each value as likely as any other.
 * @param random gives exactly as many random bytes as it is asked for
 * @throws SentinelError `INTERNAL` when it doesn't, or gives nothing but zeros
 */
export function newCode(random: (length: number) => Uint8Array): string {
  const values = 10 ** DIGITS;
  // What lies above the last whole multiple would make small codes likelier.
  const fair = Math.floor(2 ** 32 / values) * values;
  for (let tries = 0; tries < 100; tries++) {
    const bytes = random(4);
    if (bytes.length !== 4 || bytes.every((byte) => byte === 0)) break;
    const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
    if (value < fair) return String(value % values).padStart(DIGITS, "0");
  }
  throw new SentinelError("INTERNAL", "Cannot make a code: the generator gave no randomness");
}

/** What the text message says. */
export function smsText(code: string): string {
  return `Sentinel break-glass verification code: ${code}`;
}

/**
 * The challenge for a code that is about to be sent.
 * @param asked `target` is masked already
 * @param salt 16 random bytes
 */
export async function newChallenge(
  asked: { id: string; person: Person; event: string; target: string },
  code: string,
  salt: Uint8Array,
  now: Date,
): Promise<Challenge> {
  if (!isRecordId(asked.id) || salt.length !== SALT_BYTES || salt.every((byte) => byte === 0)) {
    throw new SentinelError(
      "INTERNAL",
      "Cannot make a challenge: the generator gave no randomness",
    );
  }
  const expires = later(now, CHALLENGE_SECONDS);
  const bound = { id: asked.id, principal: asked.person.id, event: asked.event, salt: hex(salt) };
  return {
    ...bound,
    version: 1,
    state: "open",
    schema: 1,
    method: "sms",
    target: asked.target,
    hash: await hashOf(bound, code),
    attemptsLeft: CHALLENGE_ATTEMPTS,
    createdAt: timeText(now),
    updatedAt: timeText(now),
    expiresAt: timeText(expires),
    retainUntil: retainUntil(expires),
  };
}

/**
 * Judges a code. A challenge of somebody else, or for something else, is answered as one that does
 * not exist, and loses no try.
 * @param challenge what the store has under the id that was given; `null` = nothing
 */
export async function tryChallenge(
  challenge: Challenge | null,
  person: Person,
  event: string,
  code: string,
  now: Date,
): Promise<Attempt<Challenge>> {
  const at = clockOf(now);
  const no = { item: null, expected: null, retryAfterSeconds: 0 };
  if (challenge === null || challenge.principal !== person.id || challenge.event !== event) {
    return { outcome: "unknown", ...no };
  }
  if (challenge.state === "used") return { outcome: "used", ...no };
  const over = at >= millisOf(challenge.expiresAt);
  if (over || challenge.state !== "open" || challenge.attemptsLeft < 1) {
    return { outcome: "unknown", ...no };
  }
  const good = isSameSecret(await hashOf(challenge, code.replace(/\s/g, "")), challenge.hash);
  const { version, state } = challenge;
  const attemptsLeft = challenge.attemptsLeft - 1;
  const item: Challenge = {
    ...challenge,
    version: version + 1,
    state: good ? "used" : attemptsLeft > 0 ? "open" : "spent",
    attemptsLeft,
    updatedAt: timeText(now),
  };
  const expected = { version, state };
  return { outcome: good ? "good" : "wrong", item, expected, retryAfterSeconds: 0 };
}

async function hashOf(
  bound: Pick<Challenge, "id" | "principal" | "event" | "salt">,
  code: string,
): Promise<string> {
  const { id, principal, event, salt } = bound;
  const password = new TextEncoder().encode(code);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const terms = {
    name: "PBKDF2",
    hash: "SHA-256",
    iterations: ROUNDS,
    salt: canonicalBytes({ id, principal, event, salt }),
  };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(terms, key, 256)));
}
