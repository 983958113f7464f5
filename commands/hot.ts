// commands: the commands that other programs wait for, loaded without the rest of the program.
import { buildRouteMap } from "@stricli/core";
import { command as credentials } from "./credentials.ts";
import { command as exec } from "./exec.ts";
import { main, ownBase, type Root, start } from "./main.ts";

/** What an entry needs to run a call. */
export interface Program {
  main: typeof main;
  ownBase: typeof ownBase;
  start: typeof start;
  root: Root;
}

const routes = { credentials, exec };

const hot: Program = {
  main,
  ownBase,
  start,
  root: buildRouteMap({ routes, docs: { brief: "See sentinel --help" } }),
};

/**
 * The program for a call: `credentials` and `exec` from here, everything else (help, mistakes)
 * from the whole program. In the bundled form that is another file, with its own copy of all that
 * both use; it loads before rights are given up, since loading a file is reading one.
 */
export async function programFor([word = ""]: readonly string[]): Promise<Program> {
  if (Object.hasOwn(routes, word)) return hot;
  return await import("./whole.ts");
}
