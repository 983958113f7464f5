// identity: an STS caller taken apart. Anything that STS can't have said is refused.
import { SentinelError } from "../errors/mod.ts";
import type { CallerIdentity, Principal, PrincipalKind } from "./types.ts";

const PARTITION = /^aws(?:-[a-z0-9]+)*$/;
const ACCOUNT = /^[0-9]{12}$/;
const UNIQUE_ID = /^[A-Za-z0-9]{3,128}$/;
/** IAM user, role and session names and federated user names ("IAM and AWS STS quotas"). */
const NAME = /^[A-Za-z0-9_+=,.@-]{1,64}$/;
/** Each path element, between slashes; printable ASCII as IAM allows. */
const PATH = /^\/(?:[\x21-\x2e\x30-\x7e]+\/)*$/;
const PERMISSION_SET = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/;
const MAX_ARN = 2048;

/** What the resource part of an ARN and the user id say together. */
interface Parts {
  kind: PrincipalKind;
  name: string;
  path: string;
  role: string | null;
  uniqueId: string;
}

/**
 * Takes STS's GetCallerIdentity answer apart. Partition (any `aws…`), account, name and unique id
 * are all checked, and account and unique id must agree with the ARN.
 *
 * @throws {SentinelError} `IDENTITY_UNSUPPORTED` for every ARN that is no caller that STS names
 *
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * const mara = parsePrincipal({
 *   arn: "arn:aws:iam::111122223333:user/team/mara",
 *   account: "111122223333",
 *   userId: "AIDAEXAMPLEMARA",
 * });
 * assert.equal(mara.name, "mara");
 * assert.equal(mara.path, "/team/");
 * ```
 */
export function parsePrincipal(caller: CallerIdentity): Principal {
  const { arn, account, userId } = caller;
  if (arn.length > MAX_ARN) throw unsupported(arn, "an ARN that is too long");
  const [prefix, partition, service, region, arnAccount, resource, ...rest] = arn.split(":");
  if (prefix !== "arn" || resource === undefined || rest.length > 0) {
    throw unsupported(arn, "no ARN of six parts");
  }
  if (partition === undefined || !PARTITION.test(partition)) {
    throw unsupported(arn, "an unknown partition");
  }
  if (region !== "") throw unsupported(arn, "a region");
  if (arnAccount === undefined || !ACCOUNT.test(arnAccount)) {
    throw unsupported(arn, "an account that is not twelve digits");
  }
  if (account !== arnAccount) throw unsupported(arn, "an account that differs from the answer's");
  const parts = partsOf(service ?? "", resource, account, userId);
  if (typeof parts === "string") throw unsupported(arn, parts);
  return {
    id: `${partition}:${account}:${parts.kind}:${parts.uniqueId}`,
    partition,
    account,
    ...parts,
    permissionSet: PERMISSION_SET.exec(parts.role ?? "")?.[1] ?? null,
    arn,
  };
}

/** The parts, or what is wrong with them. */
function partsOf(
  service: string,
  resource: string,
  account: string,
  userId: string,
): Parts | string {
  const [head = "", ...tail] = resource.split("/");
  switch (`${service}:${head}`) {
    case "iam:root":
      if (tail.length > 0 || userId !== account) return "a root user with a foreign id";
      return { kind: "root", name: "root", path: "/", role: null, uniqueId: account };
    case "iam:user":
      return iamUser(tail, userId);
    case "sts:assumed-role":
      return assumedRole(tail, userId);
    case "sts:federated-user":
      return federatedUser(tail, account, userId);
    default:
      return "neither a user, an assumed role, a federated user nor root";
  }
}

function iamUser(tail: readonly string[], userId: string): Parts | string {
  const name = tail.at(-1) ?? "";
  const path = `/${tail.slice(0, -1).map((element) => `${element}/`).join("")}`;
  if (!NAME.test(name)) return "a malformed user name";
  if (!PATH.test(path)) return "a malformed user path";
  if (!UNIQUE_ID.test(userId)) return "a malformed user id";
  return { kind: "user", name, path, role: null, uniqueId: userId };
}

function assumedRole(tail: readonly string[], userId: string): Parts | string {
  const [role = "", name = "", ...rest] = tail;
  if (rest.length > 0 || !NAME.test(role) || !NAME.test(name)) return "a malformed role session";
  const colon = userId.indexOf(":");
  const uniqueId = userId.slice(0, Math.max(colon, 0));
  if (!UNIQUE_ID.test(uniqueId) || userId.slice(colon + 1) !== name) {
    return "a user id that does not belong to the role session";
  }
  return { kind: "assumed-role", name, path: "/", role, uniqueId };
}

function federatedUser(
  tail: readonly string[],
  account: string,
  userId: string,
): Parts | string {
  const [name = "", ...rest] = tail;
  if (rest.length > 0 || !NAME.test(name)) return "a malformed federated user name";
  if (userId !== `${account}:${name}`) return "a user id that does not belong to the user";
  return { kind: "federated-user", name, path: "/", role: null, uniqueId: userId };
}

function unsupported(arn: string, found: string): SentinelError {
  return new SentinelError(
    "IDENTITY_UNSUPPORTED",
    `Cannot tell who is calling: found ${found} in ${JSON.stringify(arn.slice(0, 200))}, ` +
      "want the ARN of a caller as STS answers it",
  );
}
