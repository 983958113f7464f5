// credentials: small encrypted files whose key is derived from the leaf's own secret.
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
}

/**
 * Sealed files in `directory` under a key that HKDF (RFC 5869) derives from `secret`: when the
 * secret is rotated or gone, nothing opens. The label is authenticated (AES-GCM's associated data)
 * and names the file by an HMAC, so that neither a name nor a swapped file tells or gives anything.
 */
export async function sealedFiles(
  directory: string,
  secret: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Promise<SealedFiles> {
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
  const seal = await subtle.deriveKey(from("seal"), base, aes, false, ["encrypt", "decrypt"]);
  const name = await subtle.deriveKey(from("name"), base, hmac, false, ["sign"]);
  const pathOf = async (label: string) => {
    const mac = new Uint8Array(await subtle.sign("HMAC", name, text.encode(label)));
    return `${directory}/${hex(mac.subarray(0, 20))}`;
  };
  return {
    async read(label) {
      try {
        const raw = await Deno.readFile(await pathOf(label));
        const iv = bytesOf(raw.subarray(0, IV_BYTES));
        const parameters = { name: "AES-GCM", iv, additionalData: text.encode(label) };
        const plain = await subtle.decrypt(parameters, seal, bytesOf(raw.subarray(IV_BYTES)));
        return JSON.parse(new TextDecoder().decode(plain));
      } catch {
        return null;
      }
    },
    async write(label, value) {
      try {
        const iv = bytesOf(random(IV_BYTES));
        const parameters = { name: "AES-GCM", iv, additionalData: text.encode(label) };
        const plain = text.encode(JSON.stringify(value));
        const body = new Uint8Array(await subtle.encrypt(parameters, seal, plain));
        const file = new Uint8Array(IV_BYTES + body.length);
        file.set(iv);
        file.set(body, IV_BYTES);
        ensurePrivateDirectory(directory);
        writePrivateFile(await pathOf(label), file);
      } catch {
        // Nothing is lost but time: the next call asks AWS again.
      }
    },
  };
}

function bytesOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
