// doctor: which program this is, and whether the one that SDKs start is found.
import { line, say } from "../line.ts";
import { processOf, profileSections } from "../sections.ts";
import type { Facts, Line } from "../types.ts";

/** Directories that programs started from a desktop look into, whatever the shell's PATH is. */
const DESKTOP = ["/usr/local/bin/", "/usr/bin/", "/bin/"];

/** Version, form of install, and the way from a `credential_process` to a program. */
export function checkProgram(facts: Facts): Line[] {
  const { version, deno, os, release, arch, form, file } = facts.program;
  return [
    line("program/version", "ok", say`Sentinel ${version}, Deno ${deno}, ${os} ${release} ${arch}`),
    line("program/install", "ok", say`installed as ${form}, ${file}`),
    ...checkOnPath(facts),
    ...checkNamedPrograms(facts),
  ];
}

const OF_SANDBOX = /\/sentinel-sandbox-[0-9a-f]+\/bin\/sentinel$/;

function checkOnPath({ onPath, aws }: Facts): Line[] {
  const bare = profileSections(aws).some(({ section }) => {
    const process = processOf(section.values.get("credential_process")?.text);
    return process.kind === "sentinel" && !process.program.includes("/");
  });
  const [first] = onPath;
  if (first === undefined) {
    return bare
      ? [
        line(
          "program/path",
          "problem",
          say`no sentinel on PATH, but credential_process wants one`,
          {
            fix: say`put it on PATH (deno task install), or name it by its absolute path`,
          },
        ),
      ]
      : [line("program/path", "note", say`no sentinel on PATH`)];
  }
  const lines = [line("program/path", "ok", say`sentinel on PATH is ${first.path}`)];
  // A sandbox puts its own before the installed one, and goes before any desktop could ask for it.
  if (OF_SANDBOX.test(first.path)) return lines;
  const others = new Set(onPath.map(({ real }) => real));
  if (others.size > 1) {
    lines.push(line(
      "program/several",
      "warning",
      say`${others.size} different sentinels on PATH; ${first.path} is the one that starts`,
      { fix: say`remove those that you don't use` },
    ));
  }
  if (bare && !DESKTOP.some((directory) => first.path.startsWith(directory))) {
    lines.push(line(
      "program/desktop-path",
      "note",
      say`programs started from a desktop may not find ${first.path}: they have another PATH`,
      { fix: say`write its whole path into credential_process: command -v sentinel` },
    ));
  }
  return lines;
}

function checkNamedPrograms({ programs }: Facts): Line[] {
  return programs.filter(({ runs }) => !runs).map(({ path }) =>
    line(
      "program/missing",
      "problem",
      say`a credential_process names ${path}, which can't be run`,
      {
        fix: say`correct the path in the AWS config`,
      },
    )
  );
}
