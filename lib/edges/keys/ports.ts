// keys: what opening a key asks of whoever opens it.
import type { CallLimits } from "../aws/call.ts";
import type { SigningKeys } from "../aws/sign.ts";

/** What a person is asked for. */
export interface PassphraseQuestion {
  /** One line, printable, with the key's path. */
  question: string;
  /** It is a new one, so it has to be given twice where nobody sees what is typed. */
  isNew: boolean;
}

/**
 * Gives a passphrase.
 * @throws SentinelError `NO_TERMINAL`, `INTERRUPTED`, `PASSPHRASE_WRONG`
 */
export type AskPassphrase = (asked: PassphraseQuestion) => Promise<string>;

/** Who asks KMS, and where. No variable and no file is looked at. */
export interface KmsPort extends CallLimits {
  /** Asked for each call. */
  credentials(): Promise<SigningKeys>;
  /** `null` = AWS's own endpoint of the key's region. */
  endpoint: string | null;
}

/** What is needed beside the key itself. */
export interface KeyPorts {
  /** For `age:`. */
  passphrase?: AskPassphrase;
  /** For `kms:`. */
  kms?: KmsPort;
}
