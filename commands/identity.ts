// commands: who the caller is to AWS and to policy, for one profile or for none.
import type { Target } from "../lib/core/profiles/types.ts";
import { printable } from "../lib/core/text/printable.ts";
import type { Identity } from "../tui/whoami/state.ts";
import type { Session } from "./context.ts";

/** What seals the sessions that are kept, in words. */
export const SEALS = {
  "own secret": "sealed by these credentials' own secret",
  "key file": "sealed by a key file: these credentials have no secret of their own at hand",
} as const;

/** The answer of `sentinel whoami --json`. */
export interface Whoami {
  arn: string;
  account: string;
  kind: string;
  name: string;
  user: string;
  principal: string;
  source: { kind: string; profile: string | null; temporary: boolean; expires: string | null };
  target: { profile: string; role: string | null } | null;
  cache: keyof typeof SEALS;
  pins: "pinned" | "unpinned";
}

/** Asks STS whose the credentials are. @param name the target profile, or `null` */
export async function whoIs(session: Session, name: string | null): Promise<Whoami> {
  const target: Target | null = name === null ? null : await session.work.target(name);
  const source = target ?? await session.work.leafOnly();
  const { principal, user, session: temporary, leaf } = await session.identify(source);
  const pinned = name === null
    ? await session.work.pins() !== null
    : await session.work.isPinned(name);
  return {
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
}

/** `keys of profile mara, long-term`. */
export function sourceText({ kind, profile, temporary, expires }: Whoami["source"]): string {
  const life = temporary ? `, until ${expires ?? "they end"}` : ", long-term";
  return `${placeText(kind, profile)}${life}`;
}

function placeText(kind: string, profile: string | null): string {
  return profile === null ? kind : `${kind} of profile ${printable(profile)}`;
}

/** The same for the screen, which counts down by itself. */
export function identityText({ source, target, cache, ...who }: Whoami): Identity {
  const life = source.temporary ? "temporary" : "long-term";
  return {
    arn: who.arn,
    account: who.account,
    user: who.user,
    principal: who.principal,
    source: `${placeText(source.kind, source.profile)}, ${life}`,
    expiresAt: source.expires === null ? null : new Date(source.expires),
    wouldAssume: target === null ? null : target.role ?? "no role",
    seal: SEALS[cache],
  };
}
