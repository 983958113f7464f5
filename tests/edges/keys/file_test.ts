// keys: keys in files: made once, private, opened with suspicion; and openssl as a witness.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import {
  APPROVAL_CONTEXT,
  keyId,
  parsePublicKey,
  publicPem,
  statementBytes,
  verifySignature,
} from "../../../lib/core/keys/mod.ts";
import { loadSigner } from "../../../lib/edges/journal/signing.ts";
import { makeKey, openKey } from "../../../lib/edges/keys/mod.ts";
import { digestOf } from "../../core/keys/pairs.ts";
import { pemOf } from "../journal/keys.ts";
import { assertRefused, assertSigns, has, openssl, withFolder } from "./desk.ts";

const windows = Deno.build.os === "windows";
const open = (spec: string) => openKey(spec, APPROVAL_CONTEXT);
const ed25519 = await pemOf("Ed25519");
const p256 = await pemOf("P-256");
const SECRET = ed25519.privatePem.split("\n")[1]?.slice(20, 60) ?? "";

Deno.test("makeKey() makes a private file that openKey() opens, and the journal can sign with", () =>
  withFolder(async (folder) => {
    const spec = `file:${folder}/lea.pem`;
    const publicKey = await makeKey(spec);
    const info = Deno.lstatSync(`${folder}/lea.pem`);
    if (!windows) assert.equal((info.mode ?? 0) & 0o777, 0o600);
    const key = await open(spec);
    assert.equal(key.algorithm, "ed25519");
    assert.equal(key.id, await keyId(publicKey));
    await assertSigns(key, publicKey);
    assert.equal((await loadSigner(`${folder}/lea.pem`)).id, key.id);
    const [first] = Array.from(Deno.readDirSync(folder), ({ name }) => name);
    assert.deepEqual([first], ["lea.pem"], "nothing else is left behind");
  }));

Deno.test("makeKey() gives another key each time", () =>
  withFolder(async (folder) => {
    const ids = await Promise.all(
      ["a", "b"].map(async (name) => await keyId(await makeKey(`file:${folder}/${name}`))),
    );
    assert.notEqual(ids[0], ids[1]);
  }));

for (
  const c of [
    { name: "a file", put: (path: string) => Deno.writeTextFileSync(path, "mine") },
    { name: "a link to nothing", put: (path: string) => Deno.symlinkSync("/nowhere/at/all", path) },
    { name: "a directory", put: (path: string) => Deno.mkdirSync(path) },
  ]
) {
  Deno.test(
    `makeKey() writes over nothing: ${c.name}`,
    { ignore: windows },
    () =>
      withFolder(async (folder) => {
        const path = `${folder}/lea.pem`;
        c.put(path);
        const before = Deno.lstatSync(path);
        await assertRefused(makeKey(`file:${path}`), "KEY_UNUSABLE", /something at .* already/);
        const after = Deno.lstatSync(path);
        assert.deepEqual([after.ino, after.mtime, after.size], [
          before.ino,
          before.mtime,
          before.size,
        ]);
      }),
  );
}

Deno.test("makeKey() of one path, by eight at once, makes one key", () =>
  withFolder(async (folder) => {
    const spec = `file:${folder}/lea.pem`;
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => makeKey(spec)));
    const made = all.filter((one) => one.status === "fulfilled");
    assert.equal(made.length, 1);
    assert.deepEqual((await open(spec)).publicKey, made[0]?.value);
  }));

Deno.test(
  "makeKey() in a directory that others may write leaves no key there",
  { ignore: windows },
  () =>
    withFolder(async (folder) => {
      Deno.mkdirSync(`${folder}/open`);
      Deno.chmodSync(`${folder}/open`, 0o777);
      await assertRefused(makeKey(`file:${folder}/open/lea.pem`), "FILE_UNSAFE", /open to others/);
      assert.deepEqual([...Deno.readDirSync(`${folder}/open`)], []);
    }),
);

Deno.test("makeKey() in no directory says so", () =>
  withFolder(async (folder) => {
    await assertRefused(makeKey(`file:${folder}/no/lea.pem`), "FILE_FAILED", /no such file/i);
  }));

for (
  const c of [
    { name: "the group may read it", text: ed25519.privatePem, mode: 0o640, code: "FILE_UNSAFE" },
    { name: "all may read it", text: ed25519.privatePem, mode: 0o604, code: "FILE_UNSAFE" },
    { name: "the group may write it", text: ed25519.privatePem, mode: 0o620, code: "FILE_UNSAFE" },
    { name: "empty", text: "", mode: 0o600, code: "KEY_UNUSABLE" },
    { name: "P-256", text: p256.privatePem, mode: 0o600, code: "KEY_UNUSABLE" },
    { name: "a public key", text: ed25519.publicBase64, mode: 0o600, code: "KEY_UNUSABLE" },
    {
      name: "cut",
      text: ed25519.privatePem.replace(/....\n-----END/, "\n-----END"),
      mode: 0o600,
      code: "KEY_UNUSABLE",
    },
    { name: "too long", text: " ".repeat(20_000), mode: 0o600, code: "FILE_UNSAFE" },
  ] as const
) {
  Deno.test(`openKey() of a file, ${c.name}, is refused and tells nothing of it`, {
    ignore: windows,
  }, () =>
    withFolder(async (folder) => {
      const path = `${folder}/lea.pem`;
      Deno.writeTextFileSync(path, c.text);
      Deno.chmodSync(path, c.mode);
      await assertRefused(open(`file:${path}`), c.code, /^Cannot (open key|read) /, [SECRET]);
    }));
}

Deno.test("openKey() says which file there is none of, and never makes one", () =>
  withFolder(async (folder) => {
    await assertRefused(open(`file:${folder}/no.pem`), "KEY_MISSING", /found no file .*no\.pem/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("openKey() and makeKey() take no key of another kind, and no key of KMS is made here", async () => {
  await assertRefused(open("lea.pem"), "CONFIG_INVALID", /a key of another kind/);
  await assertRefused(makeKey("file:lea.pem"), "CONFIG_INVALID", /no absolute path/);
  const arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  await assertRefused(makeKey(`kms:${arn}`), "KEY_UNUSABLE", /only KMS makes/);
  await assertRefused(open(`kms:${arn}`), "NO_CREDENTIALS", /nobody is there to ask KMS/);
  await assert.rejects(openKey("file:/k", "approval"), RangeError);
});

// Version 3 is the first whose pkeyutl signs by Ed25519 (-rawin).
const noOpenssl = !await has("openssl", ["pkeyutl", "-help"], "openssl as a witness") ||
  !/OpenSSL 3/.test((await openssl(["version"])).text);

Deno.test(
  "openssl takes what a made key signs, and nothing else",
  { ignore: noOpenssl },
  () =>
    withFolder(async (folder) => {
      const spec = `file:${folder}/lea.pem`;
      await Deno.writeTextFile(`${folder}/pub.pem`, publicPem(await makeKey(spec)));
      const digest = await digestOf("a request");
      await Deno.writeFile(`${folder}/statement`, statementBytes(APPROVAL_CONTEXT, digest));
      await Deno.writeFile(`${folder}/signature`, await (await open(spec)).sign(digest));
      const verify = () =>
        openssl([
          "pkeyutl",
          "-verify",
          "-pubin",
          "-inkey",
          `${folder}/pub.pem`,
          "-rawin",
          "-in",
          `${folder}/statement`,
          "-sigfile",
          `${folder}/signature`,
        ]);
      const good = await verify();
      assert.ok(good.ok, good.text);
      await Deno.writeFile(`${folder}/statement`, statementBytes("sentinel policy v1", digest));
      assert.equal((await verify()).ok, false);
    }),
);

for (
  const c of [
    { name: "Ed25519", make: ["-algorithm", "ed25519"] },
    { name: "P-256", make: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] },
  ]
) {
  Deno.test(
    `verifySignature() takes what openssl signs by ${c.name}`,
    { ignore: noOpenssl },
    () =>
      withFolder(async (folder) => {
        const at = (name: string) => `${folder}/${name}`;
        const digest = await digestOf("a request");
        await Deno.writeFile(at("statement"), statementBytes(APPROVAL_CONTEXT, digest));
        const sign = c.name === "P-256"
          ? ["dgst", "-sha256", "-sign", at("key"), "-out", at("signature"), at("statement")]
          : [
            "pkeyutl",
            "-sign",
            "-inkey",
            at("key"),
            "-rawin",
            "-in",
            at("statement"),
            "-out",
            at("signature"),
          ];
        for (
          const args of [
            ["genpkey", ...c.make, "-out", at("key")],
            ["pkey", "-in", at("key"), "-pubout", "-out", at("pub")],
            sign,
          ]
        ) {
          const { ok, text } = await openssl(args);
          assert.ok(ok, text);
        }
        const publicKey = parsePublicKey(await Deno.readTextFile(at("pub")));
        assert.ok(publicKey);
        const signature = await Deno.readFile(at("signature"));
        const holds = (context: string) => verifySignature(publicKey, context, digest, signature);
        assert.equal(await holds(APPROVAL_CONTEXT), true);
        assert.equal(await holds("sentinel policy v1"), false);
        if (c.name === "Ed25519") {
          assert.deepEqual((await open(`file:${at("key")}`)).publicKey, publicKey);
        }
      }),
  );
}
