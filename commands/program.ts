// commands: the program's entry: the whole route map, with the process's own world.
import { root } from "./app.ts";
import { start } from "./main.ts";

await start(root);
