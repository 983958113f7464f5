// config: what single values of config.yaml may be; one place for both of its readers.

/** An AWS account. */
export const ACCOUNT = /^\d{12}$/;

/** An AWS region. */
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;

/** A session's length, in seconds. */
export const SESSION = { min: 900, max: 43_200 } as const;

/** The most UTF-16 units of each text. */
export const LONGEST = { policy: 2048, aws_profile: 256, path: 4096 } as const;
