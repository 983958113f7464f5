// hostile: parsers of short words: ARNs, source identities, durations, policy sources, headers.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  formatSourceIdentity,
  parsePrincipal,
  parseRoleSessionName,
  parseSourceIdentity,
} from "../../../lib/core/identity/mod.ts";
import type {
  CallerIdentity,
  Principal,
  SourceIdentity,
} from "../../../lib/core/identity/types.ts";
import { checkProfileName } from "../../../lib/core/profiles/mod.ts";
import { printable } from "../../../lib/core/text/printable.ts";
import { formatDuration, parseDuration } from "../../../lib/core/time/duration.ts";
import { splitCommand } from "../../../lib/edges/os/process.ts";
import { parseSource, type PolicySource, sourceText } from "../../../lib/edges/policy/sources.ts";
import { AwsError } from "../../../lib/edges/sandbox/aws_error.ts";
import { checkSkew, type Claim, readClaim } from "../../../lib/edges/sandbox/sigv4.ts";
import { hostileText } from "./hostile_text.ts";
import type { AnyTarget, Target } from "./law.ts";

const ARN_WORDS = [
  ..."arn|:|aws|aws-cn|iam|sts|111122223333|user|/|root|assumed-role|federated-user|mara|AIDAX"
    .split("|"),
];
const CALLERS: readonly CallerIdentity[] = [
  {
    arn: "arn:aws:iam::111122223333:user/a/mara",
    account: "111122223333",
    userId: "AIDAEXAMPLEMARA",
  },
  {
    arn: "arn:aws:sts::111122223333:assumed-role/Dev/mara",
    account: "111122223333",
    userId: "AROAEXAMPLE:mara",
  },
  { arn: "arn:aws-cn:iam::111122223333:root", account: "111122223333", userId: "111122223333" },
  {
    arn: "arn:aws:sts::111122223333:federated-user/m",
    account: "111122223333",
    userId: "111122223333:m",
  },
];

const principal: Target<CallerIdentity, Principal> = {
  name: "principal",
  inputs: fc.constantFrom(...CALLERS).chain((caller) =>
    fc.record({
      arn: hostileText(ARN_WORDS, [caller.arn]),
      account: fc.oneof(fc.constant(caller.account), hostileText(ARN_WORDS, [caller.account])),
      userId: fc.oneof(fc.constant(caller.userId), hostileText(ARN_WORDS, [caller.userId])),
    })
  ),
  parse: parsePrincipal,
  mayThrow: (error) => hasCode(error, "IDENTITY_UNSUPPORTED"),
  check: (value, { arn, account }) => {
    assert.equal(value.arn, arn);
    assert.equal(value.account, account);
    assert.equal(value.arn, printable(arn, Infinity), "an ARN that a terminal obeys");
    assert.equal(arnOf(value), arn);
  },
  long: {
    pieces: ["a", ":", "/", "arn:"],
    of: (arn) => ({ arn, account: "111122223333", userId: "x" }),
  },
};

function arnOf({ partition, account, kind, path, name, role }: Principal): string {
  switch (kind) {
    case "root":
      return `arn:${partition}:iam::${account}:root`;
    case "user":
      return `arn:${partition}:iam::${account}:user${path}${name}`;
    case "assumed-role":
      return `arn:${partition}:sts::${account}:assumed-role/${role}/${name}`;
    default:
      return `arn:${partition}:sts::${account}:federated-user/${name}`;
  }
}

const never = () => false;
const same = (text: string) => text;

const sourceIdentity: Target<string, SourceIdentity> = {
  name: "source identity",
  inputs: hostileText(
    "sentinel|=|direct|ap-|bg-|a.|mara|0123456789abcdef|01234567|+|:".split("|"),
    [
      "sentinel=mara=direct=0123456789abcdef",
      "sentinel=mara=a.ap-01234567=0123456789abcdef",
      "sentinel=ma+abcdefghij=bg-01234567=0123456789abcdef",
    ],
  ),
  parse: (text) => parseSourceIdentity(text) ?? undefined,
  mayThrow: never,
  check: (value, text) => assert.equal(formatSourceIdentity(value), text),
  long: { pieces: ["=", "sentinel=", "a.", "a"], of: same },
};

const sessionName: Target<string, { user: string; intentHash: string }> = {
  name: "session name",
  inputs: hostileText(["mara", "-", "0123456789abcdef", "+", "=", "@"], [
    `mara-${"0f".repeat(16)}`,
  ]),
  parse: (text) => parseRoleSessionName(text) ?? undefined,
  mayThrow: never,
  check: ({ user, intentHash }, text) => assert.equal(`${user}-${intentHash}`, text),
  long: { pieces: ["-", "a", "0-"], of: same },
};

const duration: Target<string, number> = {
  name: "duration",
  inputs: hostileText("1|15|999999|d|h|m|s|0|.|-|+| ".split("|"), [
    "15m",
    "1h30m",
    "7d",
    "1d2h3m4s",
  ]),
  parse: parseDuration,
  mayThrow: (error) => hasCode(error, "DURATION_INVALID"),
  check: (seconds) => {
    assert.ok(Number.isSafeInteger(seconds) && seconds > 0);
    const days = seconds / 86_400;
    if (days < 1_000_000) assert.equal(parseDuration(formatDuration(seconds)), seconds);
  },
  long: { pieces: ["1", "h", "1h", "d1"], of: same },
};

const policySource: Target<string, PolicySource> = {
  name: "policy source",
  inputs: hostileText(
    "file:|ssm:|arn:|aws|:|/|parameter|eu-central-1|111122223333|..|p.yaml".split("|"),
    [
      "file:p.yaml",
      "/etc/p.yaml",
      "ssm:/a/b",
      "ssm:arn:aws:ssm:eu-central-1:111122223333:parameter/a/b",
    ],
  ),
  parse: (text) => parseSource(text, "/base"),
  mayThrow: (error) => hasCode(error, "USAGE"),
  check: (value) => {
    assert.deepEqual(parseSource(sourceText(value), "/elsewhere"), value);
    if (value.kind === "file") assert.ok(value.path.startsWith("/"));
  },
  long: { pieces: ["ssm:", "/", "arn:aws:ssm:", "a"], of: same },
};

const profileName: Target<string, string> = {
  name: "profile name",
  inputs: hostileText(["dev", " ", "-", "/"], ["dev", "a b", "prod-eu"]),
  parse: checkProfileName,
  mayThrow: (error) => hasCode(error, "PROFILE_NAME_INVALID"),
  check: (value, text) => {
    assert.equal(value, text);
    assert.equal(printable(value, Infinity), value);
  },
  long: { pieces: ["a", " ", "\u001b"], of: same },
};

const command: Target<string, string[]> = {
  name: "command",
  inputs: hostileText(["a", " ", "'", '"', "\\", "$HOME", "~", "*", ";", "|"], [
    `a 'b c' "d \\" e" f\\ g`,
  ]),
  parse: splitCommand,
  mayThrow: (error) => hasCode(error, "AWS_CONFIG_INVALID"),
  check: (words) => {
    const printed = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    assert.deepEqual(splitCommand(printed), words);
  },
  long: { pieces: ["a", " ", "'", '"', "\\", "''", '"\\', "a "], of: same },
};

const HEADER = "AWS4-HMAC-SHA256 Credential=AKIAX/20270104/eu-central-1/sts/aws4_request, " +
  "SignedHeaders=host;x-amz-date, Signature=abcdef";

/** What a header may hold on the wire. */
const headerText = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, "").trim();

const signature: Target<{ authorization: string; date: string }, Claim> = {
  name: "SigV4 header",
  inputs: fc.record({
    authorization: hostileText(
      "AWS4-HMAC-SHA256 |Credential=|SignedHeaders=|Signature=|/|,|;|=|aws4_request".split("|"),
      [HEADER],
    ),
    date: hostileText(["20270104", "T", "090000", "Z"], ["20270104T090000Z"]),
  }),
  parse: ({ authorization, date }) => {
    const headers = { authorization: headerText(authorization), "x-amz-date": headerText(date) };
    const claim = readClaim(new Headers(headers));
    checkSkew(claim, Date.parse("2027-01-04T09:00:00Z"));
    return claim;
  },
  mayThrow: (error) => error instanceof AwsError,
  check: (claim) => {
    assert.ok(claim.accessKeyId !== "" && claim.service !== "");
    assert.equal(claim.stamp.slice(0, 8), claim.day);
  },
  long: {
    pieces: ["/", ",", "=", ";", "Credential=,", "a"],
    of: (text) => ({ authorization: `AWS4-HMAC-SHA256 ${text}`, date: "20270104T090000Z" }),
  },
};

/** Parsers of words. */
export const WORD_TARGETS: readonly AnyTarget[] = [
  principal,
  sourceIdentity,
  sessionName,
  duration,
  policySource,
  profileName,
  command,
  signature,
];
