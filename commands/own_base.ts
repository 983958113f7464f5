// commands: the process as one call may see it.
import { VERSION } from "../lib/core/config/version.ts";
import { type Base, processBase } from "./base.ts";
import { keepOnly, rightsOf } from "./rights.ts";

/** The process's own world, the terminal opened where a question may come, the other rights given up. */
export function ownBase(words: readonly string[]): Base {
  const row = rightsOf(words);
  const base = processBase(VERSION, row.terminal);
  keepOnly(row);
  return base;
}
