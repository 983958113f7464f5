// journal: a second place that gets each line as well.
import { SentinelError } from "../../core/errors/mod.ts";
import { printable } from "../../core/text/printable.ts";
import { hasMode, isOursOrRoots, lookAt } from "../os/owner.ts";

/** Takes lines of the journal beside its own files. */
export interface Sink {
  /**
   * Takes one line, newline included. Throws when it could not be taken in full: the append then
   * fails, although the journal's own file has the entry.
   */
  write(line: Uint8Array): void;
}

/** The sink that `--journal` names: a file to append to, or `-` for stderr. */
export function openSink(name: string): Sink {
  return name === "-" ? { write: writeToStderr } : { write: (line) => writeToFile(name, line) };
}

// Opened for each line, so that a file that was rotated away is left alone.
function writeToFile(path: string, line: Uint8Array): void {
  const info = lookAt(path);
  if (info !== null && (!info.isFile || !isOursOrRoots(info) || hasMode(info, 0o022))) {
    throw new SentinelError(
      "FILE_UNSAFE",
      `Cannot append to ${
        printable(path)
      }: found a link, a device or a file that others may write, want a file of your own`,
    );
  }
  using file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  const written = file.writeSync(line);
  if (written !== line.length) {
    throw new SentinelError(
      "FILE_FAILED",
      `Cannot append to ${printable(path)}: ${written} of ${line.length} bytes were taken`,
    );
  }
  file.syncDataSync();
}

function writeToStderr(line: Uint8Array): void {
  for (let done = 0; done < line.length;) done += Deno.stderr.writeSync(line.subarray(done));
}
