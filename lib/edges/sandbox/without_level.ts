// sandbox: what dynalite asks for and never uses in memory: LevelDB on disk, which is native code.
import { Module } from "node:module";

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}

// Native code wants a right that no command has, so the package isn't loaded at all.
const loader = Module as unknown as Loader;
const before = loader._load;
loader._load = (request, ...rest) =>
  request === "level" ? {} : before.call(loader, request, ...rest);

/** To be called when dynalite is loaded: everybody else finds the package. */
export function withLevel(): void {
  loader._load = before;
}
