// journal: heads that are signed as they are replaced, and keys read from files.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import type { HeadSigner } from "../../../lib/core/journal/head.ts";
import { loadPublicKey, loadSigner } from "../../../lib/edges/journal/signing.ts";
import { requireWhole, verifyJournal } from "../../../lib/edges/journal/verify.ts";
import { refusal } from "../../core/journal/chains.ts";
import { assertWhole, entriesIn, journalIn, kindsIn, withJournalDir } from "./desk.ts";
import { pemOf } from "./keys.ts";

const refused = (code: ErrorCode, text?: RegExp) => (error: unknown) =>
  hasCode(error, code) && (text?.test(error.message) ?? true);
const headOf = (dir: string) => Deno.readTextFileSync(`${dir}/head.json`);
const by = (key: HeadSigner | "unknown") => ({ signer: () => Promise.resolve(key) });
const signatureIn = async (dir: string, key: HeadSigner) =>
  (await verifyJournal(dir, [key])).signature.state;

/** Runs `work` with a journal's path and two keys. */
function withKeys(
  work: (dir: string, own: HeadSigner, other: HeadSigner) => Promise<void>,
): Promise<void> {
  return withJournalDir(async (dir) => {
    const keys = ["own", "other"].map(async (name) => {
      const path = `${dir}-${name}.pem`;
      Deno.writeTextFileSync(path, (await pemOf("Ed25519")).privatePem, { mode: 0o600 });
      return await loadSigner(path);
    });
    const [own, other] = await Promise.all(keys);
    assert.ok(own && other);
    await work(dir, own, other);
  });
}

Deno.test("append() signs each head that it writes, over segments too", () =>
  withKeys(async (dir, own, other) => {
    const journal = journalIn(dir, { ...by(own), segmentBytes: 1000 });
    for (let i = 0; i < 6; i++) {
      await journal.append(refusal(`r${i}`));
      assert.equal(JSON.parse(headOf(dir)).key, own.id);
      const answer = await verifyJournal(dir, [own]);
      assert.deepEqual([answer.ok, answer.signature.state, answer.headSince], [true, "good", 0]);
      requireWhole(answer);
    }
    await assertWhole(dir);
    assert.equal((await verifyJournal(dir)).signature.state, "unknown");
    const foreign = await verifyJournal(dir, [other]);
    assert.equal(foreign.ok, false);
    const wanted = new RegExp(`signed by ${own.id.slice(0, 16)}, want .* ${other.id.slice(0, 16)}`);
    assert.throws(() => requireWhole(foreign), refused("JOURNAL_BROKEN", wanted));
  }));

Deno.test("append() says in the record when the key that signs is new, another, or gone", () =>
  withKeys(async (dir, own, other) => {
    await journalIn(dir).append(refusal("a"));
    await journalIn(dir, by(own)).append(refusal("b"));
    await journalIn(dir, by(own)).append(refusal("c"));
    await journalIn(dir, by(other)).append(refusal("d"));
    await journalIn(dir).append(refusal("e"));
    const entries = (await entriesIn(dir)).map(({ entry }) => entry);
    const notes = entries.flatMap((e) =>
      e.kind === "head" ? [[e.seq, e.signedTo, e.previous, e.key]] : []
    );
    assert.deepEqual(notes, [
      [2, 1, null, own.id],
      [5, 4, own.id, other.id],
      [7, 6, other.id, null],
    ]);
    const answer = await verifyJournal(dir);
    assert.deepEqual([answer.ok, answer.signature.state, answer.headSince], [true, "none", 7]);
    await assertWhole(dir);
  }));

for (
  const c of [
    { name: "its fields", change: (h: string) => h.replace(/"bytes":\d/, '"bytes":1') },
    { name: "its signature", change: (h: string) => h.replace(/"signature":"..../, "$&A") },
    {
      name: "its signature taken",
      change: (h: string) => h.replace(/"signature":"[^"]*"/, '"x":1'),
    },
  ]
) {
  Deno.test(`append() signs no head after one whose own signature was bent: ${c.name}`, () =>
    withKeys(async (dir, own) => {
      const journal = journalIn(dir, by(own));
      await journal.append(refusal("a"));
      await journal.append(refusal("b"));
      const bent = c.change(headOf(dir));
      assert.notEqual(bent, headOf(dir));
      Deno.writeTextFileSync(`${dir}/head.json`, bent);
      const answer = await verifyJournal(dir, [own]);
      assert.deepEqual([answer.ok, answer.signature.state], [false, "wrong"]);
      assert.throws(() => requireWhole(answer), refused("JOURNAL_BROKEN", /head\.json is not by/));
      await assert.rejects(journal.append(refusal("c")), refused("JOURNAL_UNWRITABLE"));
      assert.equal(headOf(dir), bent);
      assert.deepEqual(await kindsIn(dir), ["refused", "refused"]);
    }));
}

Deno.test("a signature that was taken off is missed, and its loss stays in the record", () =>
  withKeys(async (dir, own) => {
    const journal = journalIn(dir, by(own));
    await journal.append(refusal("a"));
    Deno.writeTextFileSync(`${dir}/head.json`, headOf(dir).replace(/,"signature".*/, "}"));
    const answer = await verifyJournal(dir, [own]);
    assert.throws(() => requireWhole(answer), refused("JOURNAL_BROKEN", /is not signed/));
    await journal.append(refusal("b"));
    const after = await verifyJournal(dir, [own]);
    assert.deepEqual([after.ok, after.headSince], [true, 2]);
  }));

Deno.test("entries behind a signed head are not signed without a word", () =>
  withKeys(async (dir, own) => {
    const journal = journalIn(dir, by(own));
    await journal.append(refusal("a"));
    const kept = headOf(dir);
    await journal.append(refusal("b"));
    Deno.writeTextFileSync(`${dir}/head.json`, kept);
    const behind = await verifyJournal(dir, [own]);
    assert.deepEqual([behind.ok, behind.head, behind.signature.state], [true, "behind", "good"]);
    await journal.append(refusal("c"));
    const [, , note] = await entriesIn(dir);
    assert.ok(note?.entry.kind === "head");
    assert.deepEqual([note.entry.signedTo, note.entry.previous], [1, own.id]);
    assert.equal((await verifyJournal(dir, [own])).headSince, 3);
  }));

Deno.test("a head that was lost is repaired and signed; without entries nothing is missed", () =>
  withKeys(async (dir, own) => {
    assert.equal(await signatureIn(dir, own), "missing");
    requireWhole(await verifyJournal(dir, [own]));
    await journalIn(dir, by(own)).append(refusal("a"));
    Deno.removeSync(`${dir}/head.json`);
    const lost = await verifyJournal(dir, [own]);
    assert.throws(() => requireWhole(lost), refused("JOURNAL_INCOMPLETE"));
    await journalIn(dir, by(own)).append(refusal("b"));
    const answer = await verifyJournal(dir, [own]);
    assert.deepEqual([answer.signature.state, answer.headSince], ["good", 2]);
  }));

Deno.test("a signer that is not known now leaves a signed head alone, and writes an unsigned one", () =>
  withKeys(async (dir, own) => {
    await journalIn(dir, by("unknown")).append(refusal("a"));
    assert.equal(await signatureIn(dir, own), "missing");
    await journalIn(dir, by(own)).append(refusal("b"));
    const kept = headOf(dir);
    await journalIn(dir, by("unknown")).append(refusal("c"));
    assert.equal(headOf(dir), kept);
    const answer = await verifyJournal(dir, [own]);
    assert.deepEqual([answer.ok, answer.head, answer.signature.state], [true, "behind", "good"]);
    assert.deepEqual(await kindsIn(dir), ["refused", "head", "refused", "refused"]);
  }));

Deno.test("append() fails, and writes nothing, when its signer can't be had", () =>
  withJournalDir(async (dir) => {
    const signer = () => loadSigner(`${dir}-none.pem`);
    const append = journalIn(dir, { signer }).append(refusal("a"));
    await assert.rejects(append, refused("JOURNAL_UNWRITABLE", /found no file .*-none\.pem/));
    assert.throws(() => Deno.statSync(dir), Deno.errors.NotFound);
  }));

const ed25519 = await pemOf("Ed25519");
const p256 = await pemOf("P-256");
const windows = Deno.build.os === "windows";
for (
  const c of [
    { name: "nobody else may read it", text: ed25519.privatePem, mode: 0o600, found: null },
    { name: "read-only", text: ed25519.privatePem, mode: 0o400, found: null },
    {
      name: "the group may read it",
      text: ed25519.privatePem,
      mode: 0o640,
      found: /others may read/,
    },
    { name: "all may read it", text: ed25519.privatePem, mode: 0o604, found: /others may read/ },
    { name: "the group may write it", text: ed25519.privatePem, mode: 0o620, found: /may write/ },
    { name: "P-256", text: p256.privatePem, mode: 0o600, found: /private key of another kind/ },
    { name: "empty", text: "", mode: 0o600, found: /no PEM/ },
    {
      name: "a public key",
      text: `-----BEGIN PUBLIC KEY-----\n${ed25519.publicBase64}\n-----END PUBLIC KEY-----\n`,
      mode: 0o600,
      found: /PEM of another kind \(public key\)/,
    },
    {
      name: "encrypted",
      text: ed25519.privatePem.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"),
      mode: 0o600,
      found: /PEM of another kind \(encrypted private key\)/,
    },
    {
      name: "cut",
      text: ed25519.privatePem.replace(/....\n-----END/, "\n-----END"),
      mode: 0o600,
      found: /damaged/,
    },
    { name: "too long", text: " ".repeat(20_000), mode: 0o600, found: /more than 16384 bytes/ },
  ]
) {
  Deno.test(
    `loadSigner(): a key file, ${c.name}`,
    { ignore: windows },
    () =>
      withJournalDir(async (dir) => {
        const path = `${dir}.pem`;
        Deno.writeTextFileSync(path, c.text);
        Deno.chmodSync(path, c.mode);
        if (c.found !== null) {
          await assert.rejects(loadSigner(path), (error: unknown) => {
            assert.ok(hasCode(error, "JOURNAL_UNWRITABLE"));
            assert.match(error.message, c.found);
            const secret = ed25519.privatePem.split("\n")[1] ?? "";
            assert.ok(
              !`${error.message}${error.hint}${error.cause}`.includes(secret.slice(20, 40)),
            );
            return true;
          });
          return;
        }
        const signer = await loadSigner(path);
        const key = await loadPublicKey(ed25519.publicBase64);
        assert.equal(key.id, signer.id);
        const bytes = new TextEncoder().encode("head");
        assert.equal(await key.verify(bytes, new Uint8Array(await signer.sign(bytes))), true);
      }),
  );
}

Deno.test("loadPublicKey() takes PEM as well, and refuses what is no key", async () => {
  const pem = `-----BEGIN PUBLIC KEY-----\n${ed25519.publicBase64}\n-----END PUBLIC KEY-----\n`;
  assert.equal((await loadPublicKey(pem)).id, (await loadPublicKey(ed25519.publicBase64)).id);
  await assert.rejects(loadPublicKey(p256.publicBase64), refused("PINS_INVALID"));
});
