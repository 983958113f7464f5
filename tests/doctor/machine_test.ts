// doctor: what a machine tells, from real files; looking changes none of them.
import { strict as assert } from "node:assert";
import { lookAtMachine } from "../../lib/edges/doctor/mod.ts";
import { pathFact } from "../../lib/edges/doctor/paths.ts";

async function inHome(use: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    for (
      const name of ["aws", "sentinel", "sentinel/policies", "sentinel/journal", "bin", "other"]
    ) {
      await Deno.mkdir(`${home}/${name}`, { mode: 0o700 });
    }
    await use(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

function look(home: string, more: Record<string, string> = {}) {
  const env: Record<string, string> = {
    HOME: home,
    PATH: `${home}/bin::relative:${home}/other:${home}/bin`,
    AWS_CONFIG_FILE: `${home}/aws/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${home}/aws/credentials`,
    ...more,
  };
  return lookAtMachine({
    env: (name) => env[name],
    now: () => new Date("2026-01-05T09:00:00Z"),
    version: "0.1.0",
    directories: { config: `${home}/sentinel`, state: `${home}/sentinel`, cache: `${home}/cache` },
  });
}

Deno.test("lookAtMachine() finds nothing where nothing is, and says so", () =>
  inHome(async (home) => {
    const found = await look(home);
    assert.deepEqual(found.aws.map(({ sections, trouble }) => ({ sections, trouble })), [
      { sections: null, trouble: null },
      { sections: null, trouble: null },
    ]);
    assert.equal(found.journal.entries, 0);
    assert.equal(found.journal.trouble, null);
    assert.deepEqual(found.onPath, []);
    const kinds = new Map(found.paths.map(({ role, found }) => [role, found.kind]));
    assert.equal(kinds.get("policy"), "absent");
    assert.equal(kinds.get("configuration directory"), "directory");
  }));

Deno.test("lookAtMachine() sees each file's faults by themselves", () =>
  inHome(async (home) => {
    await Deno.writeTextFile(`${home}/aws/config`, "[profile a]\nx\n");
    await Deno.writeTextFile(
      `${home}/aws/credentials`,
      `[b]\ncredential_process = ${home}/gone/sentinel credentials --profile b\n`,
    );
    const found = await look(home);
    assert.match(found.aws[0]?.trouble?.message ?? "", /config:2: found a line without =/);
    assert.equal(found.aws[1]?.sections?.length, 1);
    assert.deepEqual(found.programs, [{ path: `${home}/gone/sentinel`, runs: false }]);
  }));

Deno.test("lookAtMachine() finds programs on PATH in order, each once, and only those that run", () =>
  inHome(async (home) => {
    await Deno.writeTextFile(`${home}/bin/sentinel`, "", { mode: 0o755 });
    await Deno.symlink(`${home}/bin/sentinel`, `${home}/other/sentinel`);
    const { onPath } = await look(home);
    assert.deepEqual(onPath.map(({ path }) => path), [
      `${home}/bin/sentinel`,
      `${home}/other/sentinel`,
    ]);
    assert.equal(new Set(onPath.map(({ real }) => real)).size, 1);
    await Deno.chmod(`${home}/bin/sentinel`, 0o644);
    assert.deepEqual((await look(home)).onPath, []);
  }));

Deno.test("lookAtMachine() sees a torn journal, its size, and a line that is none", () =>
  inHome(async (home) => {
    const segment = `${home}/sentinel/journal/00000001.jsonl`;
    await Deno.writeTextFile(segment, '{"half', { mode: 0o600 });
    const { journal } = await look(home);
    assert.deepEqual([journal.torn, journal.bytes, journal.segments], [true, 6, 1]);
    await Deno.writeTextFile(segment, "rubbish\n");
    assert.equal((await look(home)).journal.trouble?.code, "JOURNAL_BROKEN");
  }));

Deno.test("pathFact() tells files, directories, links and what can't be seen", () =>
  inHome(async (home) => {
    await Deno.writeTextFile(`${home}/file`, "abc", { mode: 0o640 });
    await Deno.symlink(`${home}/file`, `${home}/link`);
    await Deno.symlink(`${home}/nothing`, `${home}/dangling`);
    const file = pathFact("x", `${home}/file`).found;
    assert.deepEqual(file, { kind: "file", mode: 0o640, owner: "you", bytes: 3, link: false });
    assert.deepEqual(pathFact("x", `${home}/link`).found, { ...file, link: true });
    assert.equal(pathFact("x", `${home}/dangling`).found.kind, "unseen");
    assert.equal(pathFact("x", home).found.kind, "directory");
    assert.equal(pathFact("x", "/dev/null").found.kind, "other");
  }));

Deno.test("looking changes nothing", () =>
  inHome(async (home) => {
    await Deno.writeTextFile(`${home}/sentinel/policy.yaml`, "x", { mode: 0o666 });
    await Deno.writeTextFile(`${home}/sentinel/journal/00000001.jsonl`, "", { mode: 0o644 });
    const listing = async () => {
      const { stdout } = await new Deno.Command("ls", { args: ["-lRa", "--full-time", home] })
        .output();
      return new TextDecoder().decode(stdout);
    };
    const before = await listing();
    await look(home);
    assert.equal(await listing(), before);
  }));
