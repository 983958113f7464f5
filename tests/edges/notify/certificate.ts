// notify tests: a certificate for a name, signed by its own key, made of WebCrypto and some DER.

/** PEM: the certificate, which is its own root too, and its key. */
export interface Certificate {
  cert: string;
  key: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** A certificate for `host`, good for an hour around now. */
export async function certificateFor(host: string): Promise<Certificate> {
  const terms = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(terms, true, ["sign", "verify"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const body = toBeSigned(host, spki);
  const how = { name: "ECDSA", hash: "SHA-256" };
  const raw = new Uint8Array(await crypto.subtle.sign(how, pair.privateKey, body));
  const signature = sequence(integer(raw.slice(0, 32)), integer(raw.slice(32)));
  const whole = sequence(body, ECDSA_SHA256, der(0x03, Uint8Array.of(0), signature));
  return { cert: pem("CERTIFICATE", whole), key: pem("PRIVATE KEY", pkcs8) };
}

const utf8 = new TextEncoder();
const oid = (...bytes: number[]) => der(0x06, Uint8Array.from(bytes));
const sequence = (...parts: Bytes[]) => der(0x30, ...parts);
/** 1.2.840.10045.4.3.2 */
const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

function toBeSigned(host: string, spki: Bytes): Bytes {
  const name = sequence(
    der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, utf8.encode(host)))),
  );
  const validity = sequence(time(Date.now() - 1_800_000), time(Date.now() + 1_800_000));
  const names = sequence(der(0x82, utf8.encode(host)));
  const extension = sequence(oid(0x55, 0x1d, 0x11), der(0x04, names));
  return sequence(
    der(0xa0, integer(Uint8Array.of(2))),
    integer(crypto.getRandomValues(new Uint8Array(8))),
    ECDSA_SHA256,
    name,
    validity,
    name,
    spki,
    der(0xa3, sequence(extension)),
  );
}

function time(ms: number): Bytes {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d{3}/g, "");
  return der(0x18, utf8.encode(text));
}

/** An unsigned number, in as few bytes as DER wants. */
function integer(bytes: Bytes): Bytes {
  const from = bytes.findIndex((byte) => byte !== 0);
  const short = bytes.slice(from < 0 ? bytes.length - 1 : from);
  return (short[0] ?? 0) > 127 ? der(0x02, Uint8Array.of(0), short) : der(0x02, short);
}

function der(tag: number, ...parts: Bytes[]): Bytes {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const size = length < 128
    ? [length]
    : length < 256
    ? [0x81, length]
    : [0x82, length >> 8, length & 255];
  return Uint8Array.from([tag, ...size, ...parts.flatMap((part) => [...part])]);
}

function pem(label: string, bytes: Bytes): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
