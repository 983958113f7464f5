// commands: the whole program, as an entry needs it.
export { root } from "./app.ts";
export { main, ownBase, start } from "./main.ts";
