// commands: a request filed, and perhaps waited for.
import { type DeskPorts, newRecordId, type Settled, submit } from "../../lib/core/approvals/mod.ts";
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

/** A request that was filed, and the desk that it lies on. */
export interface FiledAt {
  ports: DeskPorts;
  answer: RequestAnswer;
}

/** Files a request, and prints it as it stands. @returns the exit code */
export async function file(session: Session, flags: FileFlags): Promise<number> {
  const seconds = await windowOf(session) ?? USUAL_SECONDS;
  const start = flags.notBefore === undefined ? null : instantOf(flags.notBefore, "--not-before");
  const { ports, answer } = await fileFor(session, seconds, start);
  if (flags.wait !== true) return await print(session, answer, 0);
  const ended = await waitFor(session, ports, answer);
  if (ended === "interrupted") return 130;
  const last = await answerOf(ended.request, ports.policies, ports.now());
  return await print(session, last, ended.code);
}

/**
 * Files a request for the profile, reason and ticket that the call names, and says so on stderr.
 * @param seconds length of the window
 * @param notBefore no use before; `null` = from the approval
 * @throws SentinelError `USAGE` without a profile or a reason; what `submit` throws
 */
export async function fileFor(
  session: Session,
  seconds: number,
  notBefore: Date | null,
): Promise<FiledAt> {
  const { base, work } = session;
  const profile = await targetProfile(session);
  const target = await work.target(profile);
  const wish = {
    id: newRecordId((bytes) => base.random(bytes)),
    profile,
    role: target.roleArn,
    durationSeconds: seconds,
    reason: await reasonOf(session),
    ticket: checkTicket((await work.setting("ticket")).value),
    notBefore,
    sessionPolicyDigest: null,
  };
  const { ports, clerk } = await session.desk(await session.identify(target), profile);
  const filed = await submit(ports, wish, clerk);
  const answer = await answerOf(filed.request, ports.policies, ports.now());
  await tell(session, filed, answer);
  return { ports, answer };
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

/** The window that `exec` asks for: long enough to begin a session in, however short that is. */
export async function windowToRunIn(session: Session): Promise<number> {
  return Math.max(USUAL_SECONDS, await windowOf(session) ?? 0);
}

// A file's `duration` is how long sessions are: the window is another thing, which the call says.
async function windowOf({ work }: Session): Promise<number | null> {
  const { value, source } = await work.setting("duration");
  const said = source === "flag" || source === "environment";
  return said && value !== null ? parseDuration(value) : null;
}

async function reasonOf({ work }: Session): Promise<string> {
  const { value } = await work.setting("reason");
  if (value !== null) return value;
  throw new SentinelError("USAGE", "Cannot file request: no reason was given", {
    hint: "say what it is for: --reason TEXT",
  });
}
