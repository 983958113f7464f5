// commands: who am I to AWS and to policy.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../lib/core/errors/mod.ts";
import type { ErrorCode } from "../lib/core/errors/codes.ts";
import { printable } from "../lib/core/text/printable.ts";
import { plainText } from "../tui/whoami/plain.ts";
import { type Asked, start, type State, step } from "../tui/whoami/state.ts";
import type { Failure } from "../tui/failure.ts";
import { alone } from "./alone.ts";
import type { Context, Session } from "./context.ts";
import { explanationFor, explanationText } from "./decide.ts";
import { ASK_FLAGS, type AskFlags, PROFILE_ALIAS, said, yes } from "./flags.ts";
import { SEALS, sourceText, type Whoami, whoIs } from "./identity.ts";
import { drawsScreen, isColoured, shown } from "./screen.ts";
import { sights } from "./sights.ts";
import { table } from "./table.ts";

const profile = said("Target profile: shows who would be judged for it", "PROFILE");
const plain = yes("Everything that the screen shows, as text (with --json: as JSON)");

interface WhoamiFlags extends AskFlags {
  readonly profile?: string;
  readonly plain?: boolean;
}

/** `sentinel whoami`. */
export const command = buildCommand<WhoamiFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const name = (await session.work.setting("profile")).value;
    const json = await session.work.switchedOn("json");
    if (await drawsScreen(session, flags.plain ?? false)) {
      this.process.exitCode = await onScreen(session, name, () => this.open(flags));
    } else if (flags.plain) {
      const state = await wholeLook(session, name);
      this.base.out(
        json ? `${JSON.stringify(await wholeAnswer(session, name, state))}\n` : plainText(state),
      );
      // What could be found stands above; that the rest could not is told as ever.
      requireIdentity(state);
    } else {
      const answer = await whoIs(session, name);
      this.base.out(json ? `${JSON.stringify(answer)}\n` : shortText(answer));
    }
  },
  parameters: { flags: { profile, plain, ...ASK_FLAGS }, aliases: PROFILE_ALIAS },
  docs: {
    brief: "Who am I to AWS and to policy",
    fullDescription: `Asks STS whose credentials these are, and shows the name that policy compares.
On a terminal a screen shows it, with what each gated profile would answer now and why, the sessions
that the journal knows to be out, and how the journal stands; elsewhere, and where TERM is dumb, the
identity alone is printed. --plain prints all of it as text, for screen readers and pipes.

Examples:
  sentinel whoami
  sentinel whoami --plain
  sentinel whoami --profile prod --json`,
  },
});

async function onScreen(
  session: Session,
  name: string | null,
  open: () => Session,
): Promise<number> {
  const coloured = await isColoured(session);
  return await shown(session, ({ showWhoami }) =>
    showWhoami({
      now: () => session.base.now(),
      coloured,
      // Files, policy and identity as they are then: a session remembers what it read.
      look: () => sights(open(), name),
      explain: async (about) =>
        await explanationText(await explanationFor(open(), about, "credential_process")),
    }));
}

async function wholeLook(session: Session, name: string | null): Promise<State> {
  let state = start(session.base.now());
  const { round } = state;
  for await (const sight of sights(session, name)) {
    state = step(state, { kind: "seen", round, sight }).state;
  }
  return state;
}

async function wholeAnswer(
  session: Session,
  name: string | null,
  { identity, profiles, record }: State,
): Promise<unknown> {
  return {
    ...identity.state === "known" ? await whoIs(session, name) : { identity: valueOf(identity) },
    profiles: valueOf(profiles),
    sessions: record.state === "known" ? record.value.sessions : valueOf(record),
    journal: record.state === "known" ? record.value.sight : valueOf(record),
  };
}

function valueOf<T>(asked: Asked<T>): T | { error: Failure } | null {
  if (asked.state === "known") return asked.value;
  return asked.state === "failed" ? { error: asked.failure } : null;
}

function requireIdentity({ identity }: State): void {
  if (identity.state !== "failed") return;
  const { code, message, hint } = identity.failure;
  throw new SentinelError(code as ErrorCode, message, hint === null ? {} : { hint });
}

function shortText(answer: Whoami): string {
  return table([
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
  ]);
}

if (import.meta.main) await alone(command, "whoami");
