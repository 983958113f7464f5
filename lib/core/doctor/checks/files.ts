// doctor: Sentinel's files and AWS's: whose they are, and who else may write or read them.
import { shellWord } from "../../text/printable.ts";
import { line, say } from "../line.ts";
import type { Facts, Line, PathFact } from "../types.ts";

const OTHERS_WRITE = 0o022;
const OTHERS_READ = 0o044;

/** What a path may hold, by who may read it. */
const PRIVATE = new Set([
  "journal directory",
  "journal segment",
  "journal head",
  "cache directory",
]);

/** Owner and mode of each path. */
export function checkFiles({ paths }: Facts): Line[] {
  const findings = paths.flatMap(findingsOf);
  const there = paths.filter(({ found }) => found.kind === "file" || found.kind === "directory");
  const whole = findings.length === 0
    ? [
      line(
        "files/modes",
        "ok",
        there.length === 0
          ? say`no files and directories yet`
          : say`${there.length} files and directories: yours, and no one else may write them`,
      ),
    ]
    : findings;
  return [...whole, ...absentDirectories(paths)];
}

function findingsOf(fact: PathFact): Line[] {
  const { role, path, found } = fact;
  if (found.kind === "absent") return [];
  if (found.kind === "unseen") {
    return [line("files/unseen", "could-not-look", say`${role} ${path}: ${found.why}`, {
      fix: say`ls -ld ${shellWord(path)}`,
    })];
  }
  if (found.kind === "other") {
    return [line("files/kind", "problem", say`${role} ${path} is neither a file nor a directory`, {
      fix: say`ls -ld ${shellWord(path)}`,
    })];
  }
  return [...ownerFinding(fact, found.owner), ...modeFindings(fact, found.mode ?? 0)];
}

function ownerFinding({ role, path }: PathFact, owner: "you" | "root" | "other"): Line[] {
  if (owner !== "other") return [];
  return [line("files/owner", "problem", say`${role} ${path} belongs to another user`, {
    fix: say`sudo chown "$(id -un)" ${shellWord(path)}`,
  })];
}

function modeFindings({ role, path }: PathFact, mode: number): Line[] {
  if ((mode & OTHERS_WRITE) !== 0) {
    return [line("files/writable", "problem", say`others may write ${role} ${path}`, {
      fix: say`chmod go-w ${shellWord(path)}`,
    })];
  }
  if ((mode & OTHERS_READ) === 0) return [];
  if (PRIVATE.has(role)) {
    return [line("files/readable", "warning", say`others may read ${role} ${path}`, {
      fix: say`chmod go= ${shellWord(path)}`,
    })];
  }
  if (role !== "AWS credentials file") return [];
  return [line("files/credentials-readable", "warning", say`others may read ${role} ${path}`, {
    fix: say`chmod 600 ${shellWord(path)}`,
  })];
}

function absentDirectories(paths: readonly PathFact[]): Line[] {
  const config = paths.find(({ role }) => role === "configuration directory");
  if (config === undefined) return [];
  const [id, text] = config.found.kind === "absent"
    ? ["note", say`no configuration directory ${config.path} yet`] as const
    : ["ok", say`configuration in ${config.path}`] as const;
  return [line("files/configuration-directory", id, text, {
    fix: id === "note" ? say`sentinel init` : null,
  })];
}
