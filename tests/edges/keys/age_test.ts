// keys: keys in age files: round trip, wrong passphrases, files that are damaged or no such files.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { armor, Encrypter, generateIdentity, identityToRecipient } from "age-encryption";
import { APPROVAL_CONTEXT, keyId, parsePublicKey } from "../../../lib/core/keys/mod.ts";
import { makeKey, openKey, type PassphraseQuestion } from "../../../lib/edges/keys/mod.ts";
import { pemOf } from "../journal/keys.ts";
import { assertRefused, assertSigns, has, withFolder } from "./desk.ts";

const GOOD = "correct horse battery";
const says = (...answers: string[]) => {
  const asked: PassphraseQuestion[] = [];
  const passphrase = (question: PassphraseQuestion) => {
    asked.push(question);
    return Promise.resolve(answers.shift() ?? "");
  };
  return { asked, ports: { passphrase } };
};
const open = (path: string, passphrase: string) =>
  openKey(`age:${path}`, APPROVAL_CONTEXT, says(passphrase).ports);

/** An age file of `text`; its work is little, so that tests are quick. */
async function sealed(text: string, passphrase = GOOD): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(8);
  encrypter.setPassphrase(passphrase);
  return await encrypter.encrypt(text);
}

const { privatePem, publicBase64 } = await pemOf("Ed25519");
const SECRET = privatePem.split("\n")[1]?.slice(20, 60) ?? "";
const FILE = await sealed(privatePem);

Deno.test("makeKey() seals a key that openKey() opens with that passphrase alone", () =>
  withFolder(async (folder) => {
    const path = `${folder}/lea.age`;
    const { asked, ports } = says(GOOD, GOOD);
    const publicKey = await makeKey(`age:${path}`, ports);
    assert.deepEqual(asked, [{ question: `New passphrase for ${path}: `, isNew: true }]);
    const text = Deno.readTextFileSync(path);
    assert.match(text, /^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    assert.ok(!text.includes("PRIVATE KEY"));
    if (Deno.build.os !== "windows") assert.equal((Deno.lstatSync(path).mode ?? 0) & 0o777, 0o600);
    await assertSigns(await open(path, GOOD), publicKey);
    await assertRefused(open(path, `${GOOD}.`), "PASSPHRASE_WRONG", /found a wrong one/, [GOOD]);
    const again = says(GOOD);
    await assertRefused(makeKey(`age:${path}`, again.ports), "KEY_UNUSABLE", /already/);
    assert.deepEqual(again.asked, [], "nobody is asked in vain");
    assert.equal(Deno.readTextFileSync(path), text);
  }));

for (
  const c of [
    { name: "none", passphrase: "", found: /found none/ },
    { name: "eleven characters", passphrase: "elevenchars", found: /a short one, want 12/ },
    // Eleven characters that JavaScript counts as twelve.
    { name: "eleven with one beyond", passphrase: "elevenchar\u{1f511}", found: /a short one/ },
  ]
) {
  Deno.test(`makeKey() takes no passphrase of ${c.name}, and makes no file`, () =>
    withFolder(async (folder) => {
      const made = makeKey(`age:${folder}/lea.age`, says(c.passphrase).ports);
      const secrets = c.passphrase === "" ? [] : [c.passphrase];
      await assertRefused(made, "PASSPHRASE_WRONG", c.found, secrets);
      assert.deepEqual([...Deno.readDirSync(folder)], []);
    }));
}

Deno.test("makeKey() below a file says so before it asks", () =>
  withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    const { asked, ports } = says(GOOD);
    const made = makeKey(`age:${folder}/file/lea.age`, ports);
    await assertRefused(made, "FILE_FAILED", /^Cannot make key ".*": not a directory/);
    assert.deepEqual(asked, []);
  }));

const toKey = new Encrypter();
toKey.addRecipient(await identityToRecipient(await generateIdentity()));
const broken = FILE.map((byte, i) => i === FILE.length - 1 ? byte ^ 1 : byte);
const text = new TextDecoder();
for (
  const c of [
    { name: "binary", bytes: FILE, code: null },
    { name: "armored", bytes: armor.encode(FILE), code: null },
    {
      name: "of another passphrase",
      bytes: await sealed(privatePem, `${GOOD}!`),
      code: "PASSPHRASE_WRONG",
      found: /a wrong one/,
    },
    {
      name: "with its last bit turned",
      bytes: broken,
      code: "KEY_UNUSABLE",
      found: /a damaged age file/,
    },
    { name: "cut", bytes: FILE.slice(0, -20), code: "KEY_UNUSABLE", found: /a damaged age file/ },
    {
      name: "whose armor is cut",
      bytes: armor.encode(FILE).slice(0, -40),
      code: "KEY_UNUSABLE",
      found: /damaged/,
    },
    {
      name: "for a key",
      bytes: await toKey.encrypt(privatePem),
      code: "KEY_UNUSABLE",
      found: /an age file for a key/,
    },
    { name: "that is not one", bytes: privatePem, code: "KEY_UNUSABLE", found: /no age file/ },
    { name: "of no key", bytes: await sealed("hello"), code: "KEY_UNUSABLE", found: /no PEM/ },
    {
      name: "of too much work",
      bytes: new TextEncoder().encode(
        text.decode(FILE.subarray(0, 80)).replace(/(scrypt \S+) 8/, "$1 30"),
      ),
      code: "KEY_UNUSABLE",
      found: /a damaged age file/,
    },
  ] as const
) {
  Deno.test(`openKey() of an age file ${c.name}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/lea.age`;
      const bytes = typeof c.bytes === "string" ? new TextEncoder().encode(c.bytes) : c.bytes;
      Deno.writeFileSync(path, bytes, { mode: 0o600 });
      const opened = open(path, GOOD);
      if (c.code !== null) return await assertRefused(opened, c.code, c.found, [GOOD, SECRET]);
      const publicKey = parsePublicKey(publicBase64);
      assert.ok(publicKey);
      assert.equal((await opened).id, await keyId(publicKey));
    }));
}

Deno.test("openKey() asks nobody about a file that no passphrase would open", () =>
  withFolder(async (folder) => {
    const { asked, ports } = says(GOOD);
    const path = `${folder}/lea.age`;
    const opened = () => openKey(`age:${path}`, APPROVAL_CONTEXT, ports);
    await assertRefused(opened(), "KEY_MISSING", /no file/);
    Deno.writeTextFileSync(path, privatePem, { mode: 0o600 });
    await assertRefused(opened(), "KEY_UNUSABLE", /no age file/);
    assert.deepEqual(asked, []);
  }));

Deno.test("openKey() without anybody to ask says so", () =>
  withFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/lea.age`, FILE, { mode: 0o600 });
    const opened = openKey(`age:${folder}/lea.age`, APPROVAL_CONTEXT);
    await assertRefused(opened, "NO_TERMINAL", /nobody can be asked/);
  }));

const noAge = !await has("age", ["--version"], "the age program as a witness") ||
  !await has("expect", ["-v"], "the age program as a witness");

/** Runs age at a terminal of its own, where `GOOD` answers whatever it asks. */
async function age(args: readonly string[]): Promise<void> {
  const script = `set timeout 30
log_user 0
spawn -noecho age ${args.join(" ")}
expect {
  -re {phrase[^\r\n]*:} { send -- "$env(ANSWER)\r"; exp_continue }
  eof {}
  timeout { exit 9 }
}
exit [lindex [wait] 3]`;
  const { code, stderr } = await new Deno.Command("expect", {
    args: ["-c", script],
    env: { ANSWER: GOOD },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

Deno.test(
  "the age program opens what makeKey() seals",
  { ignore: noAge },
  () =>
    withFolder(async (folder) => {
      const publicKey = await makeKey(`age:${folder}/lea.age`, says(GOOD).ports);
      await age(["-d", "-o", `${folder}/lea.pem`, `${folder}/lea.age`]);
      Deno.chmodSync(`${folder}/lea.pem`, 0o600);
      await assertSigns(await openKey(`file:${folder}/lea.pem`, APPROVAL_CONTEXT), publicKey);
    }),
);

for (const form of [["-p"], ["-p", "-a"]]) {
  Deno.test(
    `openKey() opens what age ${form.join(" ")} seals`,
    { ignore: noAge },
    () =>
      withFolder(async (folder) => {
        Deno.writeTextFileSync(`${folder}/lea.pem`, privatePem);
        await age([...form, "-o", `${folder}/lea.age`, `${folder}/lea.pem`]);
        Deno.chmodSync(`${folder}/lea.age`, 0o600);
        const publicKey = parsePublicKey(publicBase64);
        assert.ok(publicKey);
        await assertSigns(await open(`${folder}/lea.age`, GOOD), publicKey);
      }),
  );
}
