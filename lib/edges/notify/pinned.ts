// notify: a POST over TLS to an address that was judged. Nothing looks the name up a second time.
import { SentinelError } from "../../core/errors/mod.ts";
import { parseAddress } from "../../core/iam/ip.ts";
import { judgeAddresses, type Target } from "../../core/notify/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { type Head, readHead } from "./head.ts";

/** The network as a sender sees it. Only a test has another than {@link machineNetwork}. */
export interface Network {
  /** All addresses of a name, IPv4 and IPv6; none when it has none. Throws when nobody can say. */
  resolve(host: string, stop: AbortSignal): Promise<readonly string[]>;
  /** Connects to an address, which is never a name. */
  connect(address: string, port: number, stop: AbortSignal): Promise<Deno.TcpConn>;
  /** Roots that are trusted beside the machine's, PEM. */
  caCerts: readonly string[];
}

/** The machine's own network. No proxy: one would look the name up by itself. */
export const machineNetwork: Network = {
  resolve: resolveName,
  connect: (hostname, port, signal) => Deno.connect({ hostname, port, signal }),
  caCerts: [],
};

/** What is to be sent. */
export interface Post {
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** More addresses than these are not tried. */
const MOST_ADDRESSES = 4;

/**
 * Asks for the name's addresses once, judges all of them, connects to one of these by its number,
 * wants a certificate for the name, sends, and reads the answer's head. No redirect is followed.
 *
 * @param timeoutMs for everything together
 * @throws {SentinelError} `TARGET_REFUSED` when any address is not public; `TARGET_UNREACHABLE` for
 * no address, no connection, a wrong certificate, no answer in time, half of one, or none of HTTP.
 * Whether the message arrived is open then
 */
export async function postPinned(
  target: Target,
  post: Post,
  network: Network,
  timeoutMs: number,
): Promise<Head> {
  const request = requestOf(target, post);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    const addresses = await addressesOf(target, network, stop.signal);
    const end = performance.now() + timeoutMs;
    const plain = await connected(target, addresses, { network, stop: stop.signal, end });
    const head = await talk(plain, target, request, { network, stop: stop.signal });
    if (typeof head !== "string") return head;
    throw unreachable(target, head);
  } catch (cause) {
    if (stop.signal.aborted) throw unreachable(target, `no answer within ${timeoutMs / 1000} s`);
    if (cause instanceof SentinelError) throw cause;
    throw unreachable(target, faultOf(cause), cause);
  } finally {
    clearTimeout(timer);
  }
}

async function addressesOf(
  target: Target,
  { resolve }: Network,
  stop: AbortSignal,
): Promise<readonly string[]> {
  const { host } = target;
  const literal = parseAddress(host) !== null;
  const addresses = literal ? [host] : await unlessStopped(resolve(host, stop), stop);
  if (addresses.length === 0) throw unreachable(target, "no address of that name");
  judgeAddresses(target, addresses);
  return addresses.slice(0, MOST_ADDRESSES);
}

interface Bounds {
  network: Network;
  stop: AbortSignal;
}

/** The first address that lets itself be connected to; none gets more than its share of the time. */
async function connected(
  { port }: Target,
  addresses: readonly string[],
  { network, stop, end }: Bounds & { end: number },
): Promise<Deno.TcpConn> {
  let failure: unknown = null;
  for (const [at, address] of addresses.entries()) {
    const share = new AbortController();
    const ms = (end - performance.now()) / (addresses.length - at);
    const timer = setTimeout(() => share.abort(), ms);
    try {
      return await network.connect(address, port, AbortSignal.any([stop, share.signal]));
    } catch (error) {
      failure = error;
    } finally {
      clearTimeout(timer);
    }
  }
  throw failure;
}

async function talk(
  plain: Deno.TcpConn,
  { host }: Target,
  request: Uint8Array<ArrayBuffer>,
  { network, stop }: Bounds,
): Promise<Head | string> {
  let open: Deno.Conn = plain;
  const close = () => closeQuietly(open);
  stop.addEventListener("abort", close);
  try {
    const tls = await Deno.startTls(plain, {
      hostname: host,
      caCerts: [...network.caCerts],
      alpnProtocols: ["http/1.1"],
    });
    open = tls;
    await unlessStopped(tls.handshake(), stop);
    // Who answers 429 at once may not read on: its answer counts all the same.
    const sent = write(tls, request).catch(() => {});
    const head = await unlessStopped(readHead((into) => tls.read(into)), stop);
    close();
    await sent;
    return head;
  } finally {
    stop.removeEventListener("abort", close);
    close();
  }
}

async function write(connection: Deno.Conn, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}

/** @throws {RangeError} for a header that would be two */
function requestOf({ url }: Target, { headers, body }: Post): Uint8Array<ArrayBuffer> {
  const utf8 = new TextEncoder();
  const bytes = utf8.encode(body);
  const fields = Object.entries({
    Host: url.host,
    "User-Agent": "sentinel",
    Accept: "*/*",
    Connection: "close",
    ...headers,
    "Content-Length": String(bytes.length),
  });
  const lines = fields.map(([name, value]) => `${name}: ${value}`);
  for (const line of lines) {
    if (!/^[\x20-\x7e]*$/.test(line)) throw new RangeError("Cannot write header: want ASCII");
  }
  const head = utf8.encode(
    `POST ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`,
  );
  const request = new Uint8Array(head.length + bytes.length);
  request.set(head);
  request.set(bytes, head.length);
  return request;
}

/** What the promise comes to, unless the time is up before. */
function unlessStopped<T>(promise: Promise<T>, stop: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stopped = () => reject(stop.reason);
    if (stop.aborted) stopped();
    stop.addEventListener("abort", stopped);
    promise.then(resolve, reject).finally(() => stop.removeEventListener("abort", stopped));
  });
}

/** A system's own words name addresses and ports at most; what a certificate lacks is in none. */
function faultOf(cause: unknown): string {
  if (cause instanceof Deno.errors.InvalidData) {
    return "no TLS, or a certificate that isn't its own";
  }
  return "no connection";
}

function unreachable(target: Target, found: string, cause?: unknown): SentinelError {
  return new SentinelError(
    "TARGET_UNREACHABLE",
    `Cannot send notification to ${quoted(target.shown)}: found ${found}`,
    { hint: "it is kept where it can be tried again: check the network and the target", cause },
  );
}

/** Both families at once; one alone is enough. A final dot: no search list of the machine's counts. */
async function resolveName(host: string, signal: AbortSignal): Promise<readonly string[]> {
  const answers = await Promise.allSettled([
    Deno.resolveDns(`${host}.`, "A", { signal }),
    Deno.resolveDns(`${host}.`, "AAAA", { signal }),
  ]);
  const found = answers.flatMap((answer) => answer.status === "fulfilled" ? answer.value : []);
  const failed = answers.find((answer) =>
    answer.status === "rejected" && !(answer.reason instanceof Deno.errors.NotFound)
  );
  if (found.length === 0 && failed?.status === "rejected") throw failed.reason;
  return found;
}
