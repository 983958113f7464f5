// policy: the face of the room. The hot path imports compile.ts and evaluate.ts alone (no YAML).
export type * from "./types.ts";
export type {
  CompiledFile,
  CompiledPolicy,
  CompiledRule,
  Conditions,
  DeviceWants,
  Policy,
  Rule,
  TimeWindow,
} from "./document.ts";
export { compilePolicy, COMPILER } from "./compile.ts";
export { evaluate } from "./evaluate.ts";
export {
  explain,
  type ExplainedCondition,
  type ExplainedFile,
  type ExplainedRule,
  type Explanation,
  type Standing,
} from "./explain.ts";
export { parsePolicy, PolicyInvalidError } from "./parse.ts";
export { renderExplanation } from "./render.ts";
