// doctor: the lines as a person reads them, as JSON, and the exit code that they amount to.
import { type Mask, maskFor } from "./mask.ts";
import { hasRole, profileSections } from "./sections.ts";
import type { Facts, Line, State, Words } from "./types.ts";

/** A line as it is shown. */
export interface ShownLine {
  id: string;
  state: State;
  profile: string | null;
  says: string;
  fix: string | null;
}

/** How many lines stand how. */
export type Counts = Readonly<Record<State, number>>;

/** Everything, fit to be pasted in public. */
export interface Report {
  lines: readonly ShownLine[];
  counts: Counts;
}

/** Groups in the order in which they are shown, with their headings. */
const HEADINGS: Readonly<Record<string, string>> = {
  program: "Program",
  files: "Files",
  config: "Configuration",
  "aws-config": "AWS config",
  environment: "Environment",
  identity: "Base credentials",
  clock: "Clock",
  policy: "Policy",
  journal: "Journal",
  cache: "Cache",
  enforce: "What enforces",
  shell: "Shell",
};

/** The mask that fits these facts. */
export function maskOf(facts: Facts, showNames: boolean): Mask {
  const sections = profileSections(facts.aws);
  // A profile that has a role in one file may have keys in the other.
  const roles = new Set(sections.filter(({ section }) => hasRole(section)).map(({ name }) => name));
  const bases = sections.map(({ name }) => name).filter((name) => !roles.has(name));
  const callers = facts.profiles.flatMap(({ caller }) =>
    caller.state === "asked" ? [caller.name, caller.user] : []
  );
  return maskFor({
    home: facts.home,
    people: [...facts.people, ...callers],
    profiles: bases,
    secrets: facts.secrets,
    showNames,
  });
}

/** Shows lines through a mask. */
export function reportOf(lines: readonly Line[], mask: Mask): Report {
  const shown = lines.map((line): ShownLine => ({
    id: line.id,
    state: line.state,
    profile: line.profile === null ? null : mask(line.profile),
    says: spoken(line.says, mask),
    fix: line.fix === null ? null : spoken(line.fix, mask),
  }));
  const counts = { ok: 0, note: 0, warning: 0, problem: 0, "could-not-look": 0 };
  for (const { state } of shown) counts[state]++;
  return { lines: shown, counts };
}

function spoken(words: Words, mask: Mask): string {
  return words.map((word) => typeof word === "string" ? word : mask(word.foreign)).join("");
}

/** 0 nothing found, 10 something found, 11 could not look at everything. */
export function exitCodeOf({ counts }: Report): 0 | 10 | 11 {
  if (counts.problem + counts.warning > 0) return 10;
  return counts["could-not-look"] > 0 ? 11 : 0;
}

const MARKS: Readonly<Record<State, string>> = {
  ok: "ok",
  note: "note",
  warning: "warning",
  problem: "PROBLEM",
  "could-not-look": "unseen",
};

/** What is to be looked after, the worst first. */
const FINDINGS: readonly State[] = ["problem", "warning", "could-not-look"];

/** The report as text: what was found first, each finding with its id and its fix; the rest by groups. */
export function reportText(report: Report): string {
  const findings = findingsText(report);
  const rest = report.lines.filter(({ state }) => !FINDINGS.includes(state));
  const text = Object.entries(HEADINGS).map(([group, heading]) => {
    const lines = rest.filter(({ id }) => id.startsWith(`doctor/${group}/`));
    return lines.length === 0 ? "" : `${heading}\n${lines.map(lineText).join("")}\n`;
  });
  const found = findings === "" ? "" : `Found\n${findings}\n`;
  return `${found}${text.join("")}${summary(report)}\n`;
}

/** The findings alone; empty when there are none. */
export function findingsText({ lines }: Report): string {
  return FINDINGS.flatMap((wanted) => lines.filter(({ state }) => state === wanted))
    .map(lineText).join("");
}

function lineText({ id, state, says, fix }: ShownLine): string {
  const margin = " ".repeat(11);
  const name = state === "ok" ? "" : `  [${id}]`;
  const next = fix === null ? "" : `${margin}→ ${fix}\n`;
  return `  ${MARKS[state].padEnd(7)}  ${says}${name}\n${next}`;
}

/** One sentence: what was found, and what was not looked at. */
export function summary({ counts }: Report): string {
  const found = counted(counts.problem, "problem") + ", " + counted(counts.warning, "warning");
  const unseen = counts["could-not-look"];
  const seen = unseen === 0
    ? "looked at everything"
    : `could not look at ${counted(unseen, "thing")}`;
  return `${found}; ${seen}`;
}

function counted(count: number, what: string): string {
  return `${count === 0 ? "no" : count} ${what}${count === 1 ? "" : "s"}`;
}
