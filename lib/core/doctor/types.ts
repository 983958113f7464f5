// doctor: what is looked at, as facts, and what is said of it, line by line.
import type { IniSection } from "../profiles/ini.ts";

/** How a line stands. `note` and `ok` are no findings; `could-not-look` is no answer. */
export type State = "ok" | "note" | "warning" | "problem" | "could-not-look";

/** Words of somebody else (a file, a variable, AWS): shown masked and printable. */
export interface Foreign {
  readonly foreign: string;
}

/** A sentence: our own words as they are, others' as {@link Foreign}. */
export type Words = readonly (string | Foreign)[];

/** One thing that was looked at. */
export interface Line {
  /** Stable: `doctor/<group>/<what>`. */
  id: string;
  state: State;
  /** The profile that it is about; `null` = none in particular. */
  profile: string | null;
  says: Words;
  /** The next command, or what to change; `null` where there is nothing to do. */
  fix: Words | null;
}

/** A failure as Sentinel tells it. */
export interface Trouble {
  code: string;
  message: string;
  hint: string | null;
}

/** What stands at a path, seen without following a link unless it is said so. */
export interface PathFact {
  /** What it is for, in our words: `policy`, `journal directory`. */
  role: string;
  path: string;
  found:
    | { kind: "absent" }
    | { kind: "unseen"; why: string }
    | {
      kind: "file" | "directory" | "other";
      /** Permission bits; `null` where there are none (Windows). */
      mode: number | null;
      owner: "you" | "root" | "other";
      bytes: number;
      /** True when `path` is a link; the rest is its target's. */
      link: boolean;
    };
}

/** A text that Sentinel reads, and whether it can. */
export type Reading = { state: "read" } | { state: "absent" } | { state: "failed"; why: Trouble };

/** One of AWS's two files. */
export interface AwsFile {
  path: string;
  which: "config" | "credentials";
  /** Its sections; `null` where there is no file, or it can't be read. */
  sections: readonly IniSection[] | null;
  /** Why it can't be read; `null` where it can, or is absent. */
  trouble: Trouble | null;
}

/** Whose the base credentials of a profile are. */
export type CallerFact =
  | { state: "asked"; arn: string; account: string; name: string; user: string; kind: string }
  | { state: "failed"; why: Trouble }
  | { state: "not asked"; why: "offline" | "a program gives them" | "the profile is broken" };

/** One gated profile. */
export interface ProfileFact {
  name: string;
  role: string | null;
  /** Why it can't be resolved; `null` = it can. */
  broken: Trouble | null;
  /** True when the pins file says something of it. */
  pinned: boolean;
  policy:
    | {
      state: "read";
      source: string;
      signature: "unsigned" | "verified";
      /** What it would answer now; `null` = nobody knows who would ask. */
      answer: { outcome: string; rule: string | null } | null;
    }
    | { state: "failed"; why: Trouble }
    | { state: "not read"; why: string };
  caller: CallerFact;
  /** Seconds that this machine's clock is ahead of AWS's; `null` = AWS wasn't asked, or said no time. */
  clockAhead: number | null;
  /** What seals kept sessions; `null` = unknown. */
  seal: "own secret" | "key file" | null;
}

/** The record, at a glance. */
export interface JournalFact {
  directory: string;
  entries: number;
  head: string;
  /** When the last entry was written, and of which kind; `null` = there is none. */
  last: { at: string; kind: string } | null;
  /** Bytes of all segments. */
  bytes: number;
  segments: number;
  /** True when the newest segment ends within a line. */
  torn: boolean;
  /** Why it can't be looked at; `null` = it can. */
  trouble: Trouble | null;
}

/** How the shell is set up, as `shell init --check` sees it. */
export interface ShellFact {
  /** `zsh`, `bash`, `fish`; `null` = another, or unknown. */
  shell: string | null;
  rc: string | null;
  /** What is missing, stale or broken; ids are that command's. */
  findings: readonly { id: string; message: string; fix: string }[];
  /** Something to know that is no finding. */
  note: string | null;
  /** Why it can't be looked at; `null` = it can. */
  trouble: Trouble | null;
}

/** A program on a path of directories. */
export interface FoundProgram {
  path: string;
  /** Where its links end. */
  real: string;
}

/** What the machine alone tells. */
export interface MachineFacts {
  program: {
    version: string;
    deno: string;
    os: string;
    release: string;
    arch: string;
    form: "checkout" | "bundle" | "npm package" | "compiled";
    file: string;
  };
  paths: readonly PathFact[];
  aws: readonly AwsFile[];
  journal: JournalFact;
  /** Kept sessions and answers. */
  cache: { directory: string; files: number };
  /** Each `sentinel` on PATH, first come first. */
  onPath: readonly FoundProgram[];
  /** Absolute programs that a `credential_process` names: is there one that may be run? */
  programs: readonly { path: string; runs: boolean }[];
}

/** Everything that the checks look at. */
export interface Facts extends MachineFacts {
  offline: boolean;
  /** `--profile`: what is looked at; `null` = all. */
  only: string | null;
  home: string | null;
  /** Names of people that are known here: they are masked wherever they occur. */
  people: readonly string[];
  /** Values that must never be shown. */
  secrets: readonly string[];
  shell: ShellFact;
  config: Reading;
  pins: Reading & { path: string };
  issuer: boolean;
  profiles: readonly ProfileFact[];
  /** Why no profile can be resolved at all; `null` = they can. */
  awsTrouble: Trouble | null;
  /** Names of variables that are set, with the values of those that hold no secret. */
  environment: ReadonlyMap<string, string>;
}

/** Looks at one subject. */
export type Check = (facts: Facts) => readonly Line[];
