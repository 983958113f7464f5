// commands: which form of this program starts inside a sandbox: the bundles, or the sources beside them.

/** The sources that a bundle is made of, from the repository's root. */
const SOURCES = ["commands", "lib", "templates", "shell", "tui", "deno.json", "deno.lock"];

/**
 * Flags under which a bundle needs nothing but itself. `scripts/install.ts` starts it so too. Deno
 * keeps compiled code before it runs any: `--no-lazy` puts all functions into it, which spares a
 * seventh of a warm call; `--single-threaded` spares V8's helpers, which a call of a few hundredths of
 * a second only waits for (a long one takes a twentieth more). The same flags every time, since code
 * kept under others counts for nothing.
 */
export const BUNDLE_FLAGS: readonly string[] = [
  "-q",
  "--no-config",
  "--no-lock",
  "--cached-only",
  "--no-prompt",
  "--v8-flags=--no-lazy,--single-threaded",
  "-A",
];

/**
 * The command that starts the sandbox's entry.
 * @param here where the asking module is: a file of commands/, or a bundle
 */
export function sandboxCommand(here: string): string[] {
  // A compiled program holds one entry: in its sandbox the clock can't be moved, nor pins made.
  if (Deno.build.standalone) return [Deno.execPath()];
  const path = (file: string) => decodeURIComponent(new URL(file, here).pathname);
  const bundled = (file: string) => [Deno.execPath(), "run", ...BUNDLE_FLAGS, file];
  if (!here.endsWith(".ts")) return bundled(path("./sandbox.js"));
  const bundle = path("../dist/sandbox.js");
  if (isFresh(bundle, path("../"))) return bundled(bundle);
  const config = ["--config", path("../deno.json")];
  return [Deno.execPath(), "run", "-A", "-q", ...config, path("./sandbox/entry.ts")];
}

/** True when the bundle is there and no source is newer. */
function isFresh(bundle: string, root: string): boolean {
  const made = changedAt(bundle);
  return made > 0 && SOURCES.every((name) => newest(`${root}${name}`) < made);
}

function newest(path: string): number {
  const own = changedAt(path);
  if (!isDirectory(path)) return own;
  return [...Deno.readDirSync(path)].reduce(
    (latest, { name }) => Math.max(latest, newest(`${path}/${name}`)),
    own,
  );
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Milliseconds; 0 when there is no such file. */
function changedAt(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}
