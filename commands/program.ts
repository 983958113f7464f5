// commands: the program's entry: the call's own program, with the process's own world.
import { programFor } from "./hot.ts";

const { start, root } = await programFor(Deno.args);
// In a callback of its own: an error caught with this module's frame on the stack would make V8 go
// through the whole bundle again to learn where that is.
await Promise.resolve().then(() => start(root));
