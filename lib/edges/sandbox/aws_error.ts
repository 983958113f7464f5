// sandbox: an answer that AWS gives instead of a result.

/** What AWS says when it refuses or can't serve a call: its code, its words, its HTTP status. */
export class AwsError extends Error {
  override readonly name: string = "AwsError";
  /** The code as the service's own API page writes it, such as `AccessDenied`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The validation message that AWS's front end gives for one field. */
export function invalidField(value: unknown, field: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationError",
    `1 validation error detected: Value '${String(value)}' at '${field}' failed to satisfy ` +
      `constraint: Member must ${constraint}`,
  );
}
