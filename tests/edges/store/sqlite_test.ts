// store tests: SQLite's file: how it is made, opened, brought forward, and refused.
import { strict as assert } from "node:assert";
import { DatabaseSync } from "node:sqlite";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import { ALL_TABLES, TABLES } from "../../../lib/core/store/tables.ts";
import { SCHEMA } from "../../../lib/edges/store/sqlite_schema.ts";
import { start } from "./child.ts";
import { request } from "./items.ts";
import { withDirectory } from "./place.ts";
import { MACHINE, openAt } from "./sqlite.ts";

const { requests } = TABLES;

function fails(code: ErrorCode, words = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(hasCode(error, code), String(error));
    assert.match(error.message, words);
    assert.ok(error.hint !== null);
    return true;
  };
}

function modeOf(path: string): string {
  return ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8);
}

/** Works on the file by hand. */
function byHand<T>(path: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

Deno.test("sqlite: what is missing is made, and nobody else may read it", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/state/sentinel/sentinel.db`;
    const store = await openAt(path);
    await store.create(requests, request("one"));
    assert.equal(modeOf(`${dir}/state/sentinel`), "700");
    for (const end of ["", "-wal", "-shm", ".lock"]) assert.equal(modeOf(path + end), "600", end);
    await store.close();
    const again = await openAt(path);
    assert.equal((await again.get(requests, "one"))?.id, "one");
    await again.close();
  }));

const HALF_MADE: Readonly<Record<string, (path: string) => void>> = {
  "an empty file": (path) => Deno.writeFileSync(path, new Uint8Array(), { mode: 0o600 }),
  "one that keeps a log, without tables": (path) =>
    byHand(path, (database) => database.exec("PRAGMA journal_mode = WAL")),
  "a lock without a file": (path) => Deno.writeFileSync(`${path}.lock`, new Uint8Array()),
};

for (const [name, make] of Object.entries(HALF_MADE)) {
  Deno.test(`sqlite: ${name}, left by a process that was killed, becomes a store`, () =>
    withDirectory(async (dir) => {
      const path = `${dir}/sentinel.db`;
      make(path);
      const store = await openAt(path);
      assert.equal(await store.create(requests, request("one")), "done");
      await store.close();
      assert.deepEqual([modeOf(path), modeOf(`${path}.lock`)], ["600", "600"]);
    }));
}

Deno.test("sqlite: a file that others may read is tightened", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    await (await openAt(path)).close();
    await Deno.chmod(path, 0o644);
    await (await openAt(path)).close();
    assert.equal(modeOf(path), "600");
  }));

const UNSAFE: Readonly<Record<string, (dir: string, path: string) => Promise<unknown> | void>> = {
  "a file that others may write": (_, path) => Deno.chmod(path, 0o622),
  "a directory that others may write in": (dir) => Deno.chmod(dir, 0o777),
  "a directory that its group may write in": (dir) => Deno.chmod(dir, 0o770),
  "a link": async (dir, path) => {
    await Deno.rename(path, `${dir}/other.db`);
    await Deno.symlink(`${dir}/other.db`, path);
  },
  "a directory in its place": async (_, path) => {
    await Deno.remove(path);
    await Deno.mkdir(path);
  },
  "a log that is a link": (dir, path) => Deno.symlink(`${dir}/else`, `${path}-wal`),
};

for (const [name, spoil] of Object.entries(UNSAFE)) {
  Deno.test(`sqlite: refuses ${name}`, () =>
    withDirectory(async (dir) => {
      const path = `${dir}/sentinel.db`;
      await (await openAt(path)).close();
      await spoil(dir, path);
      await assert.rejects(openAt(path), fails("FILE_UNSAFE"));
    }));
}

const STRANGER = 12_345;
for (const what of ["file", "directory"]) {
  Deno.test({
    name: `sqlite: refuses somebody else's ${what}`,
    // Only root may give a file away.
    ignore: Deno.uid() !== 0,
    fn: () =>
      withDirectory(async (dir) => {
        const path = `${dir}/state/sentinel.db`;
        await (await openAt(path)).close();
        await Deno.chown(what === "file" ? path : `${dir}/state`, STRANGER, STRANGER);
        await assert.rejects(openAt(path), fails("FILE_UNSAFE", /somebody else's/));
      }),
  });
}

Deno.test({
  name: "sqlite: refuses a link to somebody else's directory",
  ignore: Deno.uid() !== 0,
  fn: () =>
    withDirectory(async (dir) => {
      await Deno.mkdir(`${dir}/theirs`, { mode: 0o700 });
      await Deno.chown(`${dir}/theirs`, STRANGER, STRANGER);
      await Deno.symlink(`${dir}/theirs`, `${dir}/link`);
      await assert.rejects(openAt(`${dir}/link/sentinel.db`), fails("FILE_UNSAFE"));
    }),
});

Deno.test({
  name: "sqlite: what is refused isn't left open",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withDirectory(async (dir) => {
      const path = `${dir}/sentinel.db`;
      await (await openAt(path)).close();
      byHand(path, (database) => database.exec("PRAGMA user_version = 99"));
      for (let at = 0; at < 3; at++) await assert.rejects(openAt(path), fails("STORE_NEWER"));
      const files = await Array.fromAsync(Deno.readDir("/proc/self/fd"), ({ name }) => name);
      // One of them was the directory's own, and is gone.
      const open = await Promise.all(
        files.map((name) => Deno.readLink(`/proc/self/fd/${name}`).catch(() => "")),
      );
      assert.deepEqual(open.filter((target) => target.startsWith(dir)), []);
    }),
});

Deno.test("sqlite: a file and its directory are all the rights that it takes", () =>
  withDirectory(async (dir) => {
    const script = new URL("fixtures/opener.ts", import.meta.url).pathname;
    const rights = [`--allow-read=${dir}`, `--allow-write=${dir}`, "--allow-sys=uid"];
    const args = ["run", "--no-prompt", "--no-check", ...rights, script, `${dir}/a.db`, "one"];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
    assert.equal(new TextDecoder().decode(stdout).trim(), "done");
  }));

Deno.test("sqlite: a link to a directory of one's own is followed", () =>
  withDirectory(async (dir) => {
    await Deno.mkdir(`${dir}/real`, { mode: 0o700 });
    await Deno.symlink(`${dir}/real`, `${dir}/link`);
    const store = await openAt(`${dir}/link/sentinel.db`);
    assert.equal(await store.create(requests, request("one")), "done");
    await store.close();
    assert.ok((await Deno.lstat(`${dir}/real/sentinel.db`)).isFile);
  }));

Deno.test("sqlite: refuses a lock that is a link", () =>
  withDirectory(async (dir) => {
    await Deno.symlink(`${dir}/else`, `${dir}/sentinel.db.lock`);
    await assert.rejects(openAt(`${dir}/sentinel.db`), fails("FILE_UNSAFE"));
  }));

Deno.test("sqlite: a file that is no database, and another program's", () =>
  withDirectory(async (dir) => {
    await Deno.writeTextFile(`${dir}/text.db`, "no database. ".repeat(100), { mode: 0o600 });
    await assert.rejects(openAt(`${dir}/text.db`), fails("STORE_DAMAGED", /not a database/));
    byHand(`${dir}/foreign.db`, (database) => database.exec("CREATE TABLE moz_places (id)"));
    const before = await Deno.readFile(`${dir}/foreign.db`);
    await assert.rejects(openAt(`${dir}/foreign.db`), fails("STORE_DAMAGED", /another program/));
    assert.deepEqual(await Deno.readFile(`${dir}/foreign.db`), before, "it is left alone");
  }));

Deno.test("sqlite: what somebody else wrote into it is no item", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    const store = await openAt(path);
    const bodies = {
      torn: '{"id":"torn",',
      list: "[]",
      none: "null",
      older: '{"id":"older","state":"pending"}',
      zero: JSON.stringify({ ...request("zero"), version: 0 }),
      swapped: JSON.stringify(request("another")),
      fraction: JSON.stringify({ ...request("fraction"), count: 0.5 }),
    };
    byHand(path, (database) => {
      const insert = database.prepare("INSERT INTO requests (id, body) VALUES (?, ?)");
      for (const [id, body] of Object.entries(bodies)) {
        if (id !== "torn") insert.run(id, body);
        // An index of the body's fields takes nothing that is no JSON.
        else assert.throws(() => insert.run(id, body), /malformed JSON/);
      }
    });
    for (const id of Object.keys(bodies).filter((id) => id !== "torn")) {
      await assert.rejects(store.get(requests, id), fails("STORE_DAMAGED", new RegExp(id)));
    }
    const all = store.list(requests, {
      index: "by-state",
      partition: "pending",
      newestFirst: true,
    });
    await assert.rejects(Array.fromAsync(all), fails("STORE_DAMAGED"));
    await store.close();
  }));

Deno.test("sqlite: pages of the file that are overwritten are found, not believed", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    const store = await openAt(path);
    for (let at = 0; at < 50; at++) {
      await store.create(requests, request(`item-${at}`, { text: "x".repeat(2000) }));
    }
    await store.close();
    const file = await Deno.open(path, { write: true });
    await file.seek(4096, Deno.SeekMode.Start);
    await file.write(new Uint8Array(60_000).fill(0xa5));
    file.close();
    const broken = await openAt(path);
    await assert.rejects(broken.get(requests, "item-7"), fails("STORE_DAMAGED"));
    await broken.close();
  }));

Deno.test("sqlite: an older form is brought forward, all of it or nothing; a newer one is refused", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    let firsts = 0;
    const first = () => void firsts++;
    const old = { steps: [first], tables: [requests] };
    const store = await openAt(path, { schema: old });
    await store.create(requests, request("kept"));
    await store.close();
    const half = (database: DatabaseSync) => {
      database.exec("DELETE FROM requests");
      throw new TypeError("a step that fails");
    };
    const failing = { steps: [first, half], tables: ALL_TABLES };
    await assert.rejects(
      openAt(path, { schema: failing }),
      fails("FILE_FAILED", /a step that fails/),
    );
    const versionOf = () =>
      byHand(path, (database) => database.prepare("PRAGMA user_version").get()?.["user_version"]);
    assert.equal(versionOf(), 1);
    let ran = 0;
    const mark = (database: DatabaseSync) => {
      ran++;
      database.exec(`UPDATE requests SET body = json_set(body, '$.note', 'brought forward')`);
    };
    const later = { steps: [first, mark], tables: ALL_TABLES };
    const both = await Promise.all([1, 2].map(() => openAt(path, { schema: later })));
    assert.deepEqual([firsts, ran], [1, 1]);
    for (const one of both) {
      assert.equal((await one.get(requests, "kept"))?.["note"], "brought forward");
      assert.equal(await one.get(TABLES.outbox, "none"), null, "new tables are there");
      await one.close();
    }
    assert.equal(versionOf(), 2);
    await assert.rejects(openAt(path, { schema: old }), fails("STORE_NEWER", /version 2/));
  }));

Deno.test("sqlite: a change of the tables takes a new version of the form", () => {
  const forms = ALL_TABLES.map(({ name, ttl, indexes }) =>
    `${name} ${ttl} ${indexes.map((i) => `${i.name}(${i.partition},${i.sort})`).join(" ")}`.trim()
  );
  // When this fails: add a step to sqlite_schema.ts, then write the new version and form here.
  assert.deepEqual([SCHEMA.steps.length, forms], [1, [
    "requests retainUntil by-requester(requester,createdAt) by-state(state,createdAt) by-profile(profile,createdAt)",
    "breakglass retainUntil by-invoker(invoker,createdAt) by-state(state,createdAt) by-profile(profile,createdAt)",
    "locks retainUntil",
    "outbox retainUntil by-state(state,createdAt)",
    "mfa retainUntil by-principal(principal,createdAt)",
  ]]);
});

Deno.test("sqlite: lists and sweeps go by an index", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    const store = await openAt(path);
    const { prototype } = DatabaseSync;
    const { prepare } = prototype;
    const asked: string[] = [];
    prototype.prepare = function (sql: string, ...rest) {
      asked.push(sql);
      return prepare.call(this, sql, ...rest);
    };
    try {
      const query = { index: "by-profile", partition: "prod", newestFirst: true };
      await Array.fromAsync(store.list(requests, query));
      await store.sweep(requests, new Date());
    } finally {
      prototype.prepare = prepare;
      await store.close();
    }
    const plans = byHand(path, (database) =>
      asked.filter((sql) =>
        /^(SELECT|DELETE)/.test(sql)
      ).map((sql) => {
        const bound = [...sql.matchAll(/\?/g)].map((_, at) => at);
        const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...bound);
        return rows.map((row) => String(row["detail"])).join("; ");
      }));
    assert.equal(plans.length, 2);
    assert.match(
      plans[0] ?? "",
      /SEARCH requests USING INDEX requests-by-profile \(<expr>=\? AND <expr>>\? AND <expr><\?\)$/,
    );
    assert.match(plans[1] ?? "", /SEARCH requests USING (COVERING )?INDEX requests-retention/);
  }));

Deno.test("sqlite: sweep() removes what is kept past its time, and nothing else", () =>
  withDirectory(async (dir) => {
    const store = await openAt(`${dir}/sentinel.db`);
    const now = new Date("2026-06-01T00:00:00.500Z");
    const second = Math.floor(now.getTime() / 1000);
    for (
      const [id, retainUntil] of [["past", second - 1], ["now", second], ["later", second + 1]]
    ) {
      await store.create(requests, request(String(id), { retainUntil: Number(retainUntil) }));
    }
    await store.create(requests, request("ever"));
    await store.create(TABLES.locks, request("past", { retainUntil: 1 }));
    assert.equal(await store.sweep(requests, now), 1);
    const left = ["past", "now", "later", "ever"].map((id) => store.get(requests, id));
    assert.deepEqual((await Promise.all(left)).map((item) => item?.id), [
      undefined,
      "now",
      "later",
      "ever",
    ]);
    assert.equal((await store.get(TABLES.locks, "past"))?.id, "past");
    await store.close();
  }));

Deno.test("sqlite: another writer is waited for, and no longer than the limit", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    const store = await openAt(path, { busyMs: 150 });
    const holder = new DatabaseSync(path);
    holder.exec("BEGIN IMMEDIATE");
    const start = performance.now();
    await assert.rejects(store.create(requests, request("one")), fails("STORE_BUSY"));
    const waited = performance.now() - start;
    assert.ok(waited >= 100 && waited < 20_000, `${waited} ms`);
    assert.equal(await store.get(requests, "one"), null, "readers don't wait");
    holder.exec("ROLLBACK");
    assert.equal(await store.create(requests, request("one")), "done");
    holder.close();
    await store.close();
  }));

Deno.test("sqlite: whoever holds the lock on opening costs the limit, and no more", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    using file = await Deno.open(`${path}.lock`, { create: true, write: true, mode: 0o600 });
    file.lockSync(true);
    await assert.rejects(openAt(path, { busyMs: 60 }), fails("STORE_BUSY", /held its lock/));
    file.unlockSync();
    await (await openAt(path)).close();
    file.lockSync(true);
    await (await openAt(path)).close();
    file.unlockSync();
  }));

Deno.test("sqlite: a file that was removed or replaced while it is open takes nothing more", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/state/sentinel.db`;
    const store = await openAt(path);
    await store.create(requests, request("one"));
    await Deno.rename(path, `${path}.old`);
    await assert.rejects(store.create(requests, request("two")), fails("FILE_FAILED"));
    await assert.rejects(store.get(requests, "one"), fails("FILE_FAILED"));
    await Deno.writeFile(path, new Uint8Array(), { mode: 0o600 });
    await assert.rejects(
      store.create(requests, request("two")),
      fails("FILE_FAILED", /another file/),
    );
    await Deno.remove(`${dir}/state`, { recursive: true });
    await assert.rejects(store.get(requests, "one"), fails("FILE_FAILED"));
    const query = { index: "by-state", partition: "pending", newestFirst: true };
    await assert.rejects(Array.fromAsync(store.list(requests, query)), fails("FILE_FAILED"));
    await store.close();
  }));

Deno.test("sqlite: after close() nothing is answered", () =>
  withDirectory(async (dir) => {
    const store = await openAt(`${dir}/sentinel.db`);
    await store.close();
    await assert.rejects(store.get(requests, "one"), fails("FILE_FAILED"));
    await assert.rejects(store.create(requests, request("one")), fails("FILE_FAILED"));
  }));

Deno.test("sqlite: a full disk is said, and what was written stays", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    const store = await openAt(path);
    await store.create(requests, request("before"));
    await store.close();
    // A limit of a file's size stands in for a full disk: 64 KiB, less than the item has.
    const script = new URL("fixtures/opener.ts", import.meta.url).pathname;
    const words = [Deno.execPath(), "run", "-A", "--no-check", script, path, "large"];
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", `trap '' XFSZ; ulimit -f 128; exec "$@"`, "sh", ...words],
    }).output();
    assert.equal(new TextDecoder().decode(stdout).trim(), "FILE_FAILED");
    const after = await openAt(path);
    assert.equal((await after.get(requests, "before"))?.id, "before");
    assert.equal(await after.get(requests, "large"), null);
    assert.equal(await after.create(requests, request("large")), "done");
    await after.close();
  }));

Deno.test("sqlite: a full database is said by its code", () =>
  withDirectory(async (dir) => {
    const steps = [(database: DatabaseSync) => database.exec("PRAGMA max_page_count = 40")];
    const store = await openAt(`${dir}/sentinel.db`, { schema: { ...SCHEMA, steps } });
    const large = request("large", { text: "x".repeat(300_000) });
    await assert.rejects(store.create(requests, large), fails("FILE_FAILED", /full/));
    assert.equal(await store.create(requests, request("small")), "done");
    await store.close();
  }));

Deno.test("sqlite: a read-only database is said by its code", () =>
  withDirectory(async (dir) => {
    const steps = [(database: DatabaseSync) => database.exec("PRAGMA query_only = ON")];
    const opening = openAt(`${dir}/sentinel.db`, { schema: { ...SCHEMA, steps } });
    await assert.rejects(opening, fails("FILE_FAILED", /readonly/));
    await (await openAt(`${dir}/sentinel.db`)).close();
  }));

Deno.test("sqlite: a place where nothing can be written is said", () =>
  withDirectory(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "");
    await assert.rejects(openAt(`${dir}/file/sentinel.db`), fails("FILE_UNSAFE", /no directory/));
    await assert.rejects(openAt("/proc/sentinel/sentinel.db"), fails("FILE_FAILED"));
    // What can be read by nobody is refused by the system itself, to root too, in /proc and /sys.
    await assert.rejects(
      openAt("/sys/kernel/sentinel.db"),
      (error) => hasCode(error, "FILE_FAILED") || hasCode(error, "FILE_UNSAFE"),
    );
  }));

Deno.test("sqlite: the clock of the machine decides nothing", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    const jumps = [0, 8.64e15, 1e12, 2e12].map((at) => () => new Date(at));
    for (const now of jumps) {
      const store = await openAt(path, { ...MACHINE, now });
      const id = `at-${now().getTime()}`;
      assert.equal(await store.create(requests, request(id, { retainUntil: 1 })), "done");
      assert.equal((await store.get(requests, id))?.id, id, "past its retention, not yet swept");
      await store.close();
    }
  }));

Deno.test("sqlite: 24 processes that open it first all come to write", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    // However busy the machine is.
    const busyMs = "60000";
    const openers = Array.from(
      { length: 24 },
      (_, at) => start("opener", path, `opener-${at}`, busyMs),
    );
    const answers = await Promise.all(openers.map((opener) => opener.line()));
    for (const opener of openers) await opener.end();
    assert.deepEqual(new Set(answers), new Set(["done"]));
    const store = await openAt(path);
    const query = { index: "by-state", partition: "pending", newestFirst: true };
    assert.equal((await Array.fromAsync(store.list(requests, query))).length, 24);
    await store.close();
  }));
