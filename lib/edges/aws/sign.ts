// aws: a signed POST (Signature Version 4).
import type { AwsRequest } from "./call.ts";

/** Keys that sign a call. */
export interface SigningKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | null;
}

/** What is to be sent. */
export interface Post {
  service: string;
  region: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The request as it goes out: signed, or as it is where nobody signs. */
export async function signedPost(
  post: Post,
  credentials: SigningKeys | null,
  at: Date,
): Promise<AwsRequest> {
  const { url, body } = post;
  if (credentials === null) {
    return { method: "POST", url, headers: new Headers(post.headers), body };
  }
  // Foreign code: not before a command has given its other rights up, and not for a warm cache.
  const { AwsV4Signer } = await import("aws4fetch");
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signed = await new AwsV4Signer({
    method: "POST",
    url,
    headers: { ...post.headers },
    body,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === null ? {} : { sessionToken }),
    service: post.service,
    region: post.region,
    datetime: at.toISOString().replace(/[:-]|\.\d{3}/g, ""),
  }).sign();
  return { method: "POST", url: signed.url.toString(), headers: signed.headers, body };
}
