// sandbox: IAM policy documents that arrive as JSON text.
import { SentinelError } from "../../core/errors/mod.ts";
import { parsePolicyDocument, parseTrustPolicy, type PolicyDocument } from "../../core/iam/mod.ts";
import type { StoredPolicy } from "./state.ts";

/**
 * A policy document, or with `trust` a role's trust policy.
 * @throws {SentinelError} `IAM_POLICY_INVALID`
 */
export function readPolicyText(text: string, id: string, kind?: "trust"): PolicyDocument {
  const json = parseJson(text, id);
  return kind === "trust" ? parseTrustPolicy(json, id) : parsePolicyDocument(json, id);
}

function parseJson(text: string, id: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SentinelError(
      "IAM_POLICY_INVALID",
      `Cannot read IAM policy "${id}": found text that is no JSON, want a JSON object`,
      { cause },
    );
  }
}

/** Parse a policy and keep its text. @throws SentinelError `IAM_POLICY_INVALID` */
export function storePolicy(text: string, id: string, kind?: "trust"): StoredPolicy {
  return { text, document: readPolicyText(text, id, kind) };
}
