// text: bytes as lower-case hex, and their SHA-256.

/** Two lower-case digits a byte. */
export function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/** SHA-256 (FIPS 180-4) of `bytes`, hex. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
