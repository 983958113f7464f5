// yaml: the face of the strict reader; config, pins, policies and the sandbox's world use it.
export type { Place, Problem } from "./types.ts";
export { type Finding, formatProblems, nearest, oneOfWords, StrictReadError } from "./problems.ts";
export { MAX_BYTES, readStrict, type StrictlyRead } from "./read.ts";
export type { Kind, Path, Reader, YamlNode } from "./reader.ts";
export { bool, duration, integer, text, type TextRules, unknownWord } from "./scalars.ts";
export {
  type Fields,
  list,
  mapOf,
  record,
  type RecordOf,
  refine,
  refused,
  type Report,
  type Schema,
  union,
  type Unique,
  type ValueOf,
} from "./schema.ts";
