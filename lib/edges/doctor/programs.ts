// doctor: which program this is, and which ones PATH and the AWS config name. None of them is started.
import type { FoundProgram, MachineFacts } from "../../core/doctor/mod.ts";

/** This program, told by where its code lies. */
export function programFacts(version: string): MachineFacts["program"] {
  const file = Deno.build.standalone
    ? Deno.execPath()
    : decodeURIComponent(new URL(import.meta.url).pathname);
  return {
    version,
    deno: Deno.version.deno,
    os: Deno.build.os,
    release: Deno.osRelease(),
    arch: Deno.build.arch,
    form: formOf(file),
    file,
  };
}

function formOf(file: string): MachineFacts["program"]["form"] {
  if (Deno.build.standalone) return "compiled";
  if (file.includes("/node_modules/")) return "npm package";
  return file.endsWith(".js") ? "bundle" : "checkout";
}

/** Each `sentinel` on PATH that may be run, first come first. */
export function programsOnPath(path: string, name: string): FoundProgram[] {
  const found = path.split(Deno.build.os === "windows" ? ";" : ":")
    .filter((directory) => directory.startsWith("/"))
    .map((directory) => `${directory.replace(/\/+$/, "")}/${name}`);
  return [...new Set(found)].flatMap((program) =>
    mayRun(program) ? [{ path: program, real: Deno.realPathSync(program) }] : []
  );
}

/** True for a file with a bit that lets somebody run it. */
export function mayRun(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch {
    return false;
  }
}
