// commands: the program's entry: the call's own program, with the process's own world.
import { programFor } from "./hot.ts";

const { start, root } = await programFor(Deno.args);
await start(root);
