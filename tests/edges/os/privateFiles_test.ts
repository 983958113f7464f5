// os: private files are made private; trusted files are read only if nobody else can have written them.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  ensurePrivateDirectory,
  readTrustedFile,
  writePrivateFile,
} from "../../../lib/edges/os/privateFiles.ts";
import { onlyAsRoot, withDirectory } from "./room.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const mode = (path: string) => (Deno.lstatSync(path).mode ?? 0) & 0o777;
const unsafe = (text: RegExp, hint: RegExp) => (e: unknown) =>
  hasCode(e, "FILE_UNSAFE") && text.test(e.message) && hint.test(e.hint ?? "");
const failed = (e: unknown) => hasCode(e, "FILE_FAILED");
const STRANGER = 65534;

Deno.test("ensurePrivateDirectory() makes it with its parents, and tightens a loose one", () =>
  withDirectory((dir) => {
    const path = `${dir}/a/b`;
    ensurePrivateDirectory(path);
    assert.deepEqual([mode(`${dir}/a`), mode(path)], [0o700, 0o700]);
    Deno.chmodSync(path, 0o775);
    ensurePrivateDirectory(path);
    assert.equal(mode(path), 0o700);
  }));

Deno.test("ensurePrivateDirectory() refuses a link, a file, and what can't be made", () =>
  withDirectory((dir) => {
    Deno.mkdirSync(`${dir}/real`);
    Deno.symlinkSync(`${dir}/real`, `${dir}/link`);
    Deno.writeTextFileSync(`${dir}/file`, "");
    assert.throws(
      () => ensurePrivateDirectory(`${dir}/link`),
      unsafe(/a symbolic link/, /^ls -ld/),
    );
    assert.throws(() => ensurePrivateDirectory(`${dir}/file`), unsafe(/no directory/, /^ls -ld/));
    assert.throws(() => ensurePrivateDirectory(`${dir}/file/below`), failed);
  }));

Deno.test("ensurePrivateDirectory() refuses somebody else's", {
  ignore: onlyAsRoot("only root can give a directory away"),
}, () =>
  withDirectory((dir) => {
    Deno.mkdirSync(`${dir}/theirs`);
    Deno.chownSync(`${dir}/theirs`, STRANGER, STRANGER);
    assert.throws(
      () => ensurePrivateDirectory(`${dir}/theirs`),
      unsafe(/owner to be user 65534/, /ls/),
    );
  }));

Deno.test("writePrivateFile() replaces the file in one piece and leaves nothing beside it", () =>
  withDirectory((dir) => {
    const path = `${dir}/f`;
    Deno.writeTextFileSync(path, "old", { mode: 0o644 });
    using reader = Deno.openSync(path);
    writePrivateFile(path, bytes("new"));
    assert.equal(Deno.readTextFileSync(path), "new");
    assert.equal(mode(path), 0o600);
    const old = new Uint8Array(9);
    assert.equal(reader.readSync(old), 3, "who had it open still reads the old one");
    assert.equal(new TextDecoder().decode(old.subarray(0, 3)), "old");
    assert.deepEqual([...Deno.readDirSync(dir)].map(({ name }) => name), ["f"]);
  }));

Deno.test("writePrivateFile() replaces a link, and does not write through it", () =>
  withDirectory((dir) => {
    Deno.writeTextFileSync(`${dir}/target`, "kept");
    Deno.symlinkSync(`${dir}/target`, `${dir}/link`);
    writePrivateFile(`${dir}/link`, bytes("new"));
    assert.equal(Deno.readTextFileSync(`${dir}/target`), "kept");
    assert.ok(Deno.lstatSync(`${dir}/link`).isFile);
  }));

Deno.test("writePrivateFile() fails with a code, and takes its temporary file back", () =>
  withDirectory((dir) => {
    Deno.mkdirSync(`${dir}/d`);
    Deno.writeTextFileSync(`${dir}/d/in`, "");
    assert.throws(() => writePrivateFile(`${dir}/d`, bytes("x")), failed, "onto a directory");
    assert.throws(() => writePrivateFile(`${dir}/none/f`, bytes("x")), failed);
    assert.deepEqual([...Deno.readDirSync(dir)].map(({ name }) => name), ["d"]);
  }));

const LIMIT = { maxBytes: 100 };
const text = (path: string, options = LIMIT) => {
  const content = readTrustedFile(path, options);
  return content === null ? null : new TextDecoder().decode(content);
};

Deno.test("readTrustedFile() reads a file, through a good link too, and null where there is none", () =>
  withDirectory((dir) => {
    Deno.writeTextFileSync(`${dir}/f`, "x".repeat(100), { mode: 0o644 });
    Deno.symlinkSync("f", `${dir}/link`);
    Deno.writeTextFileSync(`${dir}/empty`, "");
    assert.equal(text(`${dir}/f`), "x".repeat(100));
    assert.equal(text(`${dir}/link`), "x".repeat(100));
    assert.equal(text(`${dir}/empty`), "");
    assert.equal(text(`${dir}/none`), null);
    assert.equal(text(`${dir}/none/below`), null);
    assert.throws(() => text(`${dir}/f/below`), failed);
  }));

Deno.test("readTrustedFile() reads a file whose size says nothing", {
  ignore: Deno.build.os !== "linux",
}, () => {
  assert.match(text("/proc/self/comm") ?? "", /./);
  assert.throws(() => text("/proc/self/status"), unsafe(/more than 100 bytes/, /^ls/));
});

const sh = (command: string) =>
  assert.ok(new Deno.Command("sh", { args: ["-c", command] }).outputSync().success);
const put = (path: string, fileMode = 0o600) => {
  Deno.writeTextFileSync(path, "x");
  Deno.chmodSync(path, fileMode);
};
interface Refusal {
  name: string;
  make: (path: string, dir: string) => void;
  found: RegExp;
  fix?: RegExp;
  root?: boolean;
  rootOnly?: boolean;
}
const REFUSALS: Refusal[] = [
  { name: "a directory", make: (p) => Deno.mkdirSync(p), found: /a directory/ },
  { name: "a named pipe", make: (p) => sh(`mkfifo ${p}`), found: /a named pipe/ },
  { name: "a device, by a link", make: (p) => Deno.symlinkSync("/dev/zero", p), found: /a device/ },
  { name: "a link to nothing", make: (p) => Deno.symlinkSync("none", p), found: /link to nothing/ },
  { name: "a link to itself", make: (p) => Deno.symlinkSync(p, p), found: /./ },
  {
    name: "what the world may write",
    make: (p) => put(p, 0o602),
    found: /others may write/,
    fix: /^chmod go-w \/.*\/it$/,
  },
  { name: "what the group may write", make: (p) => put(p, 0o620), found: /others may write/ },
  {
    name: "a link to what others may write",
    make: (p, dir) => (put(`${dir}/target`, 0o666), Deno.symlinkSync("target", p)),
    found: /target: found a file that others/,
    fix: /^chmod go-w \/.*\/target$/,
  },
  {
    name: "what is too long",
    make: (p) => Deno.writeTextFileSync(p, "x".repeat(101)),
    found: /100/,
  },
  {
    name: "what lies in a directory of the world",
    make: (p, dir) => (put(p), Deno.chmodSync(dir, 0o777)),
    found: /its directory .* open to others/,
    fix: /^chmod go-w/,
  },
  {
    name: "a link into a directory of the world",
    make: (p, dir) => {
      Deno.mkdirSync(`${dir}/open`);
      put(`${dir}/open/target`);
      Deno.chmodSync(`${dir}/open`, 0o777);
      Deno.symlinkSync("open/target", p);
    },
    found: /its directory .*\/open open to others/,
  },
  {
    name: "a stranger's file",
    root: true,
    make: (p) => (put(p), Deno.chownSync(p, STRANGER, STRANGER)),
    found: /owner to be user 65534/,
    fix: /^sudo chown/,
  },
  {
    name: "a stranger's link to a good file",
    root: true,
    make: (p, dir) => {
      put(`${dir}/target`);
      Deno.symlinkSync("target", p);
      sh(`chown -h ${STRANGER} ${p}`);
    },
    found: /owner to be user 65534/,
  },
  {
    name: "a file in a stranger's directory",
    root: true,
    make: (p, dir) => (put(p), Deno.chownSync(dir, STRANGER, STRANGER)),
    found: /owner to be user 65534/,
  },
  {
    name: "a file in the group's directory, where it must be root's",
    root: true,
    rootOnly: true,
    make: (p, dir) => (put(p), Deno.chmodSync(dir, 0o775)),
    found: /open to others/,
  },
];
for (const { name, make, found, fix = /./, root = false, rootOnly = false } of REFUSALS) {
  const ignore = root && onlyAsRoot("only root can give files away");
  Deno.test(`readTrustedFile() refuses ${name}`, { ignore }, () =>
    withDirectory((base) => {
      const dir = `${base}/d`;
      Deno.mkdirSync(dir, { mode: 0o755 });
      make(`${dir}/it`, dir);
      const read = () => readTrustedFile(`${dir}/it`, { ...LIMIT, rootOnly });
      if (name === "a link to itself") assert.throws(read, failed);
      else assert.throws(read, unsafe(found, fix));
    }));
}

Deno.test("readTrustedFile() takes only root's own with rootOnly", {
  ignore: onlyAsRoot("only root can make a file of root's"),
}, () =>
  withDirectory((dir) => {
    put(`${dir}/f`);
    assert.equal(readTrustedFile(`${dir}/f`, { ...LIMIT, rootOnly: true })?.length, 1);
    Deno.chownSync(`${dir}/f`, STRANGER, STRANGER);
    const read = () => readTrustedFile(`${dir}/f`, { ...LIMIT, rootOnly: true });
    assert.throws(read, unsafe(/user 65534/, /chown -h root/));
  }));

Deno.test("readTrustedFile() takes a file of one's own in a sticky directory of the world", () =>
  withDirectory((dir) => {
    put(`${dir}/f`);
    Deno.chmodSync(dir, 0o1777);
    assert.equal(text(`${dir}/f`), "x");
  }));
