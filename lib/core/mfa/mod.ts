// mfa: the room's face. Second factors: codes by time, codes that are sent, and how often one may try.
export {
  type Attempt,
  LOCK_SECONDS,
  MAX_FAILURES,
  readTotpMemory,
  refusedAttempt,
  type TotpMemory,
  totpMemoryId,
  tryTotp,
} from "./attempts.ts";
export { decodeBase32, encodeBase32 } from "../text/base32.ts";
export {
  type Challenge,
  CHALLENGE_ATTEMPTS,
  CHALLENGE_SECONDS,
  newChallenge,
  newCode,
  readChallenge,
  smsText,
  tryChallenge,
} from "./challenge.ts";
export { isSameSecret } from "./compare.ts";
export { maskedPhone, readPhones, readTotpSecrets } from "./directory.ts";
export {
  counterAt,
  matchTotp,
  newTotpSecret,
  otpauthUri,
  readTotpSecret,
  TOTP_ALGORITHMS,
  type TotpAlgorithm,
  totpCode,
  type TotpSecret,
  type WrittenSecret,
} from "./totp.ts";
