// config: config.yaml and the pins file, from text to values. Reads YAML: off the fast path.
import { type ErrorCode, SentinelError } from "../errors/mod.ts";
import { formatProblems, readStrict, type Schema, StrictReadError } from "../yaml/mod.ts";
import type { Pins, ReadConfig } from "./meaning.ts";
import { CONFIG, PINS } from "./schema.ts";

/** Reads config.yaml. @throws SentinelError `CONFIG_INVALID` with every problem */
export function readConfig(text: string, file: string): ReadConfig {
  const { value, place } = strictly(text, file, CONFIG, "CONFIG_INVALID", "configuration");
  const origins = Object.keys(value).map((key) => {
    const { file, line } = place([key]);
    return [key, `${file}:${line}`] as const;
  });
  return { values: value, origins: Object.fromEntries(origins) };
}

/** Reads the pins file. @throws SentinelError `PINS_INVALID` with every problem */
export function readPins(text: string, file: string): Pins {
  return strictly(text, file, PINS, "PINS_INVALID", "pins").value;
}

function strictly<T>(
  text: string,
  file: string,
  schema: Schema<T>,
  code: ErrorCode,
  what: string,
) {
  try {
    return readStrict(text, file, schema);
  } catch (error) {
    if (!(error instanceof StrictReadError)) throw error;
    throw new SentinelError(code, `Cannot read ${what}: ${formatProblems(error.problems)}`, {
      hint: `mend ${file}: sentinel help files says where it is`,
      cause: error,
    });
  }
}
