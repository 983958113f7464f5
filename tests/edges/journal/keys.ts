// journal tests: keys as people have them in files.

/** A fresh key pair: the private half as openssl writes it, the public half as a pin has it. */
export async function pemOf(
  algorithm: "Ed25519" | "P-256",
): Promise<{ privatePem: string; publicBase64: string }> {
  const how = algorithm === "Ed25519"
    ? { name: algorithm }
    : { name: "ECDSA", namedCurve: algorithm };
  const pair = await crypto.subtle.generateKey(how, true, ["sign", "verify"]) as CryptoKeyPair;
  const [priv, pub] = await Promise.all([
    crypto.subtle.exportKey("pkcs8", pair.privateKey),
    crypto.subtle.exportKey("spki", pair.publicKey),
  ]);
  const base64 = (bytes: ArrayBuffer) => new Uint8Array(bytes).toBase64();
  const lines = base64(priv).match(/.{1,64}/g)?.join("\n");
  return {
    privatePem: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    publicBase64: base64(pub),
  };
}
