// iam: IPv4 and IPv6 addresses and CIDR blocks as numbers.

/** An address with its width in bits. */
export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** An address or a block of them: `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.7`; `null` if it is none. */
export interface Block extends Address {
  readonly prefix: number;
}

/** Reads an address; `null` if it is none. */
export function parseAddress(text: string): Address | null {
  const value = text.includes(":") ? parseV6(text) : parseV4(text);
  return value === null ? null : { bits: text.includes(":") ? 128 : 32, value };
}

/** Reads a block; an address alone is a block of one. `null` if it is none. */
export function parseBlock(text: string): Block | null {
  const slash = text.indexOf("/");
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  if (slash < 0) return { ...address, prefix: address.bits };
  const digits = text.slice(slash + 1);
  const prefix = Number(digits);
  return /^\d{1,3}$/.test(digits) && prefix <= address.bits ? { ...address, prefix } : null;
}

/** Does the block hold the address? Never across the two families. */
export function holds(block: Block, address: Address): boolean {
  if (block.bits !== address.bits) return false;
  const host = BigInt(block.bits - block.prefix);
  return block.value >> host === address.value >> host;
}

function parseV4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    // A leading zero is octal to some readers: no address.
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = value << 8n | BigInt(part);
  }
  return value;
}

function parseV6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groups(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1] ?? "", true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return all.reduce((value, group) => value << 16n | group, 0n);
}

/** 16-bit groups; the last may be written as an IPv4 address where `endsAddress`. */
function groups(text: string, endsAddress: boolean): bigint[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const values: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      values.push(BigInt(`0x${part}`));
      continue;
    }
    const v4 = endsAddress && index === parts.length - 1 ? parseV4(part) : null;
    if (v4 === null) return null;
    values.push(v4 >> 16n, v4 & 0xffffn);
  }
  return values;
}
