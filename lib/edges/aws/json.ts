// aws: answers in JSON, and the errors of the JSON protocols.
import type { Answer, Said } from "./call.ts";

/** The text as an object, `null` when it is none. */
export function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    // The parser's own words quote what it read.
    return null;
  }
}

/** The value as an object, `null` when it is none. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  const found = value !== null && typeof value === "object" && !Array.isArray(value);
  return found ? value as Record<string, unknown> : null;
}

/**
 * What a JSON error says: its type from the body or the `x-amzn-ErrorType` header, without the
 * namespace before `#` and the address behind `:` (Smithy, "AWS JSON 1.1 protocol", errors).
 */
export function saidInJson({ text, headers }: Answer): Said {
  const body = objectOf(text) ?? {};
  const type = body["__type"] ?? headers.get("x-amzn-errortype") ?? body["code"];
  const code = typeof type === "string" ? type.split(":")[0]?.split("#").at(-1) ?? "" : "";
  const message = body["message"] ?? body["Message"];
  return { code: code === "" ? null : code, message: typeof message === "string" ? message : "" };
}
