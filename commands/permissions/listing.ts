// commands: the registry, as text, as JSON or as a policy in one of its forms.
import { SentinelError } from "../../lib/core/errors/mod.ts";
import {
  type Feature,
  featuresOf,
  identityPolicy,
  type Scope,
  scopeOf,
  type Selection,
} from "../../lib/core/permissions/mod.ts";
import { printable, printableJson } from "../../lib/core/text/printable.ts";
import { type Form, formed, FORMS } from "../../templates/forms.ts";
import type { Session } from "../context.ts";
import { scopePartsOf, selectionOf } from "./flags.ts";
import { type Here, lookHere } from "./here.ts";
import type { ListFlags } from "./list.ts";

/** Prints what the flags ask for. */
export async function list(session: Session, flags: ListFlags): Promise<void> {
  const form = formIn(flags.format);
  const selection = selectionOf(flags);
  if (flags.detect && (flags.feature !== undefined || flags.subsystem !== undefined)) {
    throw new SentinelError(
      "USAGE",
      "Cannot list: found --detect beside --feature or --subsystem, want one way to choose",
    );
  }
  const here = flags.detect ? await lookHere(session, flags) : null;
  const scope = here?.scope ?? scopeOf(scopePartsOf(flags));
  const found = here?.detection.found.map(({ feature }) => feature);
  const chosen = { ...selection, ...(found !== undefined && { features: found }) };
  const features = featuresOf(chosen);
  if (form === "human" && await session.work.switchedOn("json")) {
    const listed = features.map((feature) => listedFeature(feature, scope));
    const policy = identityPolicy(chosen, scope);
    session.base.out(
      `${printableJson({ scope, features: listed, policy, detection: here?.detection ?? null })}\n`,
    );
    return;
  }
  if (here !== null && !await session.work.switchedOn("quiet")) session.base.err(reasons(here));
  if (form === "human") {
    session.base.out(humanText(features, scope));
    return;
  }
  const text = policyText(chosen, scope, form);
  if (text === null) {
    throw new SentinelError("USAGE", "Cannot write policy: nothing that was chosen needs a right", {
      hint: "sentinel permissions list shows the features that do",
    });
  }
  session.base.out(text);
}

/** The identity policy of what is chosen, written down; `null` = nothing of it needs a right. */
export function policyText(selection: Selection, scope: Scope, form: Form): string | null {
  const document = identityPolicy(selection, scope);
  return document === null ? null : formed({
    kind: "managed-policy",
    name: "SentinelPermissions",
    document,
    description: "What Sentinel itself asks of AWS",
    comments: ["What Sentinel itself asks of AWS: sentinel permissions list"],
  }, form);
}

function formIn(format: string | undefined) {
  if (format === undefined || format === "human") return "human";
  // CloudFormation's short name, as many write it.
  if (format === "cf") return "cloudformation";
  const known = FORMS.find((form) => form === format);
  if (known !== undefined) return known;
  throw new SentinelError(
    "USAGE",
    `Cannot list: found format ${JSON.stringify(format)}, want human, ${FORMS.join(", ")}`,
    { hint: "--format json" },
  );
}

/** What is in use and why, and what makes that doubtful. */
export function reasons({ detection }: Here): string {
  const lines = [
    ...detection.found.flatMap(({ feature, reasons }) =>
      reasons.map((reason) => `in use: ${feature}: ${printable(reason, 500)}`)
    ),
    ...detection.warnings.map((warning) => `warning: ${printable(warning, 500)}`),
  ];
  return lines.map((line) => `sentinel: ${line}\n`).join("");
}

/** What `--json` says of a feature. */
export interface ListedFeature {
  feature: string;
  subsystem: string;
  brief: string;
  roles: readonly string[];
  optional: boolean;
  rights: readonly {
    actions: readonly string[];
    resources: readonly string[];
    condition: unknown;
    why: string;
    simulation: string;
  }[];
  free: Feature["free"];
}

/** A feature as `--json` says it. */
export function listedFeature(feature: Feature, scope: Scope): ListedFeature {
  const { id, subsystem, brief, roles, optional, rights, free } = feature;
  return {
    feature: id,
    subsystem,
    brief,
    roles,
    optional,
    rights: rights.map((right) => ({
      actions: right.actions,
      resources: right.resources(scope),
      condition: right.condition?.(scope) ?? null,
      why: right.why,
      simulation: right.simulated.kind === "yes"
        ? "whole"
        : `half; not seen: ${right.simulated.unseen}`,
    })),
    free,
  };
}

/** For people: by subsystem, in the registry's order. */
export function humanText(features: readonly Feature[], scope: Scope): string {
  if (features.length === 0) return "(nothing that is built is for them)\n";
  const subsystems = Map.groupBy(features, ({ subsystem }) => subsystem);
  const blocks = Array.from(
    subsystems,
    ([subsystem, inside]) =>
      [`[${subsystem}]`, ...inside.flatMap((feature) => featureLines(feature, scope))].join("\n"),
  );
  return `IAM rights that Sentinel itself needs\n\n${blocks.join("\n\n")}\n`;
}

function featureLines(feature: Feature, scope: Scope): string[] {
  const { id, optional, brief, roles, rights, free } = feature;
  return [
    `  ${id}${optional ? " [optional]" : ""}: ${brief}`,
    `    for         ${roles.join(", ")}`,
    ...rights.flatMap((right) => [
      `    action      ${right.actions.join(", ")}`,
      ...right.resources(scope).map((arn) => `    on          ${arn}`),
      ...conditionLines(right.condition?.(scope)),
      `    why         ${right.why}`,
      ...(right.simulated.kind === "half" ? [`    rests on    ${right.simulated.unseen}`] : []),
    ]),
    ...(rights.length === 0 ? ["    (no IAM right is needed)"] : []),
    ...free.map(({ call, because }) => `    free        ${call}: ${because}`),
  ];
}

function conditionLines(
  condition: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined,
): string[] {
  return Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `    where       ${key} ${operator} ${value}`)
  );
}
