// sandbox: from a world to the state in which it starts.
import { newTables } from "./dynamodb_tables.ts";
import { addKey, SSM_KEY } from "./kms_keys.ts";
import { readPolicyText, storePolicy } from "./policy_text.ts";
import { newId, newSecret, type Random } from "./random.ts";
import { addTopic } from "./sns_topics.ts";
import type { Identity, State, User } from "./state.ts";
import type { SettledWorld, World, WorldIdentity, WorldKeys, WorldParameter } from "./world.ts";

/** Give every user of a world keys. */
export function settleWorld(world: World, random: Random): SettledWorld {
  const make = (): WorldKeys => ({
    accessKeyId: newId("AKIA", random),
    secretAccessKey: newSecret(30, random),
  });
  return { ...world, users: world.users.map((user) => ({ ...user, keys: user.keys ?? make() })) };
}

/**
 * The state in which a world starts.
 * @param now real time, ms since the epoch
 * @throws SentinelError `IAM_POLICY_INVALID` when a document of the world is none
 */
export function createState(world: SettledWorld, now: () => number, random: Random): State {
  const created = now();
  const state: State = {
    account: world.account,
    region: world.region,
    users: new Map(),
    roles: new Map(),
    credentials: new Map(),
    parameters: new Map(),
    keys: [],
    topics: new Map(),
    senders: new Set(world.senders),
    messages: [],
    tables: newTables(),
    scps: world.scps.map((level) =>
      level.map((named) => readPolicyText(named.document, named.name))
    ),
    events: [],
    counts: new Map(),
    rights: new Map(),
    faults: [],
    offset: 0,
    lifetime: null,
    time: () => now() + state.offset * 1000,
    random,
  };
  for (const user of world.users) addUser(state, user, created);
  for (const role of world.roles) {
    state.roles.set(role.name, {
      ...identity(state, "role", role, created),
      trust: storePolicy(role.trust, `${role.name}/trust`, "trust"),
      maxSession: role.maxSession,
    });
  }
  addKey(state, "SYMMETRIC_DEFAULT", SSM_KEY, created);
  for (const { alias, spec } of world.keys) addKey(state, spec, `alias/${alias}`, created);
  addParameters(state, world, created);
  for (const topic of world.topics) addTopic(state, topic);
  return state;
}

function addUser(state: State, user: SettledWorld["users"][number], created: number): void {
  const stored: User = { ...identity(state, "user", user, created), mfa: user.mfa };
  state.users.set(user.name, stored);
  state.credentials.set(user.keys.accessKeyId, {
    ...user.keys,
    token: null,
    issued: null,
    expires: null,
    mfaAt: null,
    holder: { kind: "user", user: stored },
  });
}

/**
 * A world's parameters: the policy of each gated profile, then the world's own, one of which may
 * stand under the name of a policy and replaces it.
 */
export function worldParameters(world: World): WorldParameter[] {
  const gated = world.profiles.filter((profile) => profile.kind === "gated");
  const policies = gated.flatMap((profile): WorldParameter[] =>
    world.policy === null ? [] : [{
      name: `/sentinel/policies/${profile.name}`,
      type: "String",
      value: world.policy,
    }]
  );
  const all = [...policies, ...world.parameters];
  return [...new Map(all.map((parameter) => [parameter.name, parameter])).values()];
}

function addParameters(state: State, world: SettledWorld, created: number): void {
  const by = `arn:aws:iam::${state.account}:root`;
  for (const { name, type, value, key } of worldParameters(world)) {
    const sealing = key === undefined ? SSM_KEY : `alias/${key}`;
    const keyId = type === "SecureString" ? sealing : null;
    state.parameters.set(name, { name, type, versions: [{ value, keyId, modified: created, by }] });
  }
}

function identity(
  state: State,
  kind: "user" | "role",
  of: WorldIdentity,
  created: number,
): Identity {
  const boundary = of.boundary;
  return {
    name: of.name,
    path: of.path,
    arn: `arn:aws:iam::${state.account}:${kind}${of.path}${of.name}`,
    id: newId(kind === "user" ? "AIDA" : "AROA", state.random, 17),
    policies: new Map(
      of.policies.map((p) => [p.name, storePolicy(p.document, `${of.name}/${p.name}`)]),
    ),
    attached: new Set(of.attached),
    boundary: boundary === null ? null : storePolicy(boundary, `${of.name}/boundary`),
    tags: new Map(of.tags),
    created,
  };
}
