// notify tests: a receiver over TLS that answers byte for byte what a test tells it to.
import type { Network } from "../../../lib/edges/notify/pinned.ts";
import { PUBLIC_ADDRESS } from "./hook.ts";
import { type Certificate, certificateFor } from "./certificate.ts";

export const HOST = "hooks.example.com";
export const PUBLIC = PUBLIC_ADDRESS;
export const CERTIFICATE = await certificateFor(HOST);

/** One request as it came. */
export interface Received {
  path: string;
  headers: Headers;
  body: string;
}

/** What comes back: these bytes, and then nothing more, or an end. */
export interface Answer {
  bytes: string;
  then?: "close" | "hang" | "repeat";
}

export const status = (line: string, ...fields: string[]): Answer => ({
  bytes: [`HTTP/1.1 ${line}`, ...fields, "Content-Length: 0", "", ""].join("\r\n"),
});

/** Runs `use` beside a receiver on loopback; `answer` is told how often it was asked before. */
export async function withReceiver(
  answer: (times: number, request: Received) => Answer | Promise<Answer>,
  use: (port: number, received: Received[]) => Promise<void>,
  { cert, key }: Certificate = CERTIFICATE,
): Promise<void> {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const received: Received[] = [];
  const open = new Set<Deno.Conn>();
  const talks: Promise<void>[] = [];
  const serve = async () => {
    for await (const conn of listener) {
      open.add(conn);
      talks.push(talk(conn, received, answer).catch(() => {}).finally(() => close(conn)));
    }
  };
  const serving = serve();
  try {
    await use(listener.addr.port, received);
  } finally {
    listener.close();
    await serving;
    for (const conn of open) close(conn);
    await Promise.all(talks);
  }
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch { /* closed already */ }
}

async function talk(
  conn: Deno.Conn,
  received: Received[],
  answer: (times: number, request: Received) => Answer | Promise<Answer>,
): Promise<void> {
  const request = await readRequest(conn);
  if (request === null) return;
  const { bytes, then = "close" } = await answer(received.push(request) - 1, request);
  const out = new TextEncoder().encode(bytes);
  do {
    for (let at = 0; at < out.length;) at += await conn.write(out.subarray(at));
  } while (then === "repeat");
  if (then === "hang") await conn.read(new Uint8Array(1));
}

async function readRequest(conn: Deno.Conn): Promise<Received | null> {
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(65_536);
  for (let text = "";;) {
    const size = await conn.read(chunk);
    if (size === null) return null;
    text += decoder.decode(chunk.subarray(0, size), { stream: true });
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const [first = "", ...lines] = text.slice(0, end).split("\r\n");
    const headers = new Headers(lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1)];
    }));
    const body = text.slice(end + 4);
    const whole = new TextEncoder().encode(body).length >= Number(headers.get("content-length"));
    if (whole) return { path: first.split(" ")[1] ?? "", headers, body };
  }
}

/** A network whose names have these addresses, and whose public addresses lead to a port here. */
export function networkTo(
  port: number,
  addresses: (times: number) => readonly string[] = () => [PUBLIC],
  { cert }: Certificate = CERTIFICATE,
): Network & { asked: string[]; connected: string[] } {
  const asked: string[] = [];
  const connected: string[] = [];
  return {
    asked,
    connected,
    caCerts: [cert],
    resolve: (host) => Promise.resolve(addresses(asked.push(host) - 1)),
    connect: (address, _port, signal) => {
      connected.push(address);
      return Deno.connect({ hostname: "127.0.0.1", port, signal });
    },
  };
}

/** Counts who connects to any address of this machine. */
export async function withTrap(
  use: (port: number, caught: () => number) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "::", port: 0 });
  let caught = 0;
  const serve = async () => {
    for await (const conn of listener) {
      caught++;
      conn.close();
    }
  };
  const serving = serve();
  try {
    await use(listener.addr.port, () => caught);
  } finally {
    listener.close();
    await serving;
  }
}
