// permissions tests: no call of AWS's is made that the registry doesn't know, anywhere in what ships.
import { strict as assert } from "node:assert";
import { FEATURES } from "../../lib/core/permissions/mod.ts";
import { graph, ROOT, sources } from "../laws/graph.ts";

/** IAM actions that are asked for within another call, and are no call of their own here. */
const WITHIN: Readonly<Record<string, string>> = {
  "sts:SetSourceIdentity": "AssumeRole with a source identity",
  "sts:TagSession": "AssumeRole with tags",
  "kms:Decrypt": "GetParameter of a SecureString, by Parameter Store in the caller's name",
};

/** What a store could call, and no command does. */
const UNUSED = "dynamodb:DeleteItem";

const shipped = (await sources()).filter((path) => !path.startsWith("lib/edges/sandbox/"));
const texts = new Map<string, string>();
for (const path of shipped) texts.set(path, await Deno.readTextFile(ROOT + path));

const SERVICES = "lib/edges/aws/";
/** What keeps items: the calls of requests and approvals. */
const STORE = "lib/edges/store/dynamodb.ts";
/** What makes tables. */
const TABLES = "lib/edges/store/dynamodb_tables.ts";

/** Calls as the edges name them: `action: "X"`, an argument of `callSsm`, the portal's path. */
function callsOf(path: string, text: string): string[] {
  const service = path.slice(SERVICES.length).replace(".ts", "");
  const named = [
    ...text.matchAll(/\baction: "([A-Z]\w+)"/g),
    ...text.matchAll(/\bcallSsm\([^;]*?"([A-Z]\w+)"/g),
  ].map(([, action]) => `${service}:${action}`);
  return text.includes("/federation/credentials") ? [...named, "sso:GetRoleCredentials"] : named;
}

/** Calls as a store names them: `action: "X"`, an argument of `#call`, the actions of a write. */
function storeCalls(text: string): string[] {
  return [
    ...text.matchAll(/\baction: "([A-Z]\w+)"/g),
    ...text.matchAll(/\baction: "[A-Z]\w+" \| "([A-Z]\w+)"/g),
    ...text.matchAll(/#call\([^;]*?"([A-Z]\w+)"/g),
  ].map(([, action]) => `dynamodb:${action}`);
}

Deno.test("law: what the AWS edges call is what the registry lists", () => {
  const made = [...texts].filter(([path]) => path.startsWith(SERVICES)).flatMap(([path, text]) =>
    callsOf(path, text)
  );
  const kept = storeCalls(texts.get(STORE) ?? "");
  assert.ok(kept.includes(UNUSED), "the law sees what nobody uses");
  made.push(...kept.filter((call) => call !== UNUSED));
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
  /(?:from |import\()"(?:@aws-sdk\/client-|aws4fetch)|import \{[^}]*\b(?:signedPost|callAws|callDynamo|query)\b[^}]*\} from "[^"]*aws\//;

/** What calls AWS and no command reaches yet: tables made, messages sent. Its rights come with its use. */
const UNREACHED = [TABLES, "lib/edges/notify/ses.ts", "lib/edges/notify/sns.ts"];

Deno.test("law: nothing that ships calls AWS past the AWS edges, but a store and what nothing reaches", () => {
  const sending = [...texts].filter(([, text]) => SENDING.test(text)).map(([path]) => path);
  const past = sending.filter((path) => !path.startsWith(SERVICES));
  assert.deepEqual(past.sort(), [STORE, ...UNREACHED].sort());
  const found = 'import { type X, callAws } from "../aws/call.ts";';
  assert.ok(SENDING.test(found) && sending.length > past.length, "the law finds what it looks for");
});

/** Everything that a command or the library loads, sooner or later. */
async function reached(): Promise<ReadonlySet<string>> {
  const modules = new Map((await graph()).map((module) => [module.path, module]));
  const found = new Set<string>();
  const queue = [...modules.keys()].filter((path) => /^(?:commands\/|mod\.ts$)/.test(path));
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const imports = modules.get(path)?.imports ?? [];
    queue.push(...imports.flatMap(({ to, typeOnly }) => typeOnly ? [] : [to]));
  }
  return found;
}

Deno.test("law: what commands reach keeps requests alone, and removes none", async () => {
  const paths = await reached();
  assert.ok(paths.has(STORE), "the law finds what it looks for");
  assert.deepEqual(UNREACHED.filter((path) => paths.has(path)), [], "it needs rights now");
  const matches = (form: RegExp) =>
    [...paths].flatMap((path) =>
      [...(texts.get(path) ?? "").matchAll(form)].map(([, name]) => name ?? path)
    );
  assert.deepEqual([...new Set(matches(/\bTABLES\.(\w+)/g))], ["requests"]);
  // A store that is opened for each call passes on what it is asked.
  assert.deepEqual(matches(/\bstore\)?\.remove\(/g), ["lib/core/store/per_call.ts"]);
});
