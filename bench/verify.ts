// bench: verifies the journal in a directory, as a process of its own whose memory can be looked at.
import { verifyJournal } from "../lib/edges/journal/mod.ts";

const { ok } = await verifyJournal(Deno.args[0] ?? "");
if (!ok) throw new Error("the journal is not whole: nothing is measured");
