// shell: other people's rc files and our generated ones, on a real disk.
import { strict as assert } from "node:assert";
import {
  characters,
  policyNames,
  readGenerated,
  readRc,
  removeGenerated,
  textOf,
  writeGenerated,
  writeRc,
} from "../../lib/edges/shell/mod.ts";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-files-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("writeRc() leaves a file alone that changed since it was shown", () =>
  inFolder(async (folder) => {
    const path = `${folder}/rc`;
    await Deno.writeTextFile(path, "a\n");
    const seen = readRc(path);
    await Deno.writeTextFile(path, "a\nand more\n");
    assert.throws(() => writeRc(seen, "ours\n"), { code: "FILE_UNSAFE" });
    assert.equal(await Deno.readTextFile(path), "a\nand more\n");
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder), (e) => e.name), ["rc"]);
  }));

Deno.test("readRc() tells no file from a file that can't be edited", () =>
  inFolder(async (folder) => {
    assert.deepEqual(readRc(`${folder}/none`), {
      path: `${folder}/none`,
      target: `${folder}/none`,
      bytes: "",
      mode: null,
    });
    assert.throws(() => readRc(folder), { code: "FILE_UNSAFE" });
    await Deno.symlink("nowhere", `${folder}/dangling`);
    assert.throws(() => readRc(`${folder}/dangling`), { code: "FILE_FAILED" });
  }));

Deno.test({
  name: "readRc() refuses somebody else's file",
  ignore: Deno.uid() !== 0,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/rc`, "");
      await Deno.chown(`${folder}/rc`, 1, 1);
      assert.throws(() => readRc(`${folder}/rc`), { code: "FILE_UNSAFE" });
    }),
});

Deno.test("writeRc() makes a file that wasn't there, and its folder", () =>
  inFolder(async (folder) => {
    const path = `${folder}/deep/er/rc`;
    writeRc(readRc(path), characters("é\n"));
    assert.equal(await Deno.readTextFile(path), "é\n");
    assert.equal(textOf(readRc(path).bytes), "é\n");
  }));

Deno.test("writeGenerated() leaves exactly its files, and touches none that is right", () =>
  inFolder(async (folder) => {
    const made = `${folder}/shell/zsh`;
    await Deno.mkdir(`${folder}/shell`);
    writeGenerated(
      made,
      new Map([["init.zsh", "1"], ["functions/a", "a"], ["functions/b", "b"]]),
      "init.zsh",
    );
    const before = await Deno.stat(`${made}/functions/a`);
    writeGenerated(made, new Map([["init.zsh", "2"], ["functions/a", "a"]]), "init.zsh");
    assert.deepEqual([...readGenerated(made)].sort(), [["functions/a", "a"], ["init.zsh", "2"]]);
    assert.equal((await Deno.stat(`${made}/functions/a`)).ino, before.ino);
    removeGenerated(made);
    removeGenerated(made);
    assert.equal(readGenerated(made).size, 0);
  }));

Deno.test("readGenerated() refuses texts that others may write", () =>
  inFolder(async (folder) => {
    writeGenerated(`${folder}/zsh`, new Map([["init.zsh", "1"]]), "init.zsh");
    await Deno.chmod(`${folder}/zsh/init.zsh`, 0o666);
    assert.throws(() => readGenerated(`${folder}/zsh`), { code: "FILE_UNSAFE" });
  }));

Deno.test("generated files are neither read nor written below a directory that is open to others", () =>
  inFolder(async (folder) => {
    const made = `${folder}/state/shell/zsh`;
    const files = new Map([["init.zsh", "1"]]);
    writeGenerated(made, files, "init.zsh");
    await Deno.chmod(`${folder}/state`, 0o777);
    assert.throws(() => readGenerated(made), { code: "FILE_UNSAFE", message: /state" open to/ });
    assert.throws(() => writeGenerated(made, files, "init.zsh"), { code: "FILE_UNSAFE" });
    // Others may write it, but not rename what is ours.
    await Deno.chmod(`${folder}/state`, 0o1777);
    assert.equal(readGenerated(made).size, 1);
  }));

Deno.test("policyNames() lists files of the right ending, no folders", () =>
  inFolder(async (folder) => {
    for (const name of ["b.yaml", "a.yaml", "c.yml", "README"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    await Deno.mkdir(`${folder}/d.yaml`);
    assert.deepEqual(policyNames(folder), ["a", "b"]);
    assert.deepEqual(policyNames(`${folder}/none`), []);
  }));
