// credentials: what a text means is kept for that text alone, and only where its key is.
import { strict as assert } from "node:assert";
import { meaningOf } from "../../../lib/edges/credentials/kept.ts";
import { type SealedFiles, sealedFiles } from "../../../lib/edges/credentials/sealed.ts";
import { COMPILER } from "../../../lib/core/policy/compile.ts";
import { loadPolicy } from "../../../lib/edges/policy/load.ts";

const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
const secret = (text: string) => new TextEncoder().encode(text);

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

/** Counts how often the text had to be read. */
async function reads(
  files: SealedFiles | null,
  parts: readonly unknown[],
): Promise<{ value: unknown; read: number }> {
  let read = 0;
  const value = await meaningOf({ label: "config.yaml", parts }, files, () => {
    read++;
    return Promise.resolve({ meaning: parts });
  });
  return { value, read };
}

Deno.test("meaningOf() reads a text once, and again when it changed", () =>
  inFolder(async (folder) => {
    const files = await sealedFiles(folder, secret("one"), random);
    assert.deepEqual(await reads(files, ["a"]), { value: { meaning: ["a"] }, read: 1 });
    assert.deepEqual(await reads(files, ["a"]), { value: { meaning: ["a"] }, read: 0 });
    assert.deepEqual(await reads(files, ["b"]), { value: { meaning: ["b"] }, read: 1 });
    assert.deepEqual(await reads(files, ["a"]), { value: { meaning: ["a"] }, read: 1 });
    assert.equal((await reads(null, ["a"])).read, 1);
  }));

Deno.test("meaningOf() takes nothing from a cache that another key sealed, or that was touched", () =>
  inFolder(async (folder) => {
    const theirs = await sealedFiles(folder, secret("theirs"), random);
    const ours = await sealedFiles(folder, secret("ours"), random);
    await reads(theirs, ["a"]);
    const [forged] = namesIn(folder);
    await reads(ours, ["a"]);
    const own = namesIn(folder).find((name) => name !== forged);
    // Their file, whole and right, under the name that ours would have.
    await Deno.copyFile(`${folder}/${forged}`, `${folder}/${own}`);
    assert.equal((await reads(ours, ["a"])).read, 1);
    for (const text of ["", "x", '{"digest":"","value":{"meaning":["evil"]}}']) {
      await Deno.writeTextFile(`${folder}/${own}`, text);
      assert.deepEqual(await reads(ours, ["a"]), { value: { meaning: ["a"] }, read: 1 });
    }
  }));

Deno.test("meaningOf() keeps nothing of a text that does not read", () =>
  inFolder(async (folder) => {
    const files = await sealedFiles(folder, secret("one"), random);
    const bad = () => Promise.reject(new Error("bad"));
    await assert.rejects(meaningOf({ label: "config.yaml", parts: ["a"] }, files, bad));
    assert.equal((await reads(files, ["a"])).read, 1);
  }));

Deno.test("loadPolicy() decides by the text that is there, whatever the cache holds", () =>
  inFolder(async (folder) => {
    const file = `${folder}/policy.yaml`;
    const compiled = await sealedFiles(`${folder}/cache`, secret("one"), random);
    const effect = async () => {
      const policy = await loadPolicy("dev", { kind: "file", path: file }, {
        directory: folder,
        now: () => new Date("2026-01-05T09:00:00Z"),
        compiled,
      });
      assert.equal(policy.compiled.compiler, COMPILER);
      return policy.compiled.policy?.rules.map((rule) => rule.effect);
    };
    const write = (word: string) =>
      Deno.writeTextFileSync(
        file,
        `version: "1"\nrules:\n  - {name: r, effect: ${word}, conditions: {profiles: [dev]}}\n`,
        { mode: 0o600 },
      );
    write("allow");
    assert.deepEqual(await effect(), ["allow"]);
    assert.deepEqual(await effect(), ["allow"]);
    write("deny");
    assert.deepEqual(await effect(), ["deny"]);
    // A guardrail that comes later is another text too.
    await Deno.writeTextFile(
      `${folder}/guardrails.yaml`,
      'version: "1"\nrules:\n  - {name: g, effect: deny, conditions: {profiles: [dev]}}\n',
      { mode: 0o600 },
    );
    const guarded = await loadPolicy("dev", { kind: "file", path: file }, {
      directory: folder,
      now: () => new Date("2026-01-05T09:00:00Z"),
      compiled,
    });
    assert.equal(guarded.compiled.guardrails.length, 1);
  }));
