// commands: a request filed, and perhaps waited for.
import { newRecordId, type Settled, submit } from "../../lib/core/approvals/mod.ts";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { printableJson } from "../../lib/core/text/printable.ts";
import { formatDuration, parseDuration } from "../../lib/core/time/duration.ts";
import { checkTicket, targetProfile } from "../ask.ts";
import type { Session } from "../context.ts";
import { instantOf } from "../instant.ts";
import { answerOf, approversText, type RequestAnswer, shortText } from "./answer.ts";
import type { FileFlags } from "./file.ts";
import { waitFor } from "./waiting.ts";

/** The window that is asked for where nobody says another. */
const USUAL_SECONDS = 3600;

/** Files a request, and prints it as it stands. @returns the exit code */
export async function file(session: Session, flags: FileFlags): Promise<number> {
  const { base, work } = session;
  const profile = await targetProfile(session);
  const target = await work.target(profile);
  const wish = {
    id: newRecordId((bytes) => base.random(bytes)),
    profile,
    role: target.roleArn,
    durationSeconds: await windowOf(session),
    reason: await reasonOf(session),
    ticket: checkTicket((await work.setting("ticket")).value),
    notBefore: flags.notBefore === undefined ? null : instantOf(flags.notBefore, "--not-before"),
    sessionPolicyDigest: null,
  };
  const { ports, clerk } = await session.desk(await session.identify(target), profile);
  const filed = await submit(ports, wish, clerk);
  const answer = await answerOf(filed.request, ports.policies, ports.now());
  await tell(session, filed, answer);
  if (flags.wait !== true) return await print(session, answer, 0);
  const ended = await waitFor(session, ports, answer);
  if (ended === "interrupted") return 130;
  return await print(
    session,
    await answerOf(ended.request, ports.policies, ports.now()),
    ended.code,
  );
}

async function print(session: Session, answer: RequestAnswer, code: number): Promise<number> {
  const json = await session.work.switchedOn("json");
  session.base.out(json ? `${printableJson(answer)}\n` : shortText(answer));
  return code;
}

async function tell(
  session: Session,
  { capped }: Settled & { capped: boolean },
  { state, durationSeconds, id, expiresAt, mayApprove }: RequestAnswer,
): Promise<void> {
  if (capped) {
    const most = formatDuration(durationSeconds);
    await session.noted(`warning: shortened to ${most}, the most that the approval policy allows`);
  }
  await session.noted(
    state === "approved"
      ? `request ${id} is approved by the approval policy itself`
      : `request ${id} waits for ${approversText(mayApprove)} until ${expiresAt}`,
  );
}

// A file's `duration` is how long sessions are: the window is another thing, which the call says.
async function windowOf({ work }: Session): Promise<number> {
  const { value, source } = await work.setting("duration");
  const said = source === "flag" || source === "environment";
  return said && value !== null ? parseDuration(value) : USUAL_SECONDS;
}

async function reasonOf({ work }: Session): Promise<string> {
  const { value } = await work.setting("reason");
  if (value !== null) return value;
  throw new SentinelError("USAGE", "Cannot file request: no reason was given", {
    hint: "say what it is for: --reason TEXT",
  });
}
