// commands: what the permissions screen shows: every feature, and the answers of IAM as they come.
import { SentinelError } from "../../lib/core/errors/mod.ts";
import {
  type CheckedRight,
  DEFAULT_SCOPE,
  type Detection,
  type Feature,
  featuresOf,
  type Question,
  type Scope,
} from "../../lib/core/permissions/mod.ts";
import { failureOf } from "../../tui/failure.ts";
import type { FeatureHead, Prepared, Row, Sight, Status } from "../../tui/permissions/state.ts";
import type { Session } from "../context.ts";
import { isColoured, shown } from "../screen.ts";
import { reasonsOf, simulatedText } from "./checking.ts";
import { selectionOf } from "./flags.ts";
import { checkFrom, type CheckHere, type Here, lookHere } from "./here.ts";
import { policyText } from "./listing.ts";
import type { ScreenFlags } from "./screen.ts";

/** Shows the screen until the person leaves it. @returns the exit code */
export async function onScreen(
  session: Session,
  open: () => Session,
  flags: ScreenFlags,
): Promise<number> {
  let scope: Scope = DEFAULT_SCOPE;
  const coloured = await isColoured(session);
  return await shown(session, ({ showPermissions }) =>
    showPermissions({
      now: () => session.base.now(),
      coloured,
      look: () => sights(open(), flags, (found) => scope = found),
      document: (features) => policyText({ features }, scope, "json"),
      save: (path, text, replace) => Promise.resolve(session.saveText(path, text, replace)),
    }));
}

async function* sights(
  session: Session,
  flags: ScreenFlags,
  told: (scope: Scope) => void,
): AsyncGenerator<Sight> {
  const selection = selectionOf(flags);
  const listed = featuresOf(selection);
  let here: Here | null = null;
  let check: CheckHere;
  try {
    here = await lookHere(session, flags);
    check = await checkFrom(session, here, { selection, used: true });
  } catch (thrown) {
    if (!(thrown instanceof SentinelError)) throw thrown;
    // What Sentinel needs can be told without anybody to ask for.
    yield { kind: "prepared", prepared: unasked(listed, here) };
    yield { kind: "failed", failure: failureOf(thrown) };
    return;
  }
  told(check.here.scope);
  yield { kind: "prepared", prepared: preparedOf(listed, check) };
  for await (const result of check.results) {
    yield {
      kind: "checked",
      key: keyOf(result),
      status: statusOf(result),
      reasons: [...reasonsOf(result), ...unseenOf(result)],
    };
  }
}

function preparedOf(listed: readonly Feature[], check: CheckHere): Prepared {
  const { here, sources, features, questions } = check;
  const { detection, caller, scope } = here;
  const used = new Set(features.map(({ id }) => id));
  const ordered = usedFirst(listed, used);
  return {
    caller: caller?.principal.arn ?? null,
    simulated: simulatedText(sources),
    features: headsOf(ordered, detection, (id) => used.has(id)),
    rows: ordered.flatMap((feature) =>
      used.has(feature.id)
        ? [...questions.filter((q) => q.feature === feature.id).map(waiting), ...freeRows(feature)]
        : patternRows(feature, scope, "not in use")
    ),
    warnings: detection.warnings,
  };
}

/** @param here what files alone told; `null` = nothing */
function unasked(listed: readonly Feature[], here: Here | null): Prepared {
  const detection = here?.detection ?? { found: [], warnings: [] };
  const used = new Set(detection.found.map(({ feature }) => feature));
  const ordered = usedFirst(listed, used);
  return {
    caller: here?.caller?.principal.arn ?? null,
    simulated: "nobody",
    // What files don't tell, AWS might have.
    features: headsOf(ordered, detection, (id) => used.has(id) || null),
    rows: ordered.flatMap((one) => patternRows(one, here?.scope ?? DEFAULT_SCOPE, "not checked")),
    warnings: detection.warnings,
  };
}

/** What is in use comes first: the rest is there to be looked up. */
function usedFirst(listed: readonly Feature[], used: ReadonlySet<string>): Feature[] {
  return [
    ...listed.filter(({ id }) => used.has(id)),
    ...listed.filter(({ id }) => !used.has(id)),
  ];
}

function headsOf(
  features: readonly Feature[],
  { found }: Pick<Detection, "found">,
  used: (id: string) => boolean | null,
): FeatureHead[] {
  const reasons = new Map(found.map(({ feature, reasons }) => [feature, reasons]));
  return features.map(({ id, brief, optional }) => ({
    id,
    brief,
    optional,
    used: used(id),
    reasons: reasons.get(id) ?? [],
  }));
}

function waiting(question: Question): Row {
  const { feature, action, resource, why, profiles } = question;
  return {
    key: keyOf(question),
    feature,
    action,
    resource,
    why,
    status: "waiting",
    reasons: [],
    profiles,
  };
}

function patternRows(feature: Feature, scope: Scope, status: Status): Row[] {
  const rows = feature.rights.flatMap(({ actions, resources, why }) =>
    actions.flatMap((action) =>
      resources(scope).map((resource) => row(feature.id, action, resource, why, status))
    )
  );
  return [...rows, ...freeRows(feature)];
}

function freeRows({ id, free }: Feature): Row[] {
  return free.map(({ call, because }) => row(id, call, "", because, "free"));
}

function row(feature: string, action: string, resource: string, why: string, status: Status): Row {
  const key = JSON.stringify([feature, action, resource, null]);
  return { key, feature, action, resource, why, status, reasons: [], profiles: [] };
}

function keyOf({ feature, action, resource, by }: Question): string {
  return JSON.stringify([feature, action, resource, by]);
}

function statusOf({ status, missing }: CheckedRight): Status {
  if (status === "not_checked") return "not checked";
  return status === "allowed" && missing.length > 0 ? "in doubt" : status;
}

function unseenOf({ unseen, by, example }: CheckedRight): string[] {
  return [
    ...unseen === null ? [] : [`not simulated: ${unseen}`],
    ...by === null ? [] : [`asked for by ${by}`],
    ...example ? ["an example: nothing here uses one"] : [],
  ];
}
