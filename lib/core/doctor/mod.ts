// doctor: the room's face: facts in, lines out. Pure.
import { checkAwsConfig } from "./checks/aws_config.ts";
import { checkFiles } from "./checks/files.ts";
import { checkCallers, checkClock, checkPolicies, checkResolved } from "./checks/profiles.ts";
import { checkProgram } from "./checks/program.ts";
import { checkCache, checkJournal } from "./checks/record.ts";
import { checkSettings } from "./checks/settings.ts";
import { checkEnforcement, checkEnvironment, checkShell } from "./checks/surroundings.ts";
import type { Check, Facts, Line } from "./types.ts";

export {
  exitCodeOf,
  findingsText,
  maskOf,
  type Report,
  reportOf,
  reportText,
  type ShownLine,
  summary,
} from "./report.ts";
export type { Mask } from "./mask.ts";
export type * from "./types.ts";

/** Every check, in the order in which their lines come. */
const CHECKS: readonly Check[] = [
  checkProgram,
  checkFiles,
  checkSettings,
  checkAwsConfig,
  checkResolved,
  checkEnvironment,
  checkCallers,
  checkClock,
  checkPolicies,
  checkJournal,
  checkCache,
  checkEnforcement,
  checkShell,
];

/** All that is to be said of these facts. */
export function examine(facts: Facts): Line[] {
  return CHECKS.flatMap((check) => [...check(facts)]);
}

/** What is to be said of one profile alone: the lines that name it, and those that hold for all. */
export function aboutProfile(lines: readonly Line[], profile: string): Line[] {
  return lines.filter((line) => line.profile === null || line.profile === profile);
}
