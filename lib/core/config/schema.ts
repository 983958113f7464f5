// config: what config.yaml and the pins file may hold.
import { PUBLIC_KEY } from "../journal/public_key.ts";
import { LEASES } from "../sessions/lease.ts";
import { bool, duration, list, mapOf, record, text, type ValueOf } from "../yaml/mod.ts";
import { ACCOUNT, LONGEST, REGION, SESSION } from "./limits.ts";

const account = text({ pattern: ACCOUNT, wanted: "an account id of twelve digits" });
const roleArn = text({
  pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,511}$/,
  wanted: "the ARN of a role",
});
const source = text({
  max: LONGEST.policy,
  wanted: "a policy source: file:PATH, a path, ssm:/name or an ARN",
});

/** Who issues the names that policy takes as they stand. */
const issuer = record({
  iam_users: account,
  identity_center: record({ accounts: list(account) }, { required: ["accounts"] }),
});

/** `config.yaml`: the user's own settings. */
export const CONFIG = record({
  issuer,
  policy: source,
  aws_profile: text({ max: LONGEST.aws_profile }),
  region: text({ pattern: REGION, wanted: "an AWS region" }),
  duration: duration(SESSION),
  lease: text({ oneOf: LEASES }),
  store: text({ max: LONGEST.path }),
  journal: text({ max: LONGEST.path }),
  /** A private key file; signs the journal's head. */
  journal_key: text({ max: LONGEST.path }),
  json: bool(),
  no_color: bool(),
  quiet: bool(),
  debug: bool(),
});

/** The values of `config.yaml`. */
export type ConfigFile = ValueOf<typeof CONFIG>;

const notYet = (what: string) => ({
  id: "pin-not-enforced",
  message: `this version can't enforce a pin of ${what}, and a pin that is not enforced would lie`,
  fix: "take the key out until a version enforces it",
});

const pin = record({
  role: roleArn,
  policy: source,
  journal: text({ max: 4096 }),
  /** The public half of the key that must sign the journal's head. */
  journal_key: text({
    max: 1024,
    multiline: true,
    pattern: PUBLIC_KEY,
    wanted: "an Ed25519 public key (SPKI), in base64 or PEM",
  }),
}, {
  known: {
    store: notYet("the store"),
    signing_keys: notYet("signing keys"),
    approver_keys: notYet("approver keys"),
    endpoint: notYet("endpoints: a pinned profile uses AWS's own"),
  },
});

/** The pins file: what an administrator takes out of the user's hands. */
export const PINS = record({
  version: text({ oneOf: ["1"], numbers: true }),
  issuer,
  profiles: mapOf(text({ max: 256 }), pin, { nonEmpty: true }),
}, { required: ["version"] });

/** The values of the pins file. */
export type PinsFile = ValueOf<typeof PINS>;
