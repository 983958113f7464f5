// commands: who am I to AWS and to policy.
import { buildCommand } from "@stricli/core";
import { printable } from "../lib/core/text/printable.ts";
import { alone } from "./alone.ts";
import type { Context } from "./context.ts";
import { ASK_FLAGS, type AskFlags, PROFILE_ALIAS, said } from "./flags.ts";
import { table } from "./table.ts";

const profile = said("Target profile: shows who would be judged for it", "PROFILE");

function sourceText(
  source: { kind: string; profile: string | null; temporary: boolean; expires: string | null },
): string {
  const name = source.profile === null ? "" : ` of profile ${printable(source.profile)}`;
  const life = source.temporary ? `, until ${source.expires ?? "they end"}` : ", long-term";
  return `${source.kind}${name}${life}`;
}

const SEALS = {
  "own secret": "sealed by these credentials' own secret",
  "key file": "sealed by a key file: these credentials have no secret of their own at hand",
} as const;

interface WhoamiFlags extends AskFlags {
  readonly profile?: string;
}

/** `sentinel whoami`. */
export const command = buildCommand<WhoamiFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const name = (await session.work.setting("profile")).value;
    const target = name === null ? null : await session.work.target(name);
    const source = target ?? await session.work.leafOnly();
    const { principal, user, session: temporary, leaf } = await session.identify(source);
    const pinned = name === null
      ? await session.work.pins() !== null
      : await session.work.isPinned(name);
    const answer = {
      arn: principal.arn,
      account: principal.account,
      kind: principal.kind,
      name: principal.name,
      user,
      principal: principal.id,
      source: {
        kind: source.leaf.kind,
        profile: "profile" in source.leaf ? source.leaf.profile : null,
        temporary,
        expires: leaf.expiresAt?.toISOString() ?? null,
      },
      target: target === null ? null : { profile: target.name, role: target.roleArn },
      cache: await session.cacheSeal(source),
      pins: pinned ? "pinned" : "unpinned",
    };
    if (await session.work.switchedOn("json")) {
      this.base.out(`${JSON.stringify(answer)}\n`);
      return;
    }
    this.base.out(table([
      ["ARN", answer.arn],
      ["account", answer.account],
      ["policy user", answer.user],
      ["principal", answer.principal],
      ["credentials", sourceText(answer.source)],
      ...(answer.target === null
        ? []
        : [["would assume", printable(answer.target.role ?? "no role")]]),
      ["session cache", SEALS[answer.cache]],
      ["pins", answer.pins === "pinned" ? "pinned" : "unpinned: a seat belt, no lock"],
    ]));
  },
  parameters: { flags: { profile, ...ASK_FLAGS }, aliases: PROFILE_ALIAS },
  docs: {
    brief: "Who am I to AWS and to policy",
    fullDescription: `Asks STS whose credentials these are, and shows the name that policy compares.

Examples:
  sentinel whoami
  sentinel whoami --profile prod --json`,
  },
});

if (import.meta.main) await alone(command, "whoami");
