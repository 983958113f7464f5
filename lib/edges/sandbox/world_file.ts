// sandbox: a world as a YAML file, read strictly.
import { SentinelError } from "../../core/errors/mod.ts";
import {
  bool,
  duration,
  formatProblems,
  integer,
  list,
  mapOf,
  readStrict,
  record,
  refine,
  type Report,
  type Schema,
  StrictReadError,
  text,
  union,
  type ValueOf,
} from "../../core/yaml/mod.ts";
import defaultText from "./default_world.yaml" with { type: "text" };
import type { NamedDocument, World, WorldKey } from "./world.ts";

/** Any value that JSON has too; maps are read as Maps. */
const anything: Schema<unknown> = {
  wanted: "a value",
  read: (reader, node) => jsonValue.read(reader, node) as unknown,
};
const jsonValue = union({
  map: mapOf(text(), anything),
  list: list(anything, { nonEmpty: false }),
  text: text({ min: 0, multiline: true }),
  number: integer(),
  bool: bool(),
});

/** An IAM policy document, written as YAML; kept as JSON text. */
const document: Schema<string> = refine(
  mapOf(text(), anything, { nonEmpty: true }),
  (value) => JSON.stringify(plain(value)),
);

function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}

const name = text({
  pattern: /^[\w+=,.@-]{1,64}$/,
  wanted: "a name of letters, digits and +=,.@-_",
});
const path = text({ pattern: /^\/([!-~]+\/)?$/, wanted: "a path that begins and ends with /" });
const line = text();
const block = text({ multiline: true });
const documents = mapOf(name, document);
const tags = mapOf(text({ max: 128 }), text({ min: 0, max: 256 }));

const user = record({
  path,
  policies: documents,
  attached: list(line),
  boundary: document,
  mfa: record({
    serial: text({ min: 9, max: 256 }),
    codes: list(text({ pattern: /^\d{6}$/, wanted: "six digits in quotes" })),
  }, { required: ["serial", "codes"] }),
  tags,
  keys: record({
    access_key_id: text({ pattern: /^AKIA[A-Z2-7]{16}$/, wanted: "AKIA and 16 of A-Z2-7" }),
    secret_access_key: text({ min: 16 }),
  }, { required: ["access_key_id", "secret_access_key"] }),
});

const role = record({
  path,
  trust: document,
  policies: documents,
  attached: list(line),
  boundary: document,
  max_session: duration({ min: 3600, max: 43_200 }),
  tags,
}, { required: ["trust"] });

const profile = record({
  gated: bool(),
  role: line,
  source: name,
  settings: mapOf(name, line),
}, { required: ["gated", "role"] });

const parameter = record({
  type: text({ oneOf: ["String", "SecureString"] }),
  value: block,
  key: name,
}, { required: ["type", "value"] });

const topic = text({
  pattern: /^[\w-]{1,256}$/,
  wanted: "a topic's name of letters, digits and -_",
});
const sender = text({
  pattern: /^([!-?A-~]+@)?[a-z0-9-]+(\.[a-z0-9-]+)+$/,
  wanted: "an e-mail address or a domain",
});

const KEY_SPECS: readonly WorldKey["spec"][] = [
  "SYMMETRIC_DEFAULT",
  "RSA_2048",
  "ECC_NIST_P256",
  "HMAC_256",
];

const world = refine(
  record({
    account: text({ pattern: /^\d{12}$/, wanted: "twelve digits in quotes" }),
    region: text({ pattern: /^[a-z]{2}(-[a-z]+)+-\d$/, wanted: "a region" }),
    user: name,
    users: mapOf(name, user, { nonEmpty: true }),
    roles: mapOf(name, role),
    profiles: mapOf(name, profile),
    scps: list(documents),
    policy: block,
    files: mapOf(
      text({ pattern: /^(?!\.)[\w.@+-]+(\/(?!\.)[\w.@+-]+)?$/, wanted: "a file name" }),
      block,
    ),
    parameters: mapOf(line, parameter),
    keys: mapOf(name, text({ oneOf: KEY_SPECS })),
    topics: list(topic),
    senders: list(sender),
  }, { required: ["account", "region", "user", "users"] }),
  (read, report): World => {
    checkNames(read, report);
    checkKeys(read, report);
    return toWorld(read);
  },
);

type ReadWorld = {
  account: string;
  region: string;
  user: string;
  users: Map<string, ValueOf<typeof user>>;
  roles?: Map<string, ValueOf<typeof role>>;
  profiles?: Map<string, ValueOf<typeof profile>>;
  scps?: Map<string, string>[];
  policy?: string;
  files?: Map<string, string>;
  parameters?: Map<string, ValueOf<typeof parameter>>;
  keys?: Map<string, WorldKey["spec"]>;
  topics?: string[];
  senders?: string[];
};

/** Names that point at nobody would only be noticed by a puzzling refusal later. */
function checkNames(read: ReadWorld, report: Report): void {
  const users = [...read.users.keys()];
  const unknown = (found: string, what: string) => ({
    id: "unknown-value",
    message: `found ${JSON.stringify(found)}, want ${what}`,
    fix: null,
  });
  if (!read.users.has(read.user)) {
    report(["user"], unknown(read.user, `one of the users: ${users.join(", ")}`));
  }
  if (read.policy !== undefined && read.files?.has("policy.yaml")) {
    report(["files", "policy.yaml"], unknown("policy.yaml", "it as `policy` or as a file"));
  }
  for (const [title, entry] of read.profiles ?? []) {
    if (read.users.has(title)) {
      report(["profiles", title], unknown(title, "a name that no user has"));
    }
    if (!entry.role.startsWith("arn:") && !read.roles?.has(entry.role)) {
      report(["profiles", title, "role"], unknown(entry.role, "a role of the world, or an ARN"));
    }
  }
}

/** A key that seals, for a parameter that is sealed. */
function checkKeys(read: ReadWorld, report: Report): void {
  for (const [title, { type, key }] of read.parameters ?? []) {
    if (key === undefined) continue;
    const sealing = read.keys?.get(key) === "SYMMETRIC_DEFAULT";
    if (type === "SecureString" && sealing) continue;
    report(["parameters", title, "key"], {
      id: "unknown-value",
      message: `found ${JSON.stringify(key)}, want a SYMMETRIC_DEFAULT key, for a SecureString`,
      fix: null,
    });
  }
}

function toWorld(read: ReadWorld): World {
  return {
    account: read.account,
    region: read.region,
    user: read.user,
    users: [...read.users].map(([title, entry]) => ({
      ...identity(title, entry),
      mfa: entry.mfa ?? null,
      keys: entry.keys === undefined ? null : {
        accessKeyId: entry.keys.access_key_id,
        secretAccessKey: entry.keys.secret_access_key,
      },
    })),
    roles: [...read.roles ?? []].map(([title, entry]) => ({
      ...identity(title, entry),
      trust: entry.trust,
      maxSession: entry.max_session ?? 3600,
    })),
    profiles: [...read.profiles ?? []].map(([title, entry]) => ({
      name: title,
      kind: entry.gated ? "gated" : "role",
      role: entry.role,
      source: entry.source ?? null,
      settings: entry.settings ?? new Map(),
    })),
    scps: (read.scps ?? []).map(named),
    policy: read.policy ?? null,
    files: [...read.files ?? []].map(([title, content]) => ({ name: title, text: content })),
    parameters: [...read.parameters ?? []].map(([title, entry]) => ({ name: title, ...entry })),
    keys: [...read.keys ?? []].map(([alias, spec]) => ({ alias, spec })),
    topics: read.topics ?? [],
    senders: read.senders ?? [],
  };
}

interface ReadIdentity {
  path?: string;
  policies?: Map<string, string>;
  attached?: string[];
  boundary?: string;
  tags?: Map<string, string>;
}

function identity(title: string, entry: ReadIdentity) {
  return {
    name: title,
    path: entry.path ?? "/",
    policies: named(entry.policies ?? new Map()),
    attached: entry.attached ?? [],
    boundary: entry.boundary ?? null,
    tags: entry.tags ?? new Map<string, string>(),
  };
}

function named(read: ReadonlyMap<string, string>): NamedDocument[] {
  return [...read].map(([title, json]) => ({ name: title, document: json }));
}

/**
 * Read a world.
 * @param file the name that errors carry
 * @throws {SentinelError} `WORLD_INVALID` with every problem, each with its line and column
 */
export function parseWorld(yaml: string, file: string): World {
  try {
    return readStrict(yaml, file, world).value;
  } catch (error) {
    if (!(error instanceof StrictReadError)) throw error;
    throw new SentinelError(
      "WORLD_INVALID",
      `Cannot read world: ${formatProblems(error.problems)}`,
      { cause: error },
    );
  }
}

/** The world that a sandbox starts in where no other is given (`default_world.yaml`). */
export function defaultWorld(): World {
  return parseWorld(defaultText, "default_world.yaml");
}
