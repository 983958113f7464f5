// aws: what AWS's errors mean to the person who asked.
import { type ErrorCode, SentinelError } from "../../core/errors/mod.ts";
import { printable } from "../../core/text/printable.ts";

/** An error as AWS says it. */
export interface AwsFailure {
  /** What was tried, as in `assume the role "…"`. */
  doing: string;
  /** HTTP status; 0 when there was no answer. */
  status: number;
  /** AWS's own code, `null` when the answer holds none. */
  code: string | null;
  message: string;
  /** Values that must not be in a message. */
  secrets: readonly (string | null)[];
}

const MAX_MESSAGE = 300;

const THROTTLED = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  "SlowDown",
  "BandwidthLimitExceeded",
  "ProvisionedThroughputExceededException",
  "PriorRequestNotComplete",
]);
const TURNED_AWAY = new Set(["ServiceUnavailable", "ServiceUnavailableException"]);
const EXPIRED = new Set(["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]);
const UNKNOWN_KEYS = new Set([
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidAccessKeyId",
  "AuthFailure",
]);

/** True when AWS asks to slow down. */
export function isThrottle(status: number, code: string | null): boolean {
  return status === 429 || (code !== null && THROTTLED.has(code));
}

/**
 * True when AWS itself says that it turned the call away before it did anything: it throttles, or
 * has no room ("ServiceUnavailable", status 503). Its other 5xx leave open how far it came.
 */
export function saysUndone(status: number, code: string | null): boolean {
  if (code === null) return false;
  return isThrottle(status, code) || (status === 503 && TURNED_AWAY.has(code));
}

const CHECK_KEYS =
  "check the base credentials, without Sentinel: aws sts get-caller-identity --profile NAME";

/** The error for a failure. Its message is one short line, with nothing secret in it. */
export function awsError(failure: AwsFailure): SentinelError {
  const { doing, status, code } = failure;
  const says = code === null
    ? `HTTP status ${status}`
    : `${printable(code, 80)}${wordsOf(failure)}`;
  const [kind, hint] = meaningOf(failure);
  return new SentinelError(kind, `Cannot ${doing}: AWS says ${says}`, { hint });
}

function meaningOf({ status, code, message }: AwsFailure): [kind: ErrorCode, hint: string] {
  if (isThrottle(status, code)) return ["AWS_THROTTLED", "try again in a minute"];
  if (code !== null && EXPIRED.has(code)) {
    return ["CREDENTIALS_EXPIRED", "log in again (Identity Center: aws sso login --profile NAME)"];
  }
  if (code !== null && UNKNOWN_KEYS.has(code)) {
    const skewed = /expired|not yet current/i.test(message);
    return ["NO_CREDENTIALS", skewed ? "set this machine's clock" : CHECK_KEYS];
  }
  if (status >= 500) return ["AWS_UNREACHABLE", "try again; https://health.aws.amazon.com/ tells"];
  return ["AWS_REFUSED", refusalHint(code, message)];
}

function refusalHint(code: string | null, message: string): string {
  if (code === "RegionDisabledException") return "enable STS in that region, or set another region";
  if (/multi-?factor|\bMFA\b/i.test(message)) {
    return "check the code and the device's serial number (sentinel_mfa_serial), and wait for the " +
      "next code: each works once";
  }
  if (code !== "AccessDenied" && code !== "AccessDeniedException") {
    return "check what was asked for: sentinel config show --origin";
  }
  return "the caller's policy must allow it, and so must the role's trust policy " +
    "(sts:AssumeRole, sts:SetSourceIdentity, sts:TagSession with tags)";
}

/** AWS's own words; none where they repeat the request, whose headers hold the session token. */
function wordsOf({ code, message, secrets }: AwsFailure): string {
  if (message === "" || (code !== null && UNKNOWN_KEYS.has(code))) return "";
  let safe = message;
  for (const secret of secrets) {
    if (secret !== null && secret !== "") safe = safe.replaceAll(secret, "…");
  }
  return `: ${printable(safe, MAX_MESSAGE)}`;
}
