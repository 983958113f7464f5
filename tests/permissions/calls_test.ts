// permissions tests: no call of AWS's is made that the registry doesn't know, anywhere in what ships.
import { strict as assert } from "node:assert";
import { FEATURES } from "../../lib/core/permissions/mod.ts";
import { ROOT, sources } from "../laws/graph.ts";

/** IAM actions that are asked for within another call, and are no call of their own here. */
const WITHIN: Readonly<Record<string, string>> = {
  "sts:SetSourceIdentity": "AssumeRole with a source identity",
  "sts:TagSession": "AssumeRole with tags",
  "kms:Decrypt": "GetParameter of a SecureString, by Parameter Store in the caller's name",
};

const shipped = (await sources()).filter((path) => !path.startsWith("lib/edges/sandbox/"));
const texts = new Map<string, string>();
for (const path of shipped) texts.set(path, await Deno.readTextFile(ROOT + path));

const SERVICES = "lib/edges/aws/";

/** Calls as the edges name them: `action: "X"`, an argument of `callSsm`, the portal's path. */
function callsOf(path: string, text: string): string[] {
  const service = path.slice(SERVICES.length).replace(".ts", "");
  const named = [
    ...text.matchAll(/\baction: "([A-Z]\w+)"/g),
    ...text.matchAll(/\bcallSsm\([^;]*?"([A-Z]\w+)"/g),
  ].map(([, action]) => `${service}:${action}`);
  return text.includes("/federation/credentials") ? [...named, "sso:GetRoleCredentials"] : named;
}

Deno.test("law: what the AWS edges call is what the registry lists", () => {
  const made = [...texts].filter(([path]) => path.startsWith(SERVICES)).flatMap(([path, text]) =>
    callsOf(path, text)
  );
  const listed = FEATURES.flatMap(({ rights, free }) => [
    ...rights.flatMap(({ actions }) => actions),
    ...free.map(({ call }) => call),
  ]).filter((action) => !Object.hasOwn(WITHIN, action));
  assert.deepEqual([...new Set(made)].sort(), [...new Set(listed)].sort());
});

Deno.test("law: every right that rides within a call is listed", () => {
  const listed = FEATURES.flatMap(({ rights }) => rights.flatMap(({ actions }) => actions));
  for (const action of Object.keys(WITHIN)) assert.ok(listed.includes(action), action);
});

/** What signs or sends, in an import. */
const SENDING =
  /(?:from |import\()"(?:@aws-sdk\/client-|aws4fetch)|import \{[^}]*\b(?:signedPost|callAws|query)\b[^}]*\} from "[^"]*aws\//;

Deno.test("law: nothing that ships calls AWS past the AWS edges", () => {
  const sending = [...texts].filter(([, text]) => SENDING.test(text)).map(([path]) => path);
  assert.deepEqual(sending.filter((path) => !path.startsWith(SERVICES)), []);
  const past = 'import { type X, callAws } from "../aws/call.ts";';
  assert.ok(SENDING.test(past) && sending.length > 0, "the law finds what it looks for");
});
