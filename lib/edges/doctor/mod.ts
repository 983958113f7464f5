// doctor: the face: all that the machine alone tells. Reads; starts nothing, asks nobody, changes nothing.
import type { MachineFacts } from "../../core/doctor/mod.ts";
import { processOf, profileSections } from "../../core/doctor/sections.ts";
import type { SentinelDirectories } from "../os/directories.ts";
import { awsFile, awsPaths, troubleOf } from "./aws_files.ts";
import { pathFacts } from "./paths.ts";
import { mayRun, programFacts, programsOnPath } from "./programs.ts";
import { cacheFact, journalFact } from "./record.ts";

export { troubleOf };

/** Where to look. */
export interface MachinePorts {
  env(name: string): string | undefined;
  now(): Date;
  version: string;
  directories: SentinelDirectories;
}

/** Looks at files, programs and directories. Never throws for what it finds. */
export async function lookAtMachine(ports: MachinePorts): Promise<MachineFacts> {
  const { env, directories } = ports;
  const paths = awsPaths(env);
  const aws = [
    ...(paths.config === null ? [] : [awsFile("config", paths.config)]),
    ...(paths.credentials === null ? [] : [awsFile("credentials", paths.credentials)]),
  ];
  const named = profileSections(aws).flatMap(({ section }) => {
    const process = processOf(section.values.get("credential_process")?.text);
    return process.kind === "sentinel" && process.program.startsWith("/") ? [process.program] : [];
  });
  return {
    program: programFacts(ports.version),
    paths: pathFacts(directories, paths),
    aws,
    journal: await journalFact(`${directories.state}/journal`, ports.now()),
    cache: cacheFact(directories.cache),
    onPath: programsOnPath(env("PATH") ?? "", "sentinel"),
    programs: [...new Set(named)].map((path) => ({ path, runs: mayRun(path) })),
  };
}
