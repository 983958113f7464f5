// commands: what the functions of a shell are made of, read from files, and from AWS when asked to.
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { listProfiles } from "../../lib/core/profiles/mod.ts";
import { hasOwnFile } from "../../lib/core/profiles/name.ts";
import { quoted } from "../../lib/core/text/printable.ts";
import type { ShellInputs, ShellName } from "../../shell/mod.ts";
import type { Session } from "../context.ts";

/** What a call says of the functions. */
export interface ShellChoice {
  policyRoot: string | null;
  region: string | null;
  awsProfile: string | null;
  prompt: boolean;
}

/** The inputs now. Without a policy root `remote` is what was known before; AWS isn't asked. */
export async function gather(
  session: Session,
  shell: ShellName,
  choice: ShellChoice,
  remembered: ShellInputs["remote"],
): Promise<{ inputs: ShellInputs; warnings: string[] }> {
  const { base, work } = session;
  const { policyNames } = await session.shellFiles();
  const files = policyNames(`${work.directories().config}/policies`);
  const profiles = listProfiles(await work.awsConfig());
  const remote = choice.policyRoot === null
    ? remembered
    : await remoteProfiles(session, rootOf(choice.policyRoot));
  const pinned: string[] = [];
  for (const name of remote?.profiles ?? []) {
    if ((await work.pin(name)).policy !== null) pinned.push(name);
  }
  const { region, awsProfile, prompt } = choice;
  const inputs: ShellInputs = {
    version: base.version,
    shell,
    gated: profiles.filter((p) => p.gated).map((p) => p.name).sort(),
    onDisk: files.filter(hasOwnFile),
    remote,
    pinned,
    region,
    awsProfile,
    prompt,
  };
  const odd = files.filter((name) => !hasOwnFile(name));
  return { inputs, warnings: odd.map((name) => `policies/${quoted(name)}: no profile's own file`) };
}

async function remoteProfiles(session: Session, root: string): Promise<ShellInputs["remote"]> {
  const names = await session.parametersBelow(root);
  const profiles = names.filter((name) => name.startsWith(`${root}/`))
    .map((name) => name.slice(root.length + 1));
  return { root, profiles: profiles.sort() };
}

function rootOf(text: string): string {
  const root = text.replace(/^ssm:/, "").replace(/\/+$/, "");
  if (/^(\/[A-Za-z0-9_.-]+){1,15}$/.test(root)) return root;
  throw new SentinelError(
    "USAGE",
    `Cannot look for policies below ${quoted(text)}: want a path of Parameter Store`,
    { hint: "--policy-root /sentinel/policies" },
  );
}
