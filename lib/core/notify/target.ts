// notify: where a notification may go: https to a public host, judged by every address that it has.
import { SentinelError } from "../errors/mod.ts";
import { type Block, holds, parseAddress, parseBlock } from "../iam/ip.ts";
import { quoted } from "../text/printable.ts";

/** A target that its text allows; its addresses are judged when they are known. */
export interface Target {
  url: URL;
  /** Lower case, without brackets and final dot. */
  host: string;
  port: number;
  /** As messages may show it: without path and query, where the secret of a webhook is. */
  shown: string;
}

/** Blocks that are nobody's public host ("IANA IPv4 Special-Purpose Address Registry"), and more. */
const CLOSED_V4: readonly (readonly [string, string])[] = [
  ["0.0.0.0/8", "this network"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "shared address space, cloud metadata"],
  ["127.0.0.0/8", "loopback"],
  ["168.63.129.16/32", "a cloud's own service"],
  ["169.254.0.0/16", "link-local, cloud metadata"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "protocol assignments, cloud metadata"],
  ["192.0.2.0/24", "documentation"],
  ["192.88.99.0/24", "6to4 relays"],
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "benchmarks"],
  ["198.51.100.0/24", "documentation"],
  ["203.0.113.0/24", "documentation"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved, broadcast"],
];

/** What is said of an IPv6 address outside of global unicast ("IANA IPv6 Special-Purpose …"). */
const CLOSED_V6: readonly (readonly [string, string])[] = [
  ["::/128", "unspecified"],
  ["::1/128", "loopback"],
  ["::ffff:0:0/96", "IPv4-mapped"],
  ["::/96", "IPv4-compatible"],
  ["64:ff9b::/96", "NAT64"],
  ["64:ff9b:1::/48", "local NAT64"],
  ["100::/64", "discard"],
  ["2001::/32", "Teredo"],
  ["2001::/23", "protocol assignments"],
  ["2001:db8::/32", "documentation"],
  ["2002::/16", "6to4"],
  ["3fff::/20", "documentation"],
  ["fc00::/7", "private, cloud metadata"],
  ["fe80::/10", "link-local"],
  ["fec0::/10", "site-local"],
  ["ff00::/8", "multicast"],
];

interface Closed {
  block: Block;
  what: string;
}

function blocksOf(rows: readonly (readonly [string, string])[]): readonly Closed[] {
  return rows.map(([text, what]) => ({ block: blockOf(text), what }));
}

/** A row that is mistyped must not open what it should close. */
function blockOf(text: string): Block {
  const block = parseBlock(text);
  if (block === null) throw new RangeError(`Cannot read block: found ${text}`);
  return block;
}

const CLOSED: readonly Closed[] = [...blocksOf(CLOSED_V4), ...blocksOf(CLOSED_V6)];
/** Every public IPv6 host has an address in here. */
const GLOBAL_V6 = blockOf("2000::/3");

/** Names that resolve to this machine or this network wherever they resolve at all. */
const CLOSED_NAMES =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|home\.arpa|arpa|test|invalid|onion)$/;

/**
 * Reads the URL of a notification's target.
 * @throws SentinelError `TARGET_REFUSED` for anything but https, for a user or password in it, for
 * an address that is not public, and for names of this machine or network
 */
export function readTarget(text: string): Target {
  const url = text.length <= 2048 ? URL.parse(text) : null;
  if (url === null) throw refused("what is no URL", null);
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = url.port === "" ? 443 : Number(url.port);
  const target = { url, host, port, shown: `https://${url.host}` };
  if (url.protocol !== "https:") throw refused(`${url.protocol.slice(0, 20)}`, target);
  if (url.username !== "" || url.password !== "") throw refused("a user or password in it", target);
  if (parseAddress(host) !== null) judgeAddresses(target, [host]);
  else if (!host.includes(".") || CLOSED_NAMES.test(host)) {
    throw refused("a name of this machine or network", target);
  }
  return target;
}

/**
 * Judges all addresses that the target's name resolved to. The connection must then be made to one of
 * these, and not to the name: who answers for the name may answer differently the next time. The
 * same holds for each redirect: none is followed.
 * @throws SentinelError `TARGET_REFUSED` when there is none, or when any one is not public
 */
export function judgeAddresses(target: Target, addresses: readonly string[]): void {
  if (addresses.length === 0) throw refused("no address of it", target);
  for (const address of addresses) {
    const closed = closedBy(address);
    if (closed !== null) throw refused(`the address ${quoted(address, 60)} (${closed})`, target);
  }
}

/**
 * Why an address is no public host's; `null` = it is one. Addresses that carry an IPv4 address inside
 * (mapped, NAT64, 6to4, Teredo) are none, whatever they carry.
 */
export function closedBy(text: string): string | null {
  const address = parseAddress(text);
  if (address === null) return "no address";
  const closed = CLOSED.find(({ block }) => holds(block, address));
  if (closed !== undefined) return closed.what;
  if (address.bits === 32) return null;
  return holds(GLOBAL_V6, address) ? null : "not global";
}

function refused(found: string, target: Target | null): SentinelError {
  const shown = target === null ? "" : ` to ${quoted(target.shown)}`;
  return new SentinelError(
    "TARGET_REFUSED",
    `Cannot send notification${shown}: found ${found}, want https to a public host`,
  );
}
