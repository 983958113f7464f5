// commands: the program's entry: the call, in the process's own world.
import { programFor } from "./hot.ts";
import { ownBase } from "./own_base.ts";

const run = await programFor(Deno.args);
// In a callback of its own: an error caught with this module's frame on the stack would make V8 go
// through the whole bundle again to learn where that is.
Deno.exitCode = await Promise.resolve().then(() => run(ownBase(Deno.args)));
