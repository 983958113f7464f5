// sandbox: AWS Signature Version 4 as the receiving side checks it (header form), by WebCrypto.
import { hex, sha256Hex } from "../../core/text/hex.ts";
import { AwsError } from "./aws_error.ts";

/** How far a request's date may lie from AWS's clock, in ms (AWS: five minutes). */
export const MAX_SKEW = 5 * 60_000;

/** What an Authorization header claims. */
export interface Claim {
  accessKeyId: string;
  /** `YYYYMMDD` of the credential scope. */
  day: string;
  region: string;
  service: string;
  signedHeaders: readonly string[];
  signature: string;
  /** The request's own date as sent, `YYYYMMDDTHHMMSSZ`. */
  stamp: string;
}

/** The parts of a request that are signed. */
export interface SignedParts {
  method: string;
  url: URL;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

const text = new TextEncoder();

/**
 * Take the Authorization header apart.
 * @throws {AwsError} `MissingAuthenticationToken`, `IncompleteSignature` or `SignatureDoesNotMatch`
 */
export function readClaim(headers: Headers): Claim {
  const header = headers.get("authorization");
  if (header === null) {
    throw new AwsError(
      "MissingAuthenticationToken",
      "Request is missing Authentication Token",
      403,
    );
  }
  const [algorithm, rest] = splitOnce(header, " ");
  if (algorithm !== "AWS4-HMAC-SHA256") throw incomplete("Unsupported AWS 'algorithm'");
  const fields = new Map(rest.split(",").map((part) => splitOnce(part.trim(), "=")));
  const missing = ["Credential", "SignedHeaders", "Signature"].find((f) => !fields.get(f));
  if (missing !== undefined) {
    throw incomplete(`Authorization header requires '${missing}' parameter.`);
  }
  const scope = (fields.get("Credential") ?? "").split("/");
  const [accessKeyId, day, region, service, end] = scope;
  if (scope.length !== 5 || !accessKeyId || !day || !region || !service || end !== "aws4_request") {
    throw incomplete("Credential must have exactly 5 slash-delimited elements");
  }
  const stamp = headers.get("x-amz-date") ?? "";
  if (!/^\d{8}T\d{6}Z$/.test(stamp)) {
    throw incomplete("Authorization header requires existence of a valid 'X-Amz-Date' header.");
  }
  if (stamp.slice(0, 8) !== day) {
    throw mismatch(`Date in Credential scope does not match YYYYMMDD of '${stamp}'`);
  }
  const signedHeaders = (fields.get("SignedHeaders") ?? "").split(";");
  const signature = fields.get("Signature") ?? "";
  return { accessKeyId, day, region, service, signedHeaders, signature, stamp };
}

/**
 * Refuse a request that is too old or too new.
 * @param now AWS's clock, ms since the epoch
 * @throws {AwsError} `SignatureDoesNotMatch`
 */
export function checkSkew(claim: Claim, now: number): void {
  const at = parseStamp(claim.stamp);
  if (Number.isNaN(at)) throw incomplete("'X-Amz-Date' is no date");
  if (at < now - MAX_SKEW) {
    throw mismatch(
      `Signature expired: ${claim.stamp} is now earlier than ${printStamp(now - MAX_SKEW)} ` +
        `(${printStamp(now)} - 5 min.)`,
    );
  }
  if (at > now + MAX_SKEW) {
    throw mismatch(
      `Signature not yet current: ${claim.stamp} is still later than ${
        printStamp(now + MAX_SKEW)
      } ` +
        `(${printStamp(now)} + 5 min.)`,
    );
  }
}

/**
 * Compare the claim's signature with the one that the secret makes.
 * @throws {AwsError} `SignatureDoesNotMatch`
 */
export async function checkSignature(
  claim: Claim,
  parts: SignedParts,
  secret: string,
): Promise<void> {
  // What steers the call must be signed, else it could be swapped on the way.
  const needed = ["host", ...[...parts.headers.keys()].filter((name) => name.startsWith("x-amz-"))];
  for (const name of needed) {
    if (!claim.signedHeaders.includes(name)) {
      throw mismatch(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
  const scope = `${claim.day}/${claim.region}/${claim.service}/aws4_request`;
  const canonical = await sha256Hex(text.encode(await canonicalRequest(claim, parts)));
  const toSign = `AWS4-HMAC-SHA256\n${claim.stamp}\n${scope}\n${canonical}`;
  let key = text.encode(`AWS4${secret}`);
  for (const part of [claim.day, claim.region, claim.service, "aws4_request"]) {
    key = await hmac(key, part);
  }
  if (!sameText(hex(await hmac(key, toSign)), claim.signature)) {
    throw mismatch(
      "The request signature we calculated does not match the signature you provided. Check your " +
        "AWS Secret Access Key and signing method. Consult the service documentation for details.",
    );
  }
}

async function canonicalRequest(claim: Claim, parts: SignedParts): Promise<string> {
  const headers = claim.signedHeaders.map((name) =>
    `${name}:${(parts.headers.get(name) ?? "").trim().replace(/ +/g, " ")}\n`
  );
  return [
    parts.method,
    // Every service but S3 signs the path encoded once more than it is sent.
    parts.url.pathname.split("/").map(encode).join("/"),
    canonicalQuery(parts.url),
    headers.join(""),
    claim.signedHeaders.join(";"),
    await sha256Hex(parts.body),
  ].join("\n");
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort((a, b) => inOrder(a[0], b[0]) || inOrder(a[1], b[1]))
    .map((pair) => pair.join("="))
    .join("&");
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function hmac(key: Uint8Array<ArrayBuffer>, data: string): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, text.encode(data)));
}

/** Compare without telling by the time taken where two texts part. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

function parseStamp(stamp: string): number {
  return Date.parse(
    stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
}

function printStamp(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function splitOnce(value: string, separator: string): [string, string] {
  const at = value.indexOf(separator);
  return at < 0 ? [value, ""] : [value.slice(0, at), value.slice(at + 1)];
}

function incomplete(message: string): AwsError {
  return new AwsError("IncompleteSignature", message, 400);
}

function mismatch(message: string): AwsError {
  return new AwsError("SignatureDoesNotMatch", message, 403);
}
