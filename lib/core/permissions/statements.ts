// permissions: from features to the statements of an identity policy.
import { SentinelError } from "../errors/mod.ts";
import { nearestOf } from "../text/nearest.ts";
import { quoted } from "../text/printable.ts";
import { FEATURES, ROLES } from "./registry.ts";
import type { Feature, IdentityPolicy, Scope, Selection, Statement } from "./types.ts";

/** Names of subsystems, in the registry's order. */
export const SUBSYSTEMS: readonly string[] = [...new Set(FEATURES.map((f) => f.subsystem))];

/**
 * The features that fit, in the registry's order, whatever the order in which they are named.
 * @throws {SentinelError} `USAGE` for a role, feature or subsystem that there is not
 */
export function featuresOf(selection: Selection): readonly Feature[] {
  const { roles, features, subsystems, requiredOnly = false } = selection;
  known("role", roles, ROLES);
  known("feature", features, FEATURES.map(({ id }) => id));
  known("subsystem", subsystems, SUBSYSTEMS);
  return FEATURES.filter((feature) =>
    (roles?.some((role) => feature.roles.includes(role)) ?? true) &&
    (features?.includes(feature.id) ?? true) &&
    (subsystems?.includes(feature.subsystem) ?? true) &&
    !(requiredOnly && feature.optional)
  );
}

function known(
  kind: string,
  asked: readonly string[] | undefined,
  names: readonly string[],
): void {
  for (const name of asked ?? []) {
    if (names.includes(name)) continue;
    const [near] = nearestOf(name, names, 1);
    const hint = near === undefined ? {} : { hint: `did you mean ${near}?` };
    const message = `Cannot find ${kind} ${quoted(name)}: want one of ${names.join(", ")}`;
    throw new SentinelError("USAGE", message, hint);
  }
}

/**
 * The statements that allow what the selected features do, and nothing else: in the registry's
 * order, rights on the same resources under the same condition in one statement, which has the name
 * of the first. The same selection and scope give the same statements.
 *
 * @param scope made by `scopeOf`
 * @returns an empty list where nothing that is selected needs a right
 * @throws {SentinelError} `USAGE` for a role, feature or subsystem that there is not
 */
export function statementsFor(selection: Selection, scope: Scope): readonly Statement[] {
  const merged = new Map<string, { sid: string; actions: Set<string>; rest: Rest }>();
  for (const right of featuresOf(selection).flatMap(({ rights }) => rights)) {
    const condition = right.condition?.(scope);
    const rest: Rest = {
      Resource: right.resources(scope),
      ...(condition !== undefined && { Condition: condition }),
    };
    const key = JSON.stringify(rest);
    const found = merged.get(key) ?? { sid: right.sid, actions: new Set(), rest };
    merged.set(key, found);
    for (const action of right.actions) found.actions.add(action);
  }
  return [...merged.values()].map(({ sid, actions, rest }) => ({
    Sid: sid,
    Effect: "Allow",
    Action: [...actions].sort(),
    ...rest,
  }));
}

type Rest = Pick<Statement, "Resource" | "Condition">;

/** The statements as a policy document; `null` where there are none, since IAM takes no empty one. */
export function identityPolicy(selection: Selection, scope: Scope): IdentityPolicy | null {
  const statements = statementsFor(selection, scope);
  return statements.length === 0 ? null : { Version: "2012-10-17", Statement: statements };
}
