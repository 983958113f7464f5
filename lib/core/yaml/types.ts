// yaml: places and problems of strictly read files (policy, config, pins, sandbox world).

/** A place in a text; line and column count from 1. */
export interface Place {
  /** The file's name, as shown in errors. */
  file: string;
  /** Line, from 1. */
  line: number;
  /** Column, from 1. */
  column: number;
}

/** One thing wrong with a text. */
export interface Problem extends Place {
  /** Stable id, such as `unknown-key`, `wrong-type`, `bad-zone`. */
  id: string;
  /** What was found, and what was wanted. */
  message: string;
  /** How to mend it, on one line; `null` where there is no single way. */
  fix: string | null;
  /** The text that would stand here instead, where putting it in mends the problem. */
  replacement?: string;
}
