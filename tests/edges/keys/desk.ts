// keys tests: a folder for keys, refusals that hold no secret, and what openssl says.
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import { APPROVAL_CONTEXT, type PublicKey, verifySignature } from "../../../lib/core/keys/mod.ts";
import type { SigningKey } from "../../../lib/core/keys/mod.ts";
import { digestOf } from "../../core/keys/pairs.ts";

/** Runs `work` with a private folder, which goes whatever happens. */
export async function withFolder(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-keys-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Fails unless `promise` is refused with `code`, a hint, and nothing of `secrets` anywhere. */
export async function assertRefused(
  promise: Promise<unknown>,
  code: ErrorCode,
  message: RegExp,
  secrets: readonly string[] = [],
): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(hasCode(error, code), String(error));
    assert.match(error.message, message);
    assert.ok(error.hint !== null && error.hint !== "", "an error says what to do next");
    const all = `${error.message} ${error.hint} ${error.stack} ${error.cause}`;
    for (const secret of secrets) {
      assert.ok(secret.length > 8 && !all.includes(secret), "an error tells a secret");
    }
    return true;
  });
}

/** Fails unless `key` signs decisions, and for `publicKey`. */
export async function assertSigns(key: SigningKey, publicKey: PublicKey): Promise<void> {
  assert.deepEqual(key.publicKey, publicKey);
  const digest = await digestOf("a request");
  const signature = await key.sign(digest);
  const holds = (over: Uint8Array<ArrayBuffer>, context = APPROVAL_CONTEXT) =>
    verifySignature(publicKey, context, over, signature);
  assert.equal(await holds(digest), true);
  assert.equal(await holds(await digestOf("another")), false);
  assert.equal(await holds(digest, "sentinel policy v1"), false);
}

/** True when the program answers on this machine; else says what is skipped. */
export async function has(
  command: string,
  args: readonly string[],
  what: string,
): Promise<boolean> {
  const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
  try {
    if ((await new Deno.Command(command, { args: [...args], ...quiet }).output()).success) {
      return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.log(`SKIP ${what}: no ${command} on the PATH that does it`);
  return false;
}

/** Runs openssl. */
export async function openssl(args: readonly string[]): Promise<{ ok: boolean; text: string }> {
  const command = new Deno.Command("openssl", {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { ok: success, text: text(stdout) + text(stderr) };
}
