// commands: what is in use here beside roles: functions of shells, stores, rules without a stamp.
import { asSentinelError, hasCode } from "../../lib/core/errors/mod.ts";
import type {
  ProfileUse,
  Scope,
  ShellUse,
  StoreUse,
  UnstampedUse,
} from "../../lib/core/permissions/mod.ts";
import type { ExplainablePolicy } from "../../lib/core/policy/loaded.ts";
import { hasOwnFile, listProfiles, type Target } from "../../lib/core/profiles/mod.ts";
import { parseStoreLocation } from "../../lib/core/store/location.ts";
import { TABLES } from "../../lib/core/store/tables.ts";
import { readInputs, SHELLS } from "../../shell/mod.ts";
import type { Session } from "../context.ts";
import { directoryFor, INPUTS } from "../shell/made.ts";

/**
 * The shells whose generated functions name policies in Parameter Store.
 * @param scope with the region of calls that name none
 * @param broken takes what could not be read
 */
export async function shellsHere(
  session: Session,
  scope: Scope,
  broken: string[],
): Promise<ShellUse[]> {
  const { readGenerated } = await session.shellFiles();
  return SHELLS.flatMap((shell): ShellUse[] => {
    try {
      const inputs = readInputs(readGenerated(directoryFor(session, shell)).get(INPUTS) ?? "");
      const root = inputs?.remote?.root;
      if (root === undefined) return [];
      const { partition, account } = scope;
      const region = inputs?.region ?? scope.region;
      return [{
        shell,
        root,
        folder: `arn:${partition}:ssm:${region}:${account}:parameter${root}`,
      }];
    } catch (thrown) {
      broken.push(`functions of ${shell}: ${asSentinelError(thrown).message}`);
      return [];
    }
  });
}

/**
 * The stores in DynamoDB: everybody's, and those of profiles in another region. Approvals count for no
 * pinned profile, so none of theirs is used.
 * @param scope with the region of calls that name none
 * @param broken takes what could not be read
 */
export async function storesHere(
  session: Session,
  scope: Scope,
  profiles: readonly ProfileUse[],
  broken: string[],
): Promise<StoreUse[]> {
  const found: StoreUse[] = [];
  const users = [{ name: null, own: true }, ...profiles];
  for (const { name, own } of users) {
    try {
      if (name !== null && await session.work.isPinned(name)) continue;
      const use = await storeFor(session, scope, name);
      const known = found.some((one) => one.table === use?.table && (one.own || !own));
      if (use !== null && !known) found.push({ ...use, own });
    } catch (thrown) {
      const { message } = asSentinelError(thrown);
      if (!broken.includes(`approval_store: ${message}`)) broken.push(`approval_store: ${message}`);
    }
  }
  return found;
}

async function storeFor(
  { work }: Session,
  scope: Scope,
  profile: string | null,
): Promise<Omit<StoreUse, "own"> | null> {
  const { value, origin } = await work.setting("store", profile);
  const location = value === null ? null : parseStoreLocation(value);
  if (location?.kind !== "dynamodb") return null;
  const { prefix } = location;
  const region = (await work.setting("region", profile)).value ?? scope.region;
  const { partition, account } = scope;
  const table = `table/${prefix}${TABLES.requests.name}`;
  return {
    profile,
    prefix,
    table: `arn:${partition}:dynamodb:${region}:${account}:${table}`,
    origin,
  };
}

const KEYS: readonly Target["leaf"]["kind"][] = ["keys", "environment", "process"];

/**
 * The rules that give a profile without a role its credentials, as far as policies lie in files.
 * @param broken takes what could not be read
 */
export async function unstampedHere(session: Session, broken: string[]): Promise<UnstampedUse[]> {
  const roleless = listProfiles(await session.work.awsConfig())
    .filter(({ roleArn }) => roleArn === null);
  const { policyNames } = await session.shellFiles();
  const own = policyNames(`${session.work.directories().config}/policies`).filter(hasOwnFile);
  const read = new Map<string, ExplainablePolicy | null>();
  const found: UnstampedUse[] = [];
  for (const { name } of roleless) {
    const target = await session.work.target(name).catch(() => null);
    // What no user's keys are has nothing that such a session could be made of.
    if (target === null || !KEYS.includes(target.leaf.kind)) continue;
    const source = await session.work.policySource(name).catch(() => null);
    if (source?.kind === "ssm") continue;
    const file = source?.path ?? (own.includes(name) ? `policies/${name}.yaml` : "policy.yaml");
    if (!read.has(file)) read.set(file, await readFor(session, target, broken));
    const rules = read.get(file)?.compiled.policy?.rules ?? [];
    found.push(
      ...rules.filter(({ unstamped, effect, conditions: { profiles } }) =>
        unstamped && effect !== "deny" && (profiles === null || profiles.includes(name))
      ).map(({ id }) => ({ profile: name, rule: id })),
    );
  }
  return found;
}

async function readFor(
  session: Session,
  target: Target,
  broken: string[],
): Promise<ExplainablePolicy | null> {
  try {
    return await session.policy(target.name, target, null);
  } catch (thrown) {
    // Who has no policy yet has no such rule.
    if (!hasCode(thrown, "POLICY_MISSING")) {
      const [first = ""] = asSentinelError(thrown).message.split("\n");
      broken.push(`unstamped_session: ${first}`);
    }
    return null;
  }
}
