// credentials: small encrypted files whose key is derived from the leaf's own secret.
import { hex } from "../../core/text/hex.ts";
import { type Flight, type LockOptions, once } from "../os/lock.ts";
import { ensurePrivateDirectory, writePrivateFile } from "../os/privateFiles.ts";

const text = new TextEncoder();
const SALT = text.encode("sentinel sealed files, version 1");
const IV_BYTES = 12;

/** Where sealed files lie, and what opens them. */
export interface SealedFiles {
  /** @returns the sealed value, or `null` when there is none or it does not open: never throws. */
  read(label: string): Promise<unknown>;
  /** Replaces the value. A failure is silent: a cache that can't be written is only slower. */
  write(label: string, value: unknown): Promise<void>;
  /**
   * Gives what `flight` looks for. However many processes want it at once, one makes it: the others
   * wait for {@link WAIT_MS} at most.
   * @param label what is made: who says the same waits for each other
   * @throws SentinelError `ISSUE_BUSY` when another has been at it for the whole time
   */
  once<T>(label: string, flight: Flight<T>): Promise<T>;
}

/**
 * How long one process waits for another that makes the same thing, in milliseconds: longer than any
 * maker needs that waits for no person (a program that gives a one-time code 60 s, AWS 30 s).
 */
export const WAIT_MS = 90_000;

/** What HKDF (RFC 5869) derives from one secret. */
interface Keys {
  seal: CryptoKey;
  name: CryptoKey;
}

async function keysFrom(secret: Uint8Array): Promise<Keys> {
  const { subtle } = crypto;
  const base = await subtle.importKey("raw", bytesOf(secret), "HKDF", false, ["deriveKey"]);
  const from = (info: string) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: SALT,
    info: text.encode(info),
  });
  const aes = { name: "AES-GCM", length: 256 };
  const hmac = { name: "HMAC", hash: "SHA-256", length: 256 };
  const [seal, name] = await Promise.all([
    subtle.deriveKey(from("seal"), base, aes, false, ["encrypt", "decrypt"]),
    subtle.deriveKey(from("name"), base, hmac, false, ["sign"]),
  ]);
  return { seal, name };
}

/**
 * Sealed files in `directory` under a key derived from `secret`: when the secret is rotated or
 * gone, nothing opens. The label is authenticated (AES-GCM's associated data) and names the file by
 * an HMAC, so that neither a name nor a swapped file tells or gives anything.
 */
export async function sealedFiles(
  directory: string,
  secret: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Promise<SealedFiles> {
  const keys = await keysFrom(secret);
  const pathOf = async (label: string) => {
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", keys.name, text.encode(label)));
    return `${directory}/${hex(mac.subarray(0, 20))}`;
  };
  return {
    async read(label) {
      try {
        return await open(readAll(await pathOf(label)), label, keys);
      } catch {
        return null;
      }
    },
    async write(label, value) {
      try {
        ensurePrivateDirectory(directory);
        const sealed = await seal(value, label, keys, random);
        // What a power cut leaves in pieces does not open, and is written again.
        writePrivateFile(await pathOf(label), sealed, { durable: false });
      } catch {
        // Nothing is lost but time: the next call asks AWS again.
      }
    },
    async once(label, flight) {
      const found = await flight.look();
      if (found !== null) return found;
      try {
        ensurePrivateDirectory(directory);
      } catch {
        return await flight.make();
      }
      return await once(`${await pathOf(label)}.lock`, lockOptions(random), flight);
    },
  };
}

function lockOptions(random: (bytes: number) => Uint8Array): LockOptions {
  return {
    deadlineMs: WAIT_MS,
    now: () => new Date(),
    random,
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    code: "ISSUE_BUSY",
    action: "ask AWS",
    holder: "it may be waiting for a one-time code, or be stopped",
  };
}

function parameters(iv: Uint8Array, label: string) {
  return { name: "AES-GCM", iv: bytesOf(iv), additionalData: text.encode(label) };
}

// A small file: handing the read to another thread would take longer than the read.
function readAll(path: string): Uint8Array {
  return Deno.readFileSync(path);
}

async function open(raw: Uint8Array, label: string, keys: Keys): Promise<unknown> {
  const body = bytesOf(raw.subarray(IV_BYTES));
  const how = parameters(raw.subarray(0, IV_BYTES), label);
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, keys.seal, body)));
}

async function seal(
  value: unknown,
  label: string,
  keys: Keys,
  random: (bytes: number) => Uint8Array,
): Promise<Uint8Array> {
  const iv = random(IV_BYTES);
  const plain = text.encode(JSON.stringify(value));
  const body = await crypto.subtle.encrypt(parameters(iv, label), keys.seal, plain);
  const file = new Uint8Array(IV_BYTES + body.byteLength);
  file.set(iv);
  file.set(new Uint8Array(body), IV_BYTES);
  return file;
}

function bytesOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
