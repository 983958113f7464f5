// init: writing: modes and links stay, the old file is kept, what changed meanwhile is never written over.
import { strict as assert } from "node:assert";
import { hasCode } from "../../lib/core/errors/mod.ts";
import { appended } from "../../lib/core/setup/mod.ts";
import { presentFile, writeChange } from "../../lib/edges/setup/mod.ts";

const STAMP = "20260105T090000Z";

async function inFolder(use: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function changeOf(path: string) {
  const { bytes: before } = presentFile(path);
  const { after, added } = appended(before, [{ header: "profile x", keys: [["a", "b"]] }]);
  return { path, kind: before === null ? "create" : "append", before, after, added } as const;
}

const mode = (path: string) => (Deno.lstatSync(path).mode ?? 0) & 0o777;
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("writeChange() makes a private file, and its private directory", () =>
  inFolder((folder) => {
    assert.equal(writeChange(changeOf(`${folder}/.aws/config`), STAMP), null);
    assert.equal(mode(`${folder}/.aws`), 0o700);
    assert.equal(mode(`${folder}/.aws/config`), 0o600);
    assert.equal(Deno.readTextFileSync(`${folder}/.aws/config`), "[profile x]\na = b\n");
    assert.deepEqual(names(`${folder}/.aws`), ["config"]);
  }));

Deno.test("writeChange() keeps mode and link, and the old file beside", () =>
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/dotfiles`);
    Deno.writeTextFileSync(`${folder}/dotfiles/aws`, "[default]\n");
    Deno.chmodSync(`${folder}/dotfiles/aws`, 0o640);
    Deno.symlinkSync("dotfiles/aws", `${folder}/config`);
    const backup = writeChange(changeOf(`${folder}/config`), STAMP) ?? "";
    assert.ok(Deno.lstatSync(`${folder}/config`).isSymlink);
    assert.equal(mode(`${folder}/dotfiles/aws`), 0o640);
    assert.equal(Deno.readTextFileSync(`${folder}/config`), "[default]\n\n[profile x]\na = b\n");
    assert.equal(Deno.readTextFileSync(backup), "[default]\n");
    assert.equal(mode(backup), 0o640);
    assert.equal(backup, Deno.realPathSync(`${folder}/dotfiles`) + `/aws.before-sentinel-${STAMP}`);
    assert.deepEqual(names(`${folder}/dotfiles`), ["aws", `aws.before-sentinel-${STAMP}`]);
  }));

Deno.test("writeChange() never writes over an older backup", () =>
  inFolder((folder) => {
    const path = `${folder}/config`;
    Deno.writeTextFileSync(path, "[default]\n");
    const first = writeChange(changeOf(path), STAMP) ?? "";
    const second = writeChange(changeOf(path), STAMP) ?? "";
    assert.equal(second, `${first}-2`);
    assert.equal(Deno.readTextFileSync(first), "[default]\n");
  }));

for (
  const row of [
    { name: "an edit", before: "[default]\n", meanwhile: "[default]\nregion = x\n" },
    { name: "an edit of the same length", before: "[default]\n", meanwhile: "[defaulT]\n" },
    { name: "a file where none was", before: null, meanwhile: "[default]\n" },
  ]
) {
  Deno.test(`writeChange() refuses ${row.name} made since the plan, and leaves nothing behind`, () =>
    inFolder((folder) => {
      const path = `${folder}/config`;
      if (row.before !== null) Deno.writeTextFileSync(path, row.before);
      const change = changeOf(path);
      Deno.writeTextFileSync(path, row.meanwhile);
      assert.throws(
        () => writeChange(change, STAMP),
        (error) =>
          hasCode(error, "FILE_FAILED") && /another program changed it/.test(error.message),
      );
      assert.equal(Deno.readTextFileSync(path), row.meanwhile);
      assert.deepEqual(names(folder), ["config"]);
    }));
}

Deno.test("presentFile() refuses a directory and a link to nothing", () =>
  inFolder((folder) => {
    Deno.symlinkSync("nowhere", `${folder}/config`);
    for (const path of [`${folder}/config`, folder]) {
      assert.throws(() => presentFile(path), (error) => hasCode(error, "FILE_FAILED"));
    }
  }));
