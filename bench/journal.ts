// bench: the record: what an entry costs beside the bytes and the fsync, what verifying costs beside the hash.
import { hash } from "node:crypto";
import { encodeEntry, NO_PREVIOUS } from "../lib/core/journal/entry.ts";
import type { EntryBody } from "../lib/core/journal/types.ts";
import { encodeHead } from "../lib/core/journal/head.ts";
import { openJournal, verifyJournal } from "../lib/edges/journal/mod.ts";
import { segmentName } from "../lib/edges/journal/segments.ts";
import { inTurns, peakMemory, type Row, row, type Sample } from "./measure.ts";

const ENTRIES = Deno.env.get("SENTINEL_BENCH_FULL") === "1" ? 1_000_000 : 100_000;
const SEGMENT = 16 * 1024 * 1024;

const BODY: EntryBody = {
  kind: "outcome",
  requestId: "52fdfc072182654f",
  intent: "ab".repeat(32),
  result: "issued",
  code: null,
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  expiresAt: "2026-01-05T10:00:00.000Z",
};

async function appending(folder: string): Promise<Row> {
  const journal = openJournal({
    dir: `${folder}/journal`,
    now: () => new Date("2026-01-05T09:00:00Z"),
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  const line = encodeEntry({
    v: 1,
    seq: 1,
    at: "2026-01-05T09:00:00.000Z",
    prev: NO_PREVIOUS,
    ...BODY,
  });
  await Deno.writeFile(`${folder}/bare`, new Uint8Array());
  const bare = () => {
    using file = Deno.openSync(`${folder}/bare`, { append: true });
    file.writeSync(line);
    file.syncDataSync();
  };
  const samples = await inTurns(300, { ours: () => journal.append(BODY), bare });
  journal.close();
  return row(
    {
      what: "An entry of the journal, durable",
      against: "the same bytes opened, written and fsynced",
      wanted: "≤ 1.3",
      why: APPENDING,
    },
    samples["ours"],
    samples["bare"],
  );
}

const APPENDING =
  `Beside the write and the fsync there are a lock, a directory listed (another process may
have begun a file), the end of the newest file read and hashed, owner and mode of four
files looked at, and 512 bytes of head.json; on a disk whose fsync is as quick as here that shows. The
largest part is the hash, which WebCrypto makes on another thread: one is waited for, the other is made
while the disk is at work. What would get there: a synchronous SHA-256 (Deno has none but node:crypto's,
which takes longer to load than all the rest), and files held open from one entry to the next, which is
nothing to a call that writes one entry or two.`;

/** Writes a whole journal, as the program would, without its fsyncs; yields its bytes. */
function writeJournal(dir: string, entries: number): number {
  Deno.mkdirSync(dir, { mode: 0o700 });
  let [segment, size, total, prev] = [1, 0, 0, NO_PREVIOUS];
  let file = Deno.openSync(`${dir}/${segmentName(segment)}`, {
    write: true,
    createNew: true,
    mode: 0o600,
  });
  const put = (seq: number, body: EntryBody) => {
    const line = encodeEntry({ ...body, v: 1, seq, at: "2026-01-05T09:00:00.000Z", prev });
    const bytes = new Uint8Array(line.length + 1);
    bytes.set(line);
    bytes[line.length] = 0x0a;
    file.writeSync(bytes);
    [size, total, prev] = [size + bytes.length, total + bytes.length, hash("sha256", line, "hex")];
  };
  let seq = 0;
  while (seq < entries) {
    if (size > SEGMENT - 4096) {
      const previous = { segment, seq, hash: prev };
      file.close();
      [segment, size] = [segment + 1, 0];
      file = Deno.openSync(`${dir}/${segmentName(segment)}`, {
        write: true,
        createNew: true,
        mode: 0o600,
      });
      put(++seq, { kind: "segment", previous });
    }
    put(++seq, BODY);
  }
  file.close();
  Deno.writeTextFileSync(
    `${dir}/head.json`,
    encodeHead({ segment, seq, hash: prev, bytes: size }),
    { mode: 0o600 },
  );
  return total;
}

async function verifying(folder: string): Promise<Row[]> {
  const dir = `${folder}/long`;
  const bytes = new Uint8Array(writeJournal(dir, ENTRIES));
  const samples = await inTurns(3, {
    ours: async () => {
      const { ok, entries } = await verifyJournal(dir);
      if (!ok || entries < ENTRIES) {
        throw new Error("the journal is not whole: nothing is measured");
      }
    },
    hash: () => hash("sha256", bytes, "hex"),
  });
  writeJournal(`${folder}/short`, ENTRIES / 10);
  return [
    row(
      {
        what: `\`journal verify\` of ${ENTRIES.toLocaleString("en")} entries`,
        against: "SHA-256 of the same bytes at one go",
        wanted: "≤ 6",
        why: VERIFYING,
      },
      samples["ours"],
      samples["hash"],
    ),
    row({
      what: `Peak memory of verifying ${ENTRIES.toLocaleString("en")} entries`,
      against: "of verifying a tenth of them",
      wanted: "≤ 1.3",
      why: GROWING,
    }, ...await Promise.all([verifyPeak(dir), verifyPeak(`${folder}/short`)])),
  ];
}

async function verifyPeak(dir: string): Promise<Sample | undefined> {
  const config = new URL("../deno.json", import.meta.url).pathname;
  const script = new URL("./verify.ts", import.meta.url).pathname;
  return await peakMemory(3, {}, Deno.execPath(), ["run", "-A", "--config", config, script, dir]);
}

const VERIFYING =
  `Hashing at one go keeps the processor's SHA unit busy. Here each entry of some 350
bytes is hashed by a call of its own (five times the whole, before anything else is done) and parsed in
full (three to five times more); the rest is reading, checks and the chain. One thread can't get there
while each entry is a call to node:crypto. What would: a worker for each processor, or a hash that takes
many pieces in one call. Workers are not used: a bundle or a compiled program would need an entry of its
own for them, and two processors would reach some 8, by reckoning.`;

const GROWING =
  `The reader holds a chunk and a line, whatever the length: reading and parsing alone take
as much for a million entries as for ten thousand. What grows is memory outside of V8's heap, which
node:crypto takes with each hash and V8 gives back late: half as much again from 10,000 to 100,000
entries, as from there to a million. What would get there: a SHA-256 that leaves nothing behind. Without
GNU time at /usr/bin/time it is not measured.`;

/** Rows about the journal. */
export async function journalRows(): Promise<Row[]> {
  const folder = await Deno.makeTempDir();
  try {
    return [await appending(folder), ...await verifying(folder)];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
