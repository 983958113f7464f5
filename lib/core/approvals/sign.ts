// approvals: who said yes, provably: a signature over the digest, the person and the instant.
import type { HeadKey, HeadSigner } from "../journal/mod.ts";
import { canonicalJson } from "./canonical.ts";
import type { Decision } from "./types.ts";

/** A key that may sign decisions, and whose it is. Ids are the journal's: SHA-256 of the SPKI bytes. */
export interface ApproverKey {
  /** Policy user name of the one person whose key it is: nobody else's decisions count under it. */
  owner: string;
  key: HeadKey;
}

/** What a decision's signature is worth to somebody who holds some keys. */
export type SignatureVerdict = "good" | "unsigned" | "foreign-key" | "foreign-owner" | "wrong";

/** The first line keeps it apart from all else that the same key may sign, the journal's heads say. */
const MARK = "sentinel approval 1\n";

/** What is signed: all that the person said. */
export function decisionBytes(decision: Decision): Uint8Array<ArrayBuffer> {
  const { automatic: _, signature: __, ...said } = decision;
  return new TextEncoder().encode(MARK + canonicalJson(said));
}

/** `decision` with `signer`'s signature in place of any other. */
export async function signDecision(decision: Decision, signer: HeadSigner): Promise<Decision> {
  const signature = (await signer.sign(decisionBytes(decision))).toBase64();
  return { ...decision, signature: { key: signer.id, signature } };
}

/** What the signature of `decision` is worth to somebody who trusts `keys`. */
export async function judgeDecision(
  decision: Decision,
  keys: readonly ApproverKey[],
): Promise<SignatureVerdict> {
  const { signature: signed } = decision;
  if (signed === null) return "unsigned";
  const known = keys.filter(({ key }) => key.id === signed.key);
  if (known.length === 0) return "foreign-key";
  const own = known.find(({ owner }) => owner === decision.approver);
  if (own === undefined) return "foreign-owner";
  const signature = base64Bytes(signed.signature);
  if (signature === null) return "wrong";
  return await own.key.verify(decisionBytes(decision), signature) ? "good" : "wrong";
}

function base64Bytes(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    return null;
  }
}
