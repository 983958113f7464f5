// os: locks exclude, time out, and end with their holder.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { type LockOptions, once, withLock } from "../../../lib/edges/os/lock.ts";
import { withDirectory } from "./room.ts";

const AT = new Date("2026-11-24T09:00:00Z");

// A clock that stands still and a sleep that only counts.
function still(deadlineMs: number): { options: LockOptions; slept: number[] } {
  const slept: number[] = [];
  const options: LockOptions = {
    deadlineMs,
    now: () => AT,
    sleep: (ms) => Promise.resolve(void slept.push(ms)),
    random: (n) => new Uint8Array(n).fill(255),
    code: "JOURNAL_BUSY",
    action: "record in journal",
  };
  return { options, slept };
}

Deno.test("withLock() gives the answer of its work, and lets go after errors too", () =>
  withDirectory(async (dir) => {
    const { options } = still(100);
    assert.equal(await withLock(`${dir}/lock`, options, () => 7), 7);
    await assert.rejects(
      withLock(`${dir}/lock`, options, () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.equal(await withLock(`${dir}/lock`, options, () => Promise.resolve(8)), 8);
    assert.equal((Deno.statSync(`${dir}/lock`).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("withLock() lets one in at a time, in one process as well", () =>
  withDirectory(async (dir) => {
    let inside = 0;
    const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms / 10));
    const work = async () => {
      assert.equal(++inside, 1);
      await sleep(20);
      inside--;
    };
    const options = { ...still(60_000).options, sleep };
    await Promise.all(Array.from({ length: 8 }, () => withLock(`${dir}/lock`, options, work)));
  }));

Deno.test("withLock() waits in growing steps up to its deadline, with the clock standing still", () =>
  withDirectory(async (dir) => {
    const { options, slept } = still(200);
    await withLock(`${dir}/lock`, options, async () => {
      const second = withLock(`${dir}/lock`, options, () => {});
      await assert.rejects(
        second,
        (e) => hasCode(e, "JOURNAL_BUSY") && /^Cannot record in journal: .*0\.2 s$/.test(e.message),
      );
    });
    assert.equal(Math.round(slept.reduce((a, b) => a + b)), 200);
    assert.deepEqual(slept.slice(0, 6), [3, 5, 9, 17, 33, 65]);
  }));

Deno.test("withLock() heeds the clock where sleeping took longer than asked", () =>
  withDirectory(async (dir) => {
    const { options, slept } = still(1000);
    let asked = 0;
    const now = () => new Date(AT.getTime() + 400 * asked++);
    await withLock(`${dir}/lock`, options, async () => {
      const second = withLock(`${dir}/lock`, { ...options, now }, () => {});
      await assert.rejects(second, (e) => hasCode(e, "JOURNAL_BUSY"));
    });
    assert.equal(slept.length, 2);
  }));

for (
  const c of [
    { name: "a link", make: (path: string) => Deno.symlinkSync("/dev/null", path) },
    { name: "a directory", make: (path: string) => Deno.mkdirSync(path) },
  ]
) {
  Deno.test(`withLock() refuses ${c.name} as its file`, () =>
    withDirectory(async (dir) => {
      c.make(`${dir}/lock`);
      const lock = withLock(`${dir}/lock`, still(100).options, () => {});
      await assert.rejects(lock, (e) => hasCode(e, "FILE_UNSAFE"));
    }));
}

async function holder(path: string): Promise<Deno.ChildProcess> {
  const fixture = new URL("./fixtures/hold.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", fixture, path],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assert.equal(new TextDecoder().decode(value), "held\n");
  await reader.cancel();
  return child;
}

Deno.test("withLock() times out on a stopped holder, and goes on once it was killed", () =>
  withDirectory(async (dir) => {
    const child = await holder(`${dir}/lock`);
    try {
      child.kill("SIGSTOP");
      const first = withLock(`${dir}/lock`, still(500).options, () => 1);
      await assert.rejects(first, (e) => hasCode(e, "JOURNAL_BUSY"));
    } finally {
      child.kill("SIGKILL");
      await child.status;
    }
    assert.equal(await withLock(`${dir}/lock`, still(500).options, () => 2), 2);
  }));

const real = (deadlineMs: number): LockOptions => ({
  ...still(deadlineMs).options,
  now: () => new Date(),
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
});

Deno.test("once() makes one for many that want it at once", () =>
  withDirectory(async (dir) => {
    let made = 0;
    let there: number | null = null;
    const flight = {
      look: () => Promise.resolve(there),
      make: async () => {
        await new Promise((done) => setTimeout(done, 30));
        return there = ++made;
      },
    };
    const all = Array.from({ length: 12 }, () => once(`${dir}/lock`, real(9000), flight));
    assert.deepEqual(await Promise.all(all), Array(12).fill(1));
  }));

Deno.test("once() gives what came meanwhile, without its turn", () =>
  withDirectory(async (dir) => {
    const { options, slept } = still(60_000);
    await withLock(`${dir}/lock`, options, async () => {
      const look = () => Promise.resolve(slept.length < 5 ? null : "theirs");
      const make = () => Promise.reject(new Error("made while another held the lock"));
      assert.equal(await once(`${dir}/lock`, options, { look, make }), "theirs");
    });
  }));

Deno.test("once() leaves the next one to try by itself when the first failed", () =>
  withDirectory(async (dir) => {
    let tries = 0;
    const look = () => Promise.resolve(null);
    const make = () => ++tries === 1 ? Promise.reject(new Error("no")) : Promise.resolve(tries);
    const both = [1, 2].map(() => once(`${dir}/lock`, real(9000), { look, make }));
    assert.deepEqual((await Promise.allSettled(both)).map((r) => r.status).sort(), [
      "fulfilled",
      "rejected",
    ]);
  }));

Deno.test("once() gives up when its deadline passes, and says what the holder may be at", () =>
  withDirectory(async (dir) => {
    const options = { ...still(90_000).options, holder: "it may be asking", action: "ask AWS" };
    await withLock(`${dir}/lock`, options, async () => {
      const never = { look: () => Promise.resolve(null), make: () => Promise.resolve(1) };
      await assert.rejects(
        once(`${dir}/lock`, { ...options, code: "ISSUE_BUSY" }, never),
        (e) =>
          hasCode(e, "ISSUE_BUSY") && /^Cannot ask AWS: .* 90 s$/.test(e.message) &&
          /it may be asking/.test(e.hint ?? ""),
      );
    });
  }));

Deno.test("once() goes on where the maker was killed", () =>
  withDirectory(async (dir) => {
    const child = await holder(`${dir}/lock`);
    const none = () => Promise.resolve(null);
    const made = once(`${dir}/lock`, real(9000), { look: none, make: () => Promise.resolve(1) });
    child.kill("SIGKILL");
    await child.status;
    assert.equal(await made, 1);
  }));

Deno.test("once() makes its own where there is no lock to be had", () =>
  withDirectory(async (dir) => {
    Deno.mkdirSync(`${dir}/lock`);
    const flight = { look: () => Promise.resolve(null), make: () => Promise.resolve(1) };
    for (const path of [`${dir}/lock`, `${dir}/nowhere/lock`]) {
      assert.equal(await once(path, still(100).options, flight), 1);
    }
  }));
