// store tests: DynamoDB in memory, as a process of its own; prints its port, ends with its stdin.
import dynalite from "dynalite";

const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
for await (const _ of Deno.stdin.readable);
Deno.exit(0);
