// sandbox tests: worlds as files.
import { strict as assert } from "node:assert";
import { defaultWorld, parseWorld, startSandbox } from "../../../lib/edges/sandbox/mod.ts";
import { trustPolicy } from "../../../templates/trust.ts";
import { random } from "./fixture.ts";

Deno.test("[ours] the default world's roles are trusted as our template writes it", () => {
  const world = defaultWorld();
  const users = ["mara", "lea", "sam"].map((name) => `arn:aws:iam::111122223333:user/${name}`);
  const { text } = trustPolicy({ callers: { kind: "iam-users", users }, tags: true });
  assert.deepEqual(world.roles.map((role) => role.name), [
    "SentinelProtected-Dev",
    "SentinelProtected-Staging",
    "SentinelProtected-Prod",
  ]);
  for (const role of world.roles) assert.deepEqual(JSON.parse(role.trust), JSON.parse(text));
});

const HEAD = 'account: "111122223333"\nregion: eu-central-1\nuser: ann\n';

Deno.test("[ours] parseWorld() fills in what a small world leaves out", () => {
  const world = parseWorld(`${HEAD}users: { ann: {} }\n`, "w.yaml");
  assert.deepEqual(world.users[0], {
    name: "ann",
    path: "/",
    policies: [],
    attached: [],
    boundary: null,
    tags: new Map(),
    mfa: null,
    keys: null,
  });
  assert.deepEqual([world.roles, world.profiles, world.scps, world.policy], [[], [], [], null]);
});

const PROFILE = (rest: string) => `users: { ann: {} }\nprofiles: { p: { ${rest} } }\n`;
const BAD: readonly { name: string; text: string; says: RegExp }[] = [
  {
    name: "an unknown key",
    text: `${HEAD}users: { ann: {} }\nrole: {}\n`,
    says: /5:1.*unknown key/,
  },
  { name: "a missing key", text: HEAD, says: /users/ },
  { name: "a user nobody made", text: `${HEAD}users: { bob: {} }\n`, says: /3:7.*"ann"/ },
  { name: "an unquoted account", text: HEAD.replaceAll('"', ""), says: /quote it/ },
  {
    name: "a profile of an unknown role",
    text: HEAD + PROFILE("gated: true, role: None"),
    says: /5:.*"None"/,
  },
  {
    name: "a profile called like a user",
    text: (HEAD + PROFILE("gated: true, role: 'arn:aws:iam::1:role/x'")).replace(" p:", " ann:"),
    says: /no user has/,
  },
  {
    name: "a file outside SENTINEL_HOME",
    text: `${HEAD}users: { ann: {} }\nfiles: { "../evil": x }\n`,
    says: /file name/,
  },
  {
    name: "a policy that is said twice",
    text: `${HEAD}users: { ann: {} }\npolicy: x\nfiles: { policy.yaml: x }\n`,
    says: /6:.*policy\.yaml/,
  },
  {
    name: "a parameter sealed with a key that nobody made",
    text:
      `${HEAD}users: { ann: {} }\nparameters: { /p: { type: SecureString, value: x, key: k } }\n`,
    says: /5:.*"k", want a SYMMETRIC_DEFAULT key/,
  },
  {
    name: "a parameter sealed with a key that signs",
    text: `${HEAD}users: { ann: {} }\nkeys: { k: RSA_2048 }\n` +
      "parameters: { /p: { type: SecureString, value: x, key: k } }\n",
    says: /6:.*"k", want a SYMMETRIC_DEFAULT key/,
  },
  {
    name: "a plain parameter with a key",
    text: `${HEAD}users: { ann: {} }\nkeys: { k: SYMMETRIC_DEFAULT }\n` +
      "parameters: { /p: { type: String, value: x, key: k } }\n",
    says: /6:.*for a SecureString/,
  },
  {
    name: "a session of a day",
    text: `${HEAD}users: { ann: {} }\nroles: { R: { trust: { a: b }, max_session: 24h } }\n`,
    says: /43200/,
  },
];

for (const { name, text, says } of BAD) {
  Deno.test(`[ours] parseWorld() refuses ${name}, and says where`, () =>
    assert.throws(() => parseWorld(text, "w.yaml"), { code: "WORLD_INVALID", message: says }));
}

Deno.test("[ours] startSandbox() refuses a trust policy that is none, and leaves nothing open", async () => {
  const text = `${HEAD}users: { ann: {} }\nroles: { R: { trust: { Version: "2012-10-17" } } }\n`;
  const world = parseWorld(text, "w.yaml");
  await assert.rejects(startSandbox({ port: 0, world, now: Date.now, random }), {
    code: "IAM_POLICY_INVALID",
  });
});
