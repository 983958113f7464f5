// shell: what a writer is given, and what it gives back.
import type { ProfileFunction } from "./names.ts";
import type { CompletionTable } from "./tables.ts";

/** The shells that are written for. */
export const SHELLS = ["zsh", "bash", "fish"] as const;

/** One of them. */
export type ShellName = (typeof SHELLS)[number];

/** Everything that one shell's texts are made of. The same plan makes the same bytes. */
export interface ShellPlan {
  functions: readonly ProfileFunction[];
  /** Profile to `ssm:/path`, where its policy was found there: its function names it. */
  policies: ReadonlyMap<string, string>;
  /** Flags that each function passes on: `["--region", "eu-central-1"]`. */
  passed: readonly string[];
  table: CompletionTable;
  /** True: the prompt of a shell that `exec` started shows profile and minutes left. */
  prompt: boolean;
  /** `sha256:…` of the inputs, for the head of each file. */
  digest: string;
}

/** One shell's writer. Pure. @throws SentinelError `USAGE` for words with control characters */
export interface ShellWriter {
  name: ShellName;
  quote(text: string): string;
  /** One text that a shell evaluates whole. */
  inline(plan: ShellPlan): string;
  /**
   * The cached form, by paths below `directory`. `entry` is the one that the rc file sources: it
   * reads nothing else and starts nothing.
   */
  files(plan: ShellPlan, directory: string): { entry: string; files: ReadonlyMap<string, string> };
  /** Completions of `sentinel` alone. */
  completion(table: CompletionTable): string;
  /** The lines for the rc file that source `path` when it is there. */
  sourcing(path: string): string;
}

/** The words of a profile's function before the wrapped command, quoted. */
export function callOf(
  { profile }: ProfileFunction,
  { policies, passed }: Pick<ShellPlan, "policies" | "passed">,
  quote: (text: string) => string,
): string {
  const policy = policies.get(profile);
  const flags = [...passed, ...(policy === undefined ? [] : ["--policy", policy])];
  return ["command sentinel exec --profile", quote(profile), ...flags.map(quote), "--"].join(" ");
}

/** First lines of everything that is generated. */
export function headOf(shell: ShellName, digest: string | null): string {
  return `# Sentinel for ${shell}, written by \`sentinel ${
    digest === null ? `completion ${shell}` : `shell init ${shell}`
  }\`. Do not edit.\n${digest === null ? "" : `# inputs: ${digest}\n`}`;
}
