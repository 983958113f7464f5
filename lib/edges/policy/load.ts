// policy: texts read, parsed, put together with the guardrails, ready to decide.
import { SentinelError } from "../../core/errors/mod.ts";
import { compilePolicy, COMPILER } from "../../core/policy/compile.ts";
import type { CompiledPolicy } from "../../core/policy/document.ts";
import { evaluate } from "../../core/policy/evaluate.ts";
import type { ExplainablePolicy } from "../../core/policy/loaded.ts";
import { hasOwnFile } from "../../core/profiles/mod.ts";
import { printable, quoted, shellWord } from "../../core/text/printable.ts";
import { digestOf, meaningOf } from "../credentials/kept.ts";
import type { SealedFiles } from "../credentials/sealed.ts";
import { readTrustedFile } from "../os/privateFiles.ts";
import type { ReadParameter } from "./parameter.ts";
import { type PolicySource, sourceText } from "./sources.ts";

/** The largest policy file that is read, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;

/** What loading needs. */
export interface PolicyPorts {
  /** Directory of `policy.yaml`, `policies/`, `guardrails.yaml`, `guardrails/`. */
  directory: string;
  now(): Date;
  /** Reads a parameter; absent where nothing can (no credentials yet). */
  parameter?: (source: PolicySource & { kind: "ssm" }) => Promise<ReadParameter>;
  /** Where compiled forms are kept, under a key that the caller's leaf gives. Absent: nowhere. */
  compiled?: SealedFiles | null;
}

interface Text {
  source: string;
  file: string;
  text: string;
  kind: "policy" | "guardrail";
  /** When it was read; absent = now. */
  readAt?: Date;
}

/**
 * Loads the policy that decides for `profile`: `said` where a pin, flag or setting names one, else
 * `policies/<profile>.yaml`, else `policy.yaml`; and every guardrail. The first that exists
 * decides: one that can't be read or is invalid throws and never falls through to the next.
 *
 * @throws SentinelError `POLICY_MISSING`, `POLICY_UNREADABLE`, `POLICY_INVALID`, `FILE_UNSAFE`
 */
export async function loadPolicy(
  profile: string,
  said: PolicySource | null,
  ports: PolicyPorts,
): Promise<ExplainablePolicy> {
  const readAt = ports.now();
  const deciding = said === null ? defaultText(profile, ports) : await textOf(said, ports);
  const texts = [deciding, ...guardrails(ports)];
  const parts = texts.map((t) => [t.kind, t.file, t.text]);
  const source = texts.map((t) => t.source).join(" + ");
  const kept = { label: `policy ${source}`, parts: [COMPILER, parts] };
  const compiled = await meaningOf(kept, ports.compiled ?? null, () => compile(texts));
  return {
    source,
    digest: await digestOf(parts),
    readAt: deciding.readAt ?? readAt,
    signature: "unsigned",
    compiled,
    decide: (request) => evaluate(compiled, request),
  };
}

async function compile(texts: readonly Text[]): Promise<CompiledPolicy> {
  const { parsePolicy, PolicyInvalidError } = await import("../../core/policy/parse.ts");
  const parsed = ({ text, file, kind, source }: Text) => {
    try {
      return parsePolicy(text, { file, kind });
    } catch (error) {
      // Inside, a file is known by its short name; a person needs the path that can be opened.
      if (!(error instanceof PolicyInvalidError) || !source.startsWith("file:")) throw error;
      throw new PolicyInvalidError({ file: source.slice("file:".length), kind }, error.problems);
    }
  };
  return compilePolicy(texts.map(parsed));
}

function defaultText(profile: string, ports: PolicyPorts): Text {
  const folder = folderAt(ports.directory);
  const candidates = hasOwnFile(profile) && folder.mayHold("policies")
    ? [`policies/${profile}.yaml`]
    : [];
  for (const name of [...candidates, "policy.yaml"]) {
    const text = textIn(folder, name, "policy");
    refuseNearlyNamed(folder, name);
    if (text !== null) return text;
  }
  throw new SentinelError(
    "POLICY_MISSING",
    `Cannot decide about profile ${quoted(profile)}: found no policy in ${
      printable(ports.directory)
    }`,
    {
      hint: `sentinel template policy solo --user NAME > ${
        shellWord(`${ports.directory}/policy.yaml`)
      }, or name one with --policy`,
    },
  );
}

async function textOf(source: PolicySource, ports: PolicyPorts): Promise<Text> {
  if (source.kind === "file") {
    const text = fileText(source.path, source.path, "policy");
    if (text !== null) return text;
    throw new SentinelError(
      "POLICY_MISSING",
      `Cannot read policy: ${quoted(source.path)} does not exist`,
      {
        hint: "name an existing file with --policy",
      },
    );
  }
  if (ports.parameter === undefined) {
    throw new SentinelError(
      "POLICY_UNREADABLE",
      `Cannot read policy ${quoted(source.name)}: SSM can't be asked without credentials here`,
      { hint: "name a file with --policy" },
    );
  }
  const read = await ports.parameter(source);
  return { source: sourceText(source), file: `ssm:${source.name}`, ...read, kind: "policy" };
}

function guardrails(ports: PolicyPorts): Text[] {
  // Looked at anew: meanwhile a parameter may have been waited for.
  const folder = folderAt(ports.directory);
  const inside = folder.mayHold("guardrails") ? namesIn(`${folder.path}/guardrails`) : [];
  refuseNearlyNamed(folder, "guardrails.yaml");
  const texts = [];
  for (const name of ["guardrails.yaml", ...inside]) {
    const text = textIn(folder, name, "guardrail");
    if (text !== null) texts.push(text);
  }
  return texts;
}

/** A directory, and what to look for in it. */
interface Folder {
  path: string;
  /** False when nothing in it can be reached by this name, a file's or a directory's. */
  mayHold(name: string): boolean;
}

/**
 * A directory, listed once: a name that isn't there costs an error each time it is looked for, and
 * most of ours are not there. Whether two spellings are one name is the file system's to say: case
 * is passed over, and where a name goes beyond ASCII, or the listing fails, all are looked for.
 */
function folderAt(path: string): Folder {
  const names = new Set<string>();
  try {
    for (const { name } of Deno.readDirSync(path)) names.add(name.toLowerCase());
  } catch {
    return { path, mayHold: () => true };
  }
  // deno-lint-ignore no-control-regex
  const known = /^[\x00-\x7f]*$/.test([...names].join(""));
  return { path, mayHold: (name) => !known || names.has(name) };
}

function textIn(folder: Folder, name: string, kind: Text["kind"]): Text | null {
  return folder.mayHold(firstOf(name)) ? fileText(`${folder.path}/${name}`, name, kind) : null;
}

function firstOf(name: string): string {
  return name.split("/", 1)[0] ?? name;
}

function namesIn(directory: string): string[] {
  const names = [];
  try {
    for (const entry of Deno.readDirSync(directory)) {
      if (entry.name.startsWith(".")) continue;
      // What lies here was meant to bind: a file that would be passed over binds nobody.
      if (!entry.name.endsWith(".yaml")) throw misnamed(`${directory}/${entry.name}`);
      names.push(`guardrails/${entry.name}`);
    }
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    if (cause instanceof SentinelError) throw cause;
    // A guardrail that can't be seen still binds: nothing may be granted without it.
    throw new SentinelError(
      "POLICY_UNREADABLE",
      `Cannot list guardrails in ${printable(directory)}`,
      {
        hint: `make ${shellWord(directory)} a directory that you can read`,
        cause,
      },
    );
  }
  return names.sort();
}

/** `policy.yml` beside (or instead of) `policy.yaml`: somebody means it to count. */
function refuseNearlyNamed(folder: Folder, name: string): void {
  const nearly = name.replace(/\.yaml$/, ".yml");
  if (!folder.mayHold(firstOf(nearly))) return;
  const near = `${folder.path}/${nearly}`;
  try {
    Deno.lstatSync(near);
  } catch {
    return;
  }
  throw misnamed(near);
}

function misnamed(path: string): SentinelError {
  return new SentinelError(
    "POLICY_UNREADABLE",
    `Cannot tell what ${quoted(path)} is for: want *.yaml`,
    {
      hint: `mv ${shellWord(path)} ${
        shellWord(path.replace(/\.[^.\/]*$/, "") + ".yaml")
      }, or move it away`,
    },
  );
}

function fileText(path: string, file: string, kind: Text["kind"]): Text | null {
  const text = policyText(path, file);
  return text === null ? null : { source: `file:${path}`, file, text, kind };
}

/**
 * The text of a policy file, or `null` when there is none.
 * @throws SentinelError `FILE_UNSAFE` (others may write it, a FIFO, …), `POLICY_INVALID` (not UTF-8)
 */
export function policyText(path: string, file: string): string | null {
  const bytes = readTrustedFile(path, { maxBytes: MAX_BYTES });
  if (bytes === null) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SentinelError(
      "POLICY_INVALID",
      `Cannot read policy ${quoted(file)}: it is not UTF-8`,
      {
        hint: "save it as UTF-8",
        cause,
      },
    );
  }
}
