// commands: the whole program, as an entry needs it.
export { root } from "./app.ts";
export { main } from "./main.ts";
