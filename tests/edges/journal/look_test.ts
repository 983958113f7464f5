// journal tests: a quick look at real files.
import { strict as assert } from "node:assert";
import { lookAtJournal, openJournal } from "../../../lib/edges/journal/mod.ts";
import type { EntryBody } from "../../../lib/core/journal/types.ts";

const NOW = new Date("2026-01-05T09:30:00Z");
const body: EntryBody = {
  kind: "outcome",
  requestId: "0123456789abcdef",
  intent: "0".repeat(64),
  result: "issued",
  code: null,
  accessKeyId: "ASIAEXAMPLE000000001",
  expiresAt: "2026-01-05T10:30:00.000Z",
};

async function withJournal(entries: number, use: (dir: string) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  const dir = `${parent}/journal`;
  try {
    const journal = openJournal({
      dir,
      now: () => NOW,
      random: (n) => crypto.getRandomValues(new Uint8Array(n)),
      sinks: [],
      signer: () => Promise.resolve(null),
    });
    for (let i = 0; i < entries; i++) await journal.append(body);
    await use(dir);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

Deno.test("lookAtJournal: no directory is an empty record, and stays none", () =>
  withJournal(0, async (dir) => {
    const { sight, sessions } = await lookAtJournal(dir, NOW);
    assert.deepEqual(sight, { entries: 0, head: "empty", last: null });
    assert.deepEqual(sessions, []);
    await assert.rejects(Deno.stat(dir), Deno.errors.NotFound);
  }));

Deno.test("lookAtJournal: what was written is there, and the head says so", () =>
  withJournal(3, async (dir) => {
    const { sight, sessions } = await lookAtJournal(dir, NOW);
    assert.equal(sight.entries, 3);
    assert.equal(sight.head, "ok");
    assert.deepEqual(sessions.map(({ accessKeyId }) => accessKeyId), [body.accessKeyId]);
  }));

Deno.test("lookAtJournal: a last line that was changed contradicts the head", () =>
  withJournal(3, async (dir) => {
    const file = `${dir}/00000001.jsonl`;
    const text = await Deno.readTextFile(file);
    const at = text.lastIndexOf("issued");
    await Deno.writeTextFile(file, `${text.slice(0, at)}failed${text.slice(at + 6)}`);
    assert.equal((await lookAtJournal(dir, NOW)).sight.head, "contradicts");
  }));

Deno.test("lookAtJournal: a line that is no entry is told, not passed over", () =>
  withJournal(3, async (dir) => {
    const file = `${dir}/00000001.jsonl`;
    await Deno.writeTextFile(file, "{}\n", { append: true });
    await assert.rejects(lookAtJournal(dir, NOW), { code: "JOURNAL_BROKEN" });
  }));
