// aws: one signed call of the Query protocol, with its time, its size and its tries limited.
import { AwsV4Signer } from "aws4fetch";
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { awsError, isThrottle } from "./failure.ts";
import { DEFAULT_REGION, endpointOf } from "./host.ts";
import { readXml, textAt, type XmlElement, XmlError } from "./xml.ts";

/** Keys that sign a call. */
export interface SigningKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | null;
}

/** How calls are made. */
export interface QueryOptions {
  credentials: SigningKeys;
  /** Signing region, and the endpoint's where none is given. Default `us-east-1`. */
  region: string | null;
  /** `null` = AWS's own endpoint of the region. */
  endpoint: string | null;
  /** Randomness for the pauses between tries. */
  random(bytes: number): Uint8Array;
  /** The clock that signs. Default: the machine's. */
  now?(): Date;
  fetch?: typeof fetch;
  /** Most milliseconds that one try may take, its body included. Default 10 000. */
  timeoutMs?: number;
  /** Milliseconds that the first pause lasts at most; each next one twice that. Default 200. */
  pauseMs?: number;
}

/** A service that speaks the Query protocol. */
export interface QueryService {
  name: string;
  version: string;
}

/** One call. */
export interface QueryCall {
  action: string;
  fields: readonly (readonly [string, string])[];
  /** What is being done, for messages. */
  doing: string;
  /** Fields' values that must not be in a message. */
  secrets: readonly string[];
  /** False for what can't be sent twice, such as a one-time code. */
  repeatable: boolean;
}

/** What came back. */
export interface QueryAnswer {
  xml: XmlElement;
  /** The server's clock, from its `Date` header. */
  date: Date | null;
}

const TRIES = 3;
const MAX_BYTES = 1024 * 1024;

/** One try that may be worth another. */
class Failed extends Error {
  constructor(readonly error: SentinelError, readonly again: boolean) {
    super(error.message);
  }
}

/**
 * Makes one call: up to three tries when AWS can't be reached, fails by itself (5xx) or throttles.
 *
 * @throws {SentinelError} `AWS_UNREACHABLE`, `AWS_THROTTLED`, `AWS_REFUSED`, `AWS_RUBBISH`,
 * `CREDENTIALS_EXPIRED`, `NO_CREDENTIALS`
 */
export async function query(
  service: QueryService,
  call: QueryCall,
  options: QueryOptions,
): Promise<QueryAnswer> {
  for (let attempt = 1;; attempt++) {
    try {
      return await attemptOnce(service, call, options);
    } catch (thrown) {
      if (!(thrown instanceof Failed)) throw thrown;
      if (!thrown.again || !call.repeatable || attempt === TRIES) throw thrown.error;
    }
    const [chance = 0] = options.random(1);
    const pause = (options.pauseMs ?? 200) * 2 ** (attempt - 1) * (chance + 1) / 256;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function attemptOnce(
  service: QueryService,
  call: QueryCall,
  options: QueryOptions,
): Promise<QueryAnswer> {
  const request = await signed(service, call, options);
  const stop = new AbortController();
  const timeoutMs = options.timeoutMs ?? 10_000;
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    const response = await (options.fetch ?? fetch)(request.url, {
      method: "POST",
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: stop.signal,
    });
    const text = await cappedText(response, call);
    return understood(response, text, call, options);
  } catch (cause) {
    if (cause instanceof Failed || cause instanceof SentinelError) throw cause;
    const found = stop.signal.aborted ? `no answer within ${timeoutMs / 1000} s` : "no connection";
    const host = new URL(request.url).host;
    const error = new SentinelError(
      "AWS_UNREACHABLE",
      `Cannot ${call.doing}: found ${found} from ${quoted(host)}`,
      { hint: "check network, proxy, region and endpoint", cause },
    );
    throw new Failed(error, true);
  } finally {
    clearTimeout(timer);
  }
}

interface SignedRequest {
  url: string;
  headers: Headers;
  body: string;
}

async function signed(
  service: QueryService,
  call: QueryCall,
  options: QueryOptions,
): Promise<SignedRequest> {
  const { accessKeyId, secretAccessKey, sessionToken } = options.credentials;
  const region = options.region ?? DEFAULT_REGION;
  const body = new URLSearchParams([
    ["Action", call.action],
    ["Version", service.version],
    ...call.fields.map(([key, value]): [string, string] => [key, value]),
  ]).toString();
  const { url, headers } = await new AwsV4Signer({
    method: "POST",
    url: options.endpoint ?? endpointOf(service.name, region),
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === null ? {} : { sessionToken }),
    service: service.name,
    region,
    datetime: (options.now?.() ?? new Date()).toISOString().replace(/[:-]|\.\d{3}/g, ""),
  }).sign();
  return { url: url.toString(), headers, body };
}

/** The body, read no further than its limit. */
async function cappedText(response: Response, call: QueryCall): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw rubbish(call, "an answer of more than a mebibyte");
    chunks.push(chunk);
  }
  return await new Blob(chunks).text();
}

function understood(
  response: Response,
  text: string,
  call: QueryCall,
  options: QueryOptions,
): QueryAnswer {
  const { status } = response;
  if (status >= 300 && status < 400) throw rubbish(call, "a redirect, which AWS never sends");
  const xml = xmlOf(text);
  if (status === 200) {
    if (xml?.name !== `${call.action}Response`) throw rubbish(call, "no answer of this call");
    return { xml, date: dateOf(response) };
  }
  const { code, message } = saidBy(xml);
  if (code === null && status < 500 && status !== 429) {
    throw rubbish(call, `HTTP status ${status} without an AWS error`);
  }
  const { secretAccessKey, sessionToken } = options.credentials;
  const secrets = [secretAccessKey, sessionToken, ...call.secrets];
  const error = awsError({ doing: call.doing, status, code, message, secrets });
  throw new Failed(error, status >= 500 || isThrottle(status, code));
}

function xmlOf(text: string): XmlElement | null {
  try {
    return readXml(text);
  } catch (error) {
    if (error instanceof XmlError) return null;
    throw error;
  }
}

function saidBy(xml: XmlElement | null): { code: string | null; message: string } {
  if (xml === null || xml.name !== "ErrorResponse") return { code: null, message: "" };
  try {
    const code = textAt(xml, ["Error", "Code"]);
    return { code: code === "" ? null : code, message: textAt(xml, ["Error", "Message"]) ?? "" };
  } catch {
    return { code: null, message: "" };
  }
}

function dateOf(response: Response): Date | null {
  const date = new Date(response.headers.get("date") ?? "");
  return Number.isNaN(date.getTime()) ? null : date;
}

/** An answer that can't be AWS's. */
export function rubbish(call: Pick<QueryCall, "doing">, found: string): SentinelError {
  return new SentinelError("AWS_RUBBISH", `Cannot ${call.doing}: found ${found}`, {
    hint: "check endpoint and proxy: something else answers in AWS's place",
  });
}
