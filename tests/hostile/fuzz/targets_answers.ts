// hostile: parsers of what others answer and what lies on disk: journal, STS, SSM, IAM, processes, log-ins.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { parsePolicyDocument, parseTrustPolicy } from "../../../lib/core/iam/mod.ts";
import { decodeEntry, encodeEntry } from "../../../lib/core/journal/entry.ts";
import { decodeHead, encodeHead, type Head } from "../../../lib/core/journal/head.ts";
import type { Entry } from "../../../lib/core/journal/types.ts";
import { parseAwsConfig, sectionOf } from "../../../lib/core/profiles/mod.ts";
import { saidInJson } from "../../../lib/edges/aws/json.ts";
import { getParameter } from "../../../lib/edges/aws/ssm.ts";
import { stsClient } from "../../../lib/edges/aws/sts.ts";
import { readXml, type XmlElement, XmlError } from "../../../lib/edges/aws/xml.ts";
import { credentialsFromSso } from "../../../lib/edges/credentials/leaf_sso.ts";
import { credentialsFromProcess } from "../../../lib/edges/credentials/process.ts";
import { hostileJson, hostileText } from "./hostile_text.ts";
import type { AnyTarget, Target } from "./law.ts";

const NOW = new Date("2027-01-04T09:00:00Z");
const KEYS = {
  accessKeyId: "AKIAEXAMPLEEXAMPLE00",
  secretAccessKey: "planted-secret-of-the-leaf",
  sessionToken: "planted-token-of-the-leaf",
};
const same = (text: string) => text;
const typed = (error: unknown): boolean => {
  if (!(error instanceof SentinelError) || error.code === "INTERNAL") return false;
  const words = `${error.message} ${error.hint ?? ""}`;
  assert.doesNotMatch(
    words,
    /planted-(secret|token)-of-(the-(leaf|session)|a-(process|role|login))/,
  );
  assert.ok(words.length < 3_000, "too many words");
  return true;
};

const LINE: Entry = {
  v: 1,
  seq: 7,
  at: "2027-01-04T09:00:00.000Z",
  prev: "0".repeat(64),
  kind: "outcome",
  requestId: "0123456789abcdef",
  intent: "f".repeat(64),
  result: "failed",
  code: "AWS_RUBBISH",
  accessKeyId: null,
  expiresAt: null,
};
const JSON_WORDS = [
  '{"',
  '":',
  '","',
  "}",
  "{",
  "[",
  "]",
  ",",
  "1",
  "null",
  '"v"',
  '"seq"',
  '"prev"',
  '"at"',
];

const journalLine: Target<string, Entry> = {
  name: "journal line",
  inputs: hostileText(JSON_WORDS, [JSON.stringify(LINE)]),
  parse: (text) => decodeEntry(new TextEncoder().encode(text)),
  mayThrow: (error) => hasCode(error, "JOURNAL_BROKEN"),
  check: (entry) => {
    const line = encodeEntry(entry);
    assert.ok(line.length < 4096);
    assert.deepEqual(decodeEntry(line), entry);
  },
  long: { pieces: ["[", "{", '{"a":', '"', "1", " "], of: same },
};

const journalBytes: Target<Uint8Array, Entry> = {
  name: "journal bytes",
  inputs: fc.uint8Array({ maxLength: 200 }),
  parse: (bytes) => decodeEntry(bytes),
  mayThrow: (error) => hasCode(error, "JOURNAL_BROKEN"),
};

const head: Target<string, Head> = {
  name: "head.json",
  inputs: hostileText([...JSON_WORDS, '"segment"', '"hash"', '"bytes"', '"signature"', '"key"'], [
    encodeHead({ segment: 1, seq: 2, hash: "a".repeat(64), bytes: 3 }),
    encodeHead({
      segment: 1,
      seq: 2,
      hash: "a".repeat(64),
      bytes: 3,
      signed: { key: "b".repeat(64), signature: "AAAA" },
    }),
  ]),
  parse: (text) => decodeHead(text) ?? undefined,
  mayThrow: () => false,
  check: (value) => assert.deepEqual(decodeHead(encodeHead(value)), value),
  long: { pieces: ["[", "{", '"', "1"], of: same },
};

const escape = (text: string) =>
  text.replaceAll(/[&<>"\p{Cc}\s]/gu, (c) => `&#${c.charCodeAt(0)};`);

function printXml({ name, text, children }: XmlElement): string {
  return `<${name}>${
    children.length > 0 ? children.map(printXml).join("") : escape(text)
  }</${name}>`;
}

const XML =
  `<?xml version="1.0"?>\n<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">` +
  "<AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/Dev/mara</Arn>" +
  "</AssumedRoleUser><Credentials><AccessKeyId>ASIAEXAMPLEEXAMPLE00</AccessKeyId><SecretAccessKey>" +
  "planted-secret-of-the-session</SecretAccessKey><SessionToken>planted-token-of-the-session" +
  "</SessionToken><Expiration>2027-01-04T10:00:00Z</Expiration></Credentials></AssumeRoleResult>" +
  "<ResponseMetadata><RequestId>&#x41;&amp;</RequestId></ResponseMetadata></AssumeRoleResponse>";
const XML_WORDS = [
  ...'<a>|</a>|<a/>|<!--|-->|<![CDATA[|]]>|<!DOCTYPE a [|<!ENTITY b "c">|&b;|&#0;|&#xd800;|&#65;|&lt;|<?x ?>'
    .split("|"),
  ...'<Credentials>|</Credentials>|<Expiration>|<Error>|<Code>|x="y"|xmlns="z"| '.split("|"),
];
const XML_PIECES = [
  ...'<|>|<a>|</a>|<a/>|&|&#|&#65;|<!--|<a b="c"| x="y"|<?xml |  '.split("|"),
  "<a ",
];

const xml: Target<string, XmlElement> = {
  name: "STS XML",
  inputs: hostileText(XML_WORDS, [XML]),
  parse: readXml,
  mayThrow: (error) => error instanceof XmlError,
  check: (value) => assert.deepEqual(readXml(printXml(value)), value),
  long: { pieces: XML_PIECES, of: same },
};

/** A fetch that answers with `text` and never touches the network. */
function answering(text: string, status = 200): typeof fetch {
  return () =>
    Promise.resolve(new Response(text, { status, headers: { date: NOW.toUTCString() } }));
}

const CALL = {
  region: "eu-central-1",
  endpoint: "http://127.0.0.1:1/",
  credentials: KEYS,
  pauseMs: 0,
};
const STATUSES = fc.constantFrom(200, 200, 200, 400, 403, 404, 500, 503);

const assumeRole: Target<{ text: string; status: number }, { secretAccessKey: string }> = {
  name: "AssumeRole's answer",
  inputs: fc.record({
    text: hostileText(XML_WORDS, [
      XML,
      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>planted-token-of-the-leaf</Message>" +
      "</Error></ErrorResponse>",
    ]),
    status: STATUSES,
  }),
  parse: ({ text, status }) =>
    stsClient({ ...CALL, fetch: answering(text, status) }).assumeRole({
      roleArn: "arn:aws:iam::111122223333:role/Dev",
      roleSessionName: "mara",
      durationSeconds: 900,
      sourceIdentity: null,
      externalId: null,
      tags: [],
      mfa: null,
    }),
  mayThrow: typed,
};

const PARAMETER = { Parameter: { Value: "x", Version: 1, ARN: "arn:aws:ssm:a:1:parameter/x" } };

const parameter: Target<{ json: unknown; status: number }, { value: string; version: number }> = {
  name: "SSM's answer",
  inputs: fc.record({
    json: hostileJson(["Parameter", "Value", "Version", "ARN", "__type", "message"], [
      PARAMETER,
      { __type: "a#ParameterNotFound:x", message: "planted-secret-of-the-leaf" },
      { __type: "AccessDeniedException", message: "planted-token-of-the-leaf" },
    ]),
    status: STATUSES,
  }),
  parse: ({ json, status }) =>
    getParameter({ ...CALL, name: "/x", fetch: answering(JSON.stringify(json), status) }),
  mayThrow: typed,
  check: ({ value, version }) =>
    assert.deepEqual([typeof value, typeof version], ["string", "number"]),
};

const jsonError: Target<string, unknown> = {
  name: "an error in JSON",
  inputs: hostileText([...JSON_WORDS, '"__type"', '"message"', "#", ":"], [
    '{"__type":"com.amazon#ValidationException:http://x","message":"no"}',
  ]),
  parse: (text) => saidInJson({ status: 400, headers: new Headers(), text }),
  mayThrow: () => false,
  long: { pieces: ["[", "{", '"', "#", ":"], of: same },
};

const IAM_KEYS = [
  ..."Version|2012-10-17|Statement|Sid|Effect|Allow|Deny|Principal|AWS|Service|NotPrincipal".split(
    "|",
  ),
  ..."Action|NotAction|Resource|NotResource|Condition|StringLike|Null|aws:SourceIdentity|*".split(
    "|",
  ),
];
const TRUST = {
  Version: "2012-10-17",
  Statement: [{
    Sid: "a",
    Effect: "Allow",
    Principal: { AWS: ["arn:aws:iam::111122223333:user/mara"] },
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    Condition: { StringLike: { "sts:SourceIdentity": "sentinel=${aws:username}=*" } },
  }],
};

function documentTarget(
  name: string,
  parse: (json: unknown, id: string) => unknown,
): Target<unknown, unknown> {
  return {
    name,
    inputs: hostileJson(IAM_KEYS, [TRUST, { ...TRUST, Statement: TRUST.Statement[0] }]),
    parse: (json) => parse(json, "document"),
    mayThrow: (error) => hasCode(error, "IAM_POLICY_INVALID"),
    check: (value, json) => assert.deepEqual(parse(structuredClone(json), "document"), value),
  };
}

const PROCESS = {
  Version: 1,
  AccessKeyId: "AKIAEXAMPLEEXAMPLE00",
  SecretAccessKey: "planted-secret-of-a-process",
  SessionToken: "planted-token-of-a-process",
  Expiration: "2027-01-04T10:00:00Z",
};

const processAnswer: Target<string, unknown> = {
  name: "credential_process",
  inputs: fc.oneof(
    hostileText([...JSON_WORDS, '"Version"'], [JSON.stringify(PROCESS)]),
    hostileJson(Object.keys(PROCESS), [PROCESS]).map((value) => JSON.stringify(value)),
  ),
  parse: (text) =>
    credentialsFromProcess("x", "program", {
      run: () => {
        const stdout = new TextEncoder().encode(text);
        return Promise.resolve({ code: 0, stdout, stderr: new Uint8Array() });
      },
      env: () => undefined,
      now: () => NOW,
    }),
  mayThrow: typed,
  long: { pieces: ["[", '"', "{"], of: same },
};

const SSO = parseAwsConfig({
  config: {
    file: "config",
    text: "[profile x]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n" +
      "[sso-session s]\nsso_region = eu-central-1\nsso_start_url = https://x.awsapps.com/start\n",
  },
});
const TOKEN = { accessToken: "planted-token-of-a-login", expiresAt: "2027-01-04T10:00:00Z" };
const SSO_ANSWER = {
  roleCredentials: {
    accessKeyId: "ASIAEXAMPLEEXAMPLE00",
    secretAccessKey: "planted-secret-of-a-role",
    sessionToken: "planted-token-of-a-role",
    expiration: NOW.getTime() + 3_600_000,
  },
};

/** A log-in's file, and the portal's answer. */
const sso: Target<{ file: string; answer: unknown }, unknown> = {
  name: "SSO token file",
  inputs: fc.record({
    file: fc.oneof(
      { weight: 3, arbitrary: hostileText(JSON_WORDS, [JSON.stringify(TOKEN)]) },
      { weight: 1, arbitrary: fc.constant(JSON.stringify(TOKEN)) },
    ),
    answer: hostileJson(["roleCredentials", ...Object.keys(SSO_ANSWER.roleCredentials)], [
      SSO_ANSWER,
    ]),
  }),
  parse: async ({ file, answer }) => {
    const home = await Deno.makeTempDir();
    try {
      const cache = `${home}/.aws/sso/cache`;
      await Deno.mkdir(cache, { recursive: true });
      const name = await crypto.subtle.digest("SHA-1", new TextEncoder().encode("s"));
      await Deno.writeTextFile(`${cache}/${new Uint8Array(name).toHex()}.json`, file);
      return await credentialsFromSso(SSO, sectionOf(SSO, "x"), {
        env: (variable) => variable === "HOME" ? home : undefined,
        now: () => NOW,
        region: null,
        endpoints: { sts: null, sso: "http://127.0.0.1:1/" },
        fetch: answering(JSON.stringify(answer)),
      });
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
  mayThrow: typed,
};

/** Parsers of answers. */
export const ANSWER_TARGETS: readonly AnyTarget[] = [
  journalLine,
  journalBytes,
  head,
  xml,
  assumeRole,
  parameter,
  jsonError,
  documentTarget("IAM document", parsePolicyDocument),
  documentTarget("trust policy", parseTrustPolicy),
  processAnswer,
  sso,
];
