// scripts: writes docs/commands, docs/topics and man/ from the commands themselves.
import { write } from "./docs/write.ts";

const changed = await write();
console.log(changed.length === 0 ? "docs: nothing changed" : `docs: ${changed.join("\ndocs: ")}`);
