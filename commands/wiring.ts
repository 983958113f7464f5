// commands: how ports are built from edges. Part of the composition root.
import { pinnedJournalKeys } from "../lib/core/config/mod.ts";
import { SentinelError } from "../lib/core/errors/mod.ts";
import { type HeadKey, type HeadSigner, shortKey } from "../lib/core/journal/head.ts";
import type { MfaAnswer } from "../lib/core/sessions/types.ts";
import type { Target } from "../lib/core/profiles/types.ts";
import { printable, quoted } from "../lib/core/text/printable.ts";
import type { StsClient } from "../lib/edges/aws/sts.ts";
import { stsLater } from "../lib/edges/aws/sts_later.ts";
import type { LeafPorts } from "../lib/edges/credentials/leaf.ts";
import type { SigningCredentials } from "../lib/edges/credentials/vend.ts";
import { type Journal, openJournal, type Signer } from "../lib/edges/journal/journal.ts";
import { openSink, type Sink } from "../lib/edges/journal/sinks.ts";
import type { GatePorts } from "../lib/gate/mod.ts";
import type { Base } from "./base.ts";
import type { Workplace } from "./workplace.ts";

/** Where the journal is. */
export function journalDirectory(work: Workplace): string {
  return `${work.directories().state}/journal`;
}

/** The journal's own file alone. A key that can't be had leaves its head as it is. */
export function openLocalRecord(base: Base, work: Workplace): Journal {
  return openFiles(base, work, [], () => signerOf(work).catch(() => "unknown" as const));
}

function openFiles(
  base: Base,
  work: Workplace,
  sinks: readonly Sink[],
  signer: () => Promise<Signer>,
): Journal {
  return openJournal({
    dir: journalDirectory(work),
    now: () => base.now(),
    random: (bytes) => base.random(bytes),
    sinks,
    signer,
  });
}

/** The journal, with the sinks that a pin, a flag, a variable or config.yaml adds. */
export async function openRecord(base: Base, work: Workplace): Promise<Journal> {
  const profile = (await work.setting("profile")).value;
  const pin = profile === null ? null : await work.pin(profile);
  const said = (await work.setting("journal")).value;
  const names = [...new Set([pin?.journal ?? null, said].filter((name) => name !== null))];
  for (const name of names) refuseOwnFile(name, base, work);
  const signer = await signerOf(work);
  await requirePinnedKey(signer, pin?.journalKey ?? null);
  return openFiles(base, work, names.map(openSink), () => Promise.resolve(signer));
}

/** Keys of which one must have signed the journal's head: those of the pins, else config.yaml's. */
export async function headKeys(work: Workplace): Promise<readonly HeadKey[]> {
  const pinned = pinnedJournalKeys(await work.pins());
  if (pinned.length > 0) {
    const { loadPublicKey } = await import("../lib/edges/journal/signing.ts");
    return await Promise.all(pinned.map(loadPublicKey));
  }
  const signer = await signerOf(work);
  return signer === null ? [] : [signer];
}

// Without a key nothing of all this is loaded.
async function signerOf(work: Workplace): Promise<HeadSigner | null> {
  const path = (await work.config())?.values.journal_key;
  if (path === undefined) return null;
  const { loadSigner } = await import("../lib/edges/journal/signing.ts");
  return await loadSigner(path.startsWith("/") ? path : `${work.directories().config}/${path}`);
}

// What the pinned key did not sign would not be found whole by whoever pinned it.
async function requirePinnedKey(signer: HeadSigner | null, pinned: string | null): Promise<void> {
  if (pinned === null) return;
  const { loadPublicKey } = await import("../lib/edges/journal/signing.ts");
  const { id } = await loadPublicKey(pinned);
  if (signer?.id === id) return;
  const named = signer === null ? "names none" : `names ${shortKey(signer.id)}`;
  throw new SentinelError(
    "PIN_CONFLICT",
    `Cannot sign journal: the pins file wants key ${shortKey(id)}, config.yaml ${named}`,
    { hint: "name that key's private file as journal_key in config.yaml" },
  );
}

// A sink among Sentinel's own files would break the chain that it is a copy of.
function refuseOwnFile(name: string, base: Base, work: Workplace): void {
  if (name === "-") return;
  const path = name.startsWith("/") ? name : `${base.cwd()}/${name}`;
  const directory = realPath(path.slice(0, path.lastIndexOf("/")) || "/");
  const { config, state, cache } = work.directories();
  const inside = [config, state, cache].some((own) =>
    `${directory}/`.startsWith(`${realPath(own)}/`)
  );
  if (!inside) return;
  throw new SentinelError(
    "FILE_UNSAFE",
    `Cannot use ${quoted(name)} as a journal sink: it lies among Sentinel's own files`,
    { hint: "name a file elsewhere with --journal" },
  );
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

/** An STS client that signs with `credentials`. */
export function stsFor(
  base: Base,
  credentials: SigningCredentials,
  region: string | null,
  endpoint: string | null,
): StsClient {
  return stsLater({ credentials, region, endpoint, random: base.random, now: base.now });
}

/** What loading a leaf needs of the process. */
export function leafPorts(
  base: Base,
  { region, stsEndpoint, ssoEndpoint }: Pick<Target, "region" | "stsEndpoint" | "ssoEndpoint">,
): LeafPorts {
  const endpoints = { sts: stsEndpoint, sso: ssoEndpoint };
  return { env: base.env, now: base.now, region, endpoints };
}

const CODE = /^\d{6}$/;

/** Asks for a one-time code: the flag, the profile's `mfa_process`, or the controlling terminal. */
export function mfaAsker(base: Base, work: Workplace): GatePorts["mfa"] {
  return async (target, serial) => {
    const given = (await work.setting("mfaCode")).value;
    const text = given === "-"
      ? await base.stdin()
      : given ?? await fromProcess(base, target) ?? await fromTerminal(base, target, serial);
    if (text === null) return null;
    const code = text.trim();
    if (CODE.test(code)) return { serial, code } satisfies MfaAnswer;
    throw new SentinelError("MFA_REQUIRED", "Cannot use this one-time code: want six digits", {
      hint: "type the code that the device shows, or give it with --mfa-code",
    });
  };
}

async function fromProcess(base: Base, target: Target): Promise<string | null> {
  if (target.mfaProcess === null) return null;
  const { runProcess, splitCommand } = await import("../lib/edges/os/process.ts");
  const { processEnvironment } = await import("../lib/edges/credentials/process.ts");
  const { code, stdout } = await runProcess(splitCommand(target.mfaProcess), {
    env: processEnvironment(base.env),
    timeoutMs: 60_000,
    maxBytes: 1024,
    stderr: "inherit",
  });
  if (code === 0) return new TextDecoder().decode(stdout);
  throw new SentinelError(
    "PROCESS_FAILED",
    `Cannot get a one-time code: the mfa_process of ${printable(target.name)} ended with ${code}`,
    { hint: "run it by hand, or give the code with --mfa-code" },
  );
}

async function fromTerminal(base: Base, target: Target, serial: string): Promise<string | null> {
  const question = `MFA code of ${printable(serial)} for ${printable(target.name)}: `;
  return await base.terminal?.ask(question, { secret: true }) ?? null;
}
