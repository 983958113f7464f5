// crash: a disk that is full, a journal that can't be written, a directory that goes away.
import { strict as assert } from "node:assert";
import { verifyJournal } from "../../lib/edges/journal/verify.ts";
import { refusal } from "../core/journal/chains.ts";
import { assertWhole, journalIn } from "../edges/journal/desk.ts";
import { type Fate, type Place, withPlace } from "./place.ts";

function ask(place: Place): Promise<Fate> {
  return place.run(place.sentinel("credentials", "--profile", "dev"));
}

/** Nothing came but the reason. */
function assertUnrecorded({ code, out, err }: Fate): void {
  assert.deepEqual([code, out], [5, ""], err);
  assert.match(err, /^error\[JOURNAL_UNWRITABLE\]: /m);
}

/** Bytes of the lines that a grant writes: its intent, and its outcome. */
async function linesOf(place: Place): Promise<{ intent: number; outcome: number }> {
  assert.equal((await ask(place)).code, 0);
  const text = await Deno.readTextFile(`${place.journal}/00000001.jsonl`);
  const [intent = "", outcome = ""] = text.split("\n");
  for (const folder of ["cache", "journal"]) {
    await Deno.remove(`${place.home}/sentinel/${folder}`, { recursive: true });
  }
  return { intent: intent.length + 1, outcome: outcome.length + 1 };
}

const LIMIT = 128 * 512;

/** Fills the journal until exactly `room` bytes are left below the limit. */
async function fill(place: Place, room: number): Promise<void> {
  const journal = journalIn(place.journal);
  const size = () => Deno.statSync(`${place.journal}/00000001.jsonl`).size;
  const put = async (message: number) => {
    const { seq } = await journal.append(refusal("fill", "m".repeat(message)));
    return seq;
  };
  let seq = await put(2000);
  let line = size();
  for (let left = LIMIT - room - size(); left > 3500; left = LIMIT - room - size()) {
    const before = size();
    seq = await put(2000);
    line = size() - before;
  }
  // What a line has beside its message is the same as long as its number has as many digits.
  assert.ok(seq >= 10 && seq < 99);
  await put(LIMIT - room - size() - (line - 2000));
  assert.equal(size(), LIMIT - room);
}

// A limit of a file's size stands in for a full disk: the write that crosses it is short.
const FULL_DISK = [
  { name: "within the intent", room: (l: Lines) => l.intent >> 1, calls: 0, kinds: [] },
  {
    name: "within the outcome",
    room: (l: Lines) => l.intent + (l.outcome >> 1),
    calls: 1,
    kinds: ["intent"],
  },
];
type Lines = { intent: number; outcome: number };

for (const { name, room, calls, kinds } of FULL_DISK) {
  Deno.test(`a disk that is full ${name}: nothing is handed out, and the next writer repairs`, () =>
    withPlace(undefined, async (place) => {
      const lines = await linesOf(place);
      const earlier = await place.count("sts:AssumeRole");
      await fill(place, room(lines));
      const before = await place.entries();
      const words = ["sh", "-c", `trap '' XFSZ; ulimit -f 128; exec "$@"`, "sh"];
      const fate = await place.run(
        words.concat(place.sentinel("credentials", "--profile", "dev")),
      );
      assertUnrecorded(fate);
      assert.equal(await place.count("sts:AssumeRole") - earlier, calls);
      const { ok, tornBytes } = await verifyJournal(place.journal);
      assert.ok(ok && tornBytes > 0, "the limit was met within a line");
      const entries = await place.entries();
      assert.deepEqual(entries.slice(0, before.length), before);
      // Repairs of its own torn lines are short enough to fit.
      const told = entries.slice(before.length).map(({ entry }) => entry.kind);
      assert.deepEqual(told.filter((kind) => kind !== "repair"), kinds);
      const { code, err } = await ask(place);
      assert.deepEqual([code, err], [0, ""]);
      await assertWhole(place.journal);
    }));
}

Deno.test("a journal that can't be written: nothing is handed out, and AWS is not asked", () =>
  withPlace(undefined, async (place) => {
    await journalIn(place.journal).append(refusal("before"));
    const undo = await makeReadOnly(place.journal);
    if (undo === null) return;
    try {
      assertUnrecorded(await ask(place));
    } finally {
      await undo();
    }
    assert.equal(await place.count("sts:AssumeRole"), 0);
    assert.equal((await ask(place)).code, 0);
    await assertWhole(place.journal);
  }));

Deno.test("a journal that goes away while AWS is asked: nothing is handed out", () =>
  withPlace(undefined, async (place) => {
    const fault = { service: "sts", action: "AssumeRole", kind: "hang", seconds: 1.5 };
    const set = await fetch(`${place.control}/fault`, {
      method: "POST",
      body: JSON.stringify(fault),
    });
    await set.body?.cancel();
    const asked = ask(place);
    const end = Date.now() + 20_000;
    // The head is written last: from then on the intent is on record, and AWS is asked.
    while (!await exists(`${place.journal}/head.json`)) {
      assert.ok(Date.now() < end, "no intent came");
      await new Promise((done) => setTimeout(done, 20));
    }
    await Deno.rename(place.journal, `${place.journal}.away`);
    assertUnrecorded(await asked);
    assert.equal(await place.count("sts:AssumeRole"), 1, "AWS was asked");
  }));

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

// Root walks past modes: for root it takes the file system's own flag.
async function makeReadOnly(dir: string): Promise<(() => Promise<void>) | null> {
  const file = `${dir}/00000001.jsonl`;
  if (Deno.uid() !== 0) {
    await Deno.chmod(file, 0o400);
    await Deno.chmod(dir, 0o500);
    return async () => {
      await Deno.chmod(dir, 0o700);
      await Deno.chmod(file, 0o600);
    };
  }
  const chattr = async (flag: string) => {
    const args = [flag, file, dir];
    const command = new Deno.Command("chattr", { args, stdout: "null", stderr: "null" });
    return await command.output().then(({ success }) => success, () => false);
  };
  if (await chattr("+i")) return async () => void await chattr("-i");
  await chattr("-i");
  console.log("SKIP: root ignores modes, and chattr +i is not to be had here");
  return null;
}
