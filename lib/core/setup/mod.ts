// setup: the room's face: from answers and files to a plan. Pure.
export { awsSteps, roleParts, type Step, trustCommand } from "./aws_commands.ts";
export { appended, type NewSection } from "./ini_append.ts";
export { planSetup } from "./plan.ts";
export { diffOf, planText } from "./show.ts";
export { starterConfig, starterPolicy, starterRule } from "./starter.ts";
export type * from "./types.ts";
