// shell: what the generated texts depend on, written down beside them, so that staleness can be told.
import { sha256Hex } from "../lib/core/text/hex.ts";
import { functionNames } from "./names.ts";
import type { CompletionTable } from "./tables.ts";
import type { ShellName, ShellPlan } from "./types.ts";

/** Everything that decides what is written. */
export interface ShellInputs {
  /** Sentinel's own. */
  version: string;
  shell: ShellName;
  /** Gated profiles of the AWS config. */
  gated: readonly string[];
  /** Profiles that have a policy file of their own. */
  onDisk: readonly string[];
  /** Policies in Parameter Store, as they were when somebody asked for them. */
  remote: { root: string; profiles: readonly string[] } | null;
  /** Profiles whose policy is pinned: no function names another one. */
  pinned: readonly string[];
  region: string | null;
  awsProfile: string | null;
  prompt: boolean;
}

/** `sha256:…` of the inputs and of all words that can be completed. */
async function digestOf(inputs: ShellInputs, table: CompletionTable): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([inputs, table]));
  return `sha256:${await sha256Hex(bytes)}`;
}

/** What a writer is given, and what the person should know. */
export async function planOf(
  inputs: ShellInputs,
  table: CompletionTable,
): Promise<{ plan: ShellPlan; warnings: string[] }> {
  const { gated, onDisk, remote, pinned, region, awsProfile, prompt } = inputs;
  const { functions, warnings } = functionNames([...gated, ...onDisk, ...remote?.profiles ?? []]);
  const policies = new Map(
    (remote?.profiles ?? []).filter((name) => !pinned.includes(name))
      .map((name) => [name, `ssm:${remote?.root ?? ""}/${name}`]),
  );
  const passed = [
    ...(region === null ? [] : ["--region", region]),
    ...(awsProfile === null ? [] : ["--aws-profile", awsProfile]),
  ];
  const digest = await digestOf(inputs, table);
  return { plan: { functions, policies, passed, table, prompt, digest }, warnings };
}

/** The inputs as they are kept. */
export function inputsText(inputs: ShellInputs): string {
  return `${JSON.stringify(inputs, null, 2)}\n`;
}

/** Reads what {@link inputsText} wrote; `null` for anything else. */
export function readInputs(text: string): ShellInputs | null {
  try {
    const value = JSON.parse(text) as Partial<ShellInputs>;
    const lists = [value.gated, value.onDisk, value.pinned, value.remote?.profiles ?? []];
    const sound = typeof value.version === "string" && typeof value.prompt === "boolean" &&
      lists.every((l) => Array.isArray(l) && l.every((word) => typeof word === "string")) &&
      [value.region, value.awsProfile, value.remote?.root ?? null].every((word) =>
        word === null || typeof word === "string"
      );
    return sound ? value as ShellInputs : null;
  } catch {
    return null;
  }
}

/** In words, what has changed between what was written and what is; empty = nothing. */
export function changesBetween(then: ShellInputs, now: ShellInputs): string[] {
  const names = (i: ShellInputs) => new Set([...i.gated, ...i.onDisk, ...i.remote?.profiles ?? []]);
  const [before, after] = [names(then), names(now)];
  const added = [...after].filter((name) => !before.has(name)).sort();
  const gone = [...before].filter((name) => !after.has(name)).sort();
  return [
    ...(then.version === now.version ? [] : [`version ${then.version} is now ${now.version}`]),
    ...(added.length === 0 ? [] : [`new: ${added.join(", ")}`]),
    ...(gone.length === 0 ? [] : [`gone: ${gone.join(", ")}`]),
  ];
}
