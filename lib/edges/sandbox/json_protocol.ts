// sandbox: AWS JSON (1.1: SSM, KMS, CloudTrail; 1.0: DynamoDB) and REST-JSON (SES): JSON in, JSON out.
import { AwsError } from "./aws_error.ts";

/** Codes that the JSON services spell otherwise than the Query services. */
const SPELLING: Readonly<Record<string, string>> = {
  AccessDenied: "AccessDeniedException",
  ExpiredToken: "ExpiredTokenException",
  IncompleteSignature: "IncompleteSignatureException",
  InternalFailure: "InternalFailure",
  InvalidAction: "UnknownOperationException",
  InvalidClientTokenId: "UnrecognizedClientException",
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  Throttling: "ThrottlingException",
  ValidationError: "ValidationException",
};

/**
 * A JSON request's body.
 * @throws {AwsError} `SerializationException`
 */
export function readJson(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body) || "{}");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch { /* said below: AWS doesn't say where it broke either */ }
  throw new AwsError(
    "SerializationException",
    "Start of structure or map found where not expected.",
  );
}

/** A result as JSON; dates are seconds since the epoch. */
export function printJson(result: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(secondsForDates(result));
}

function secondsForDates(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(secondsForDates);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, secondsForDates(v)]));
}

/** An error's code, as JSON services spell it. */
export function jsonCode(error: AwsError): string {
  return SPELLING[error.code] ?? error.code;
}

/** An error as JSON; `namespace` stands before its code where a service has one. */
export function printJsonError(error: AwsError, namespace: string): string {
  const code = jsonCode(error);
  const type = namespace === "" ? code : `${namespace}#${code}`;
  return JSON.stringify({ __type: type, message: error.message });
}

/** The HTTP status that a JSON service gives an error: 400 for all that is the caller's. */
export function jsonStatus(error: AwsError): number {
  return error.status < 500 ? 400 : error.status;
}
