// commands: what whoami shows on a screen or as full text, each thing as soon as it is known.
import { asSentinelError } from "../lib/core/errors/mod.ts";
import type { Decision } from "../lib/core/policy/types.ts";
import { inOneLine } from "../lib/core/text/printable.ts";
import type { Answer, Asked, ProfileRow, Sight } from "../tui/whoami/state.ts";
import { failureOf } from "../tui/failure.ts";
import { answerFor, type ProfileAnswer } from "./answers.ts";
import type { Session } from "./context.ts";
import { identityText, whoIs } from "./identity.ts";

/** Looks at everything once: what lies on this machine first, then what AWS is asked for. */
export async function* sights(session: Session, profile: string | null): AsyncGenerator<Sight> {
  yield { kind: "pins", pins: await session.work.pins() === null ? "unpinned" : "pinned" };
  const listed = await asked(() => gatedProfiles(session));
  const { rows, ungated } = listed.state === "known" ? listed.value : { rows: [], ungated: 0 };
  const profiles = listed.state === "known" ? { ...listed, value: rows } : listed;
  yield { kind: "profiles", profiles, ungated };
  yield { kind: "record", record: await asked(() => session.journalLook()) };
  yield {
    kind: "identity",
    identity: await asked(async () => identityText(await whoIs(session, profile))),
  };
  for (const row of rows) {
    const answer = answerOf(await answerFor(session, row.profile));
    yield { kind: "answer", profile: row.profile, answer };
  }
}

async function gatedProfiles(
  session: Session,
): Promise<{ rows: ProfileRow[]; ungated: number }> {
  const { listProfiles } = await import("../lib/core/profiles/mod.ts");
  const all = listProfiles(await session.work.awsConfig());
  const rows = all.filter(({ gated }) => gated)
    .map(({ name, roleArn }) => ({ profile: name, role: roleArn, answer: null }));
  const ungated = all.filter(({ gated, roleArn }) => !gated && roleArn !== null).length;
  return { rows, ungated };
}

async function asked<T>(find: () => Promise<T>): Promise<Exclude<Asked<T>, { state: "asking" }>> {
  try {
    return { state: "known", value: await find() };
  } catch (thrown) {
    return { state: "failed", failure: failureOf(asSentinelError(thrown)) };
  }
}

function answerOf({ outcome, decision, error }: ProfileAnswer): Answer {
  if (decision === null) {
    return {
      outcome,
      rule: null,
      why: inOneLine(error?.message ?? ""),
      until: null,
      code: error?.code ?? null,
    };
  }
  return {
    outcome,
    rule: decision.rule,
    why: whyOf(decision),
    until: decision.outcome === "allow" ? decision.alternatives[0]?.until ?? null : null,
    code: null,
  };
}

// While something is open, what that is tells more than the rule's own words.
function whyOf({ outcome, reason, alternatives }: Decision): string {
  if (outcome !== "pending") return reason;
  const open = alternatives[0]?.obligations.filter(({ state }) => state === "open") ?? [];
  return open.length === 0 ? reason : open.map(({ why }) => why).join("; ");
}
