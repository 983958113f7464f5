// aws: one call over HTTP, with its time, its size and its tries limited. Redirects are refused.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { awsError, isThrottle, saysUndone } from "./failure.ts";

/** What binds a call, and what a test may put in place of the machine's own. */
export interface CallLimits {
  /** Randomness for the pauses between tries. Default: the machine's. */
  random?(bytes: number): Uint8Array;
  /** The clock that signs. Default: the machine's. */
  now?(): Date;
  fetch?: typeof fetch;
  /** Most milliseconds that one try may take, its body included. Default 10 000. */
  timeoutMs?: number;
  /** Most milliseconds that the whole call may take, its tries and pauses together. Default 20 000. */
  totalMs?: number;
  /** Milliseconds that the first pause lasts at most; each next one twice that. Default 200. */
  pauseMs?: number;
}

/** A request, ready to be sent. */
export interface AwsRequest {
  method: "GET" | "POST";
  url: string;
  headers: Headers;
  body: string | null;
}

/** What came back, whole. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/**
 * When a call may be made again. `always`: it only asks. `when undone`: it issues something, so only
 * where the first try has surely done nothing (see {@link callAws}). `never`: it holds what works
 * once, such as a one-time code.
 */
export type Repeat = "always" | "when undone" | "never";

/** AWS's own words for a refusal; the code is `null` where an answer holds none. */
export interface Said {
  code: string | null;
  message: string;
}

/** One call, whatever its protocol. */
export interface AwsCall<T> {
  /** What is being done, for messages, as in `assume the role "…"`. */
  doing: string;
  /** Values that must not be in a message. */
  secrets: readonly (string | null)[];
  repeat: Repeat;
  /** Most bytes of an answer. Default: a mebibyte. */
  maxBytes?: number;
  /** Made anew for each try: a signature has its time. */
  request(): AwsRequest | Promise<AwsRequest>;
  /** Reads an answer of status 200. Throws {@link rubbish} for what AWS can't have said. */
  read(answer: Answer): T;
  /** AWS's words in an answer of another status. */
  said(answer: Answer): Said;
  /** This call's own meaning of an error code; `null` = the one that it has for all calls. */
  meaning?(code: string): SentinelError | null;
}

const TRIES = 3;
const TRY_MS = 10_000;
const TOTAL_MS = 20_000;
const MIB = 1024 * 1024;
const MAX_BYTES = MIB;
/** Deno's words for a connection that never came about (refused, no such host, no TLS). */
const NOT_SENT = /: client error \(Connect\)/;

/** What a failed try leaves behind: nothing for sure, nobody knows what, or a clear no. */
type Aftermath = "undone" | "open" | "refused";

/** One try that failed. */
class Failed extends Error {
  constructor(readonly error: SentinelError, readonly aftermath: Aftermath) {
    super(error.message);
  }
}

/**
 * Makes one call: up to three tries where AWS can't be reached, fails by itself (5xx) or throttles.
 *
 * What issues credentials is tried again only where AWS surely issued none: no connection came about
 * (nothing was sent), or AWS's own error body says that the call was turned away at the door, by a
 * throttling code or by `ServiceUnavailable` with status 503. After a time limit, a broken or half
 * answer, a 5xx of some proxy, and AWS's `InternalFailure` ("unknown error") a session may have been
 * made, and its like would be a second one for a single entry of the journal.
 *
 * All tries together end within {@link CallLimits.totalMs}, by a clock that nobody sets.
 *
 * @throws {SentinelError} `AWS_UNREACHABLE`, `AWS_THROTTLED`, `AWS_REFUSED`, `AWS_RUBBISH`,
 * `CREDENTIALS_EXPIRED`, `NO_CREDENTIALS`, and what the call's own `meaning` gives
 */
export async function callAws<T>(call: AwsCall<T>, limits: CallLimits): Promise<T> {
  const end = performance.now() + (limits.totalMs ?? TOTAL_MS);
  for (let attempt = 1;; attempt++) {
    try {
      return await attemptOnce(call, limits, end - performance.now());
    } catch (thrown) {
      if (!(thrown instanceof Failed)) throw thrown;
      if (attempt === TRIES || !mayRepeat(call.repeat, thrown.aftermath)) throw thrown.error;
      const pause = pauseAfter(attempt, limits);
      if (performance.now() + pause >= end) throw thrown.error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function pauseAfter(attempt: number, { random, pauseMs }: CallLimits): number {
  const [chance = 0] = (random ?? machineRandom)(1);
  return (pauseMs ?? 200) * 2 ** (attempt - 1) * (chance + 1) / 256;
}

function mayRepeat(repeat: Repeat, aftermath: Aftermath): boolean {
  if (aftermath === "refused" || repeat === "never") return false;
  return repeat === "always" || aftermath === "undone";
}

function machineRandom(bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(bytes));
}

/** @param left milliseconds until the whole call must have ended */
async function attemptOnce<T>(call: AwsCall<T>, limits: CallLimits, left: number): Promise<T> {
  const { url, ...request } = await call.request();
  const stop = new AbortController();
  const { timeoutMs = TRY_MS, totalMs = TOTAL_MS } = limits;
  const timer = setTimeout(() => stop.abort(), Math.min(timeoutMs, left));
  try {
    const response = await (limits.fetch ?? fetch)(url, {
      ...request,
      redirect: "manual",
      signal: stop.signal,
    });
    const { status, headers } = response;
    return understood(call, { status, headers, text: await cappedText(response, call) });
  } catch (cause) {
    if (cause instanceof Failed || cause instanceof SentinelError) throw cause;
    const waited = left < timeoutMs ? totalMs : timeoutMs;
    const found = stop.signal.aborted ? `no answer within ${waited / 1000} s` : "no connection";
    const error = new SentinelError(
      "AWS_UNREACHABLE",
      `Cannot ${call.doing}: found ${found} from ${quoted(new URL(url).host)}`,
      { hint: "check network, proxy, region and endpoint", cause },
    );
    throw new Failed(error, neverSent(cause) ? "undone" : "open");
  } finally {
    clearTimeout(timer);
  }
}

function neverSent(thrown: unknown): boolean {
  const reason = thrown instanceof TypeError ? thrown.cause : null;
  return reason instanceof Error && NOT_SENT.test(reason.message);
}

/** The body, read no further than its limit. */
async function cappedText(
  response: Response,
  call: Pick<AwsCall<unknown>, "doing" | "maxBytes">,
) {
  const { maxBytes = MAX_BYTES } = call;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw rubbish(call, `an answer of more than ${maxBytes / MIB} MiB`);
    chunks.push(chunk);
  }
  return await new Blob(chunks).text();
}

function understood<T>(call: AwsCall<T>, answer: Answer): T {
  const { status } = answer;
  if (status >= 300 && status < 400) throw rubbish(call, "a redirect, which AWS never sends");
  if (status === 200) return call.read(answer);
  const { code, message } = call.said(answer);
  if (code === null && status < 500 && status !== 429) {
    throw rubbish(call, `HTTP status ${status} without an AWS error`);
  }
  const own = code === null ? null : call.meaning?.(code) ?? null;
  if (own !== null) throw own;
  const { doing, secrets } = call;
  const error = awsError({ doing, status, code, message, secrets });
  if (saysUndone(status, code)) throw new Failed(error, "undone");
  throw new Failed(error, status >= 500 || isThrottle(status, code) ? "open" : "refused");
}

/** The server's clock, from its `Date` header. */
export function dateOf({ headers }: Pick<Answer, "headers">): Date | null {
  const date = new Date(headers.get("date") ?? "");
  return Number.isNaN(date.getTime()) ? null : date;
}

/** An answer that can't be AWS's. */
export function rubbish(call: Pick<AwsCall<unknown>, "doing">, found: string): SentinelError {
  return new SentinelError("AWS_RUBBISH", `Cannot ${call.doing}: found ${found}`, {
    hint: "check endpoint and proxy: something else answers in AWS's place",
  });
}
