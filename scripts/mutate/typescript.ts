// mutate: TypeScript's own parser and checker.
// @ts-ignore: the house's deno.json has no such package, and its check reads this file too.
export { default } from "typescript";
