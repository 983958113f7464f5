// commands: waits until a request is decided.
import {
  type AccessRequest,
  type DeskPorts,
  requestOf,
  settleExpiry,
  stateAt,
} from "../../lib/core/approvals/mod.ts";
import { formatDuration } from "../../lib/core/time/duration.ts";
import type { Session } from "../context.ts";

const EVERY_MS = 1_000;

/** How the wait ended, as an exit code says it: 0 approved, 3 refused, 4 still open when its time was up. */
export interface Ended {
  request: AccessRequest;
  code: 0 | 3 | 4;
}

/**
 * Looks once a second how a request stands, until it is decided, its time is up, or the person
 * presses Ctrl-C: the request then stays as it is.
 * @throws SentinelError the store's codes
 */
export async function waitFor(
  session: Session,
  ports: DeskPorts,
  { id }: Pick<AccessRequest, "id">,
): Promise<Ended | "interrupted"> {
  const { base, work } = session;
  const told = base.talksToPerson && !await work.switchedOn("quiet");
  const say = (text: string) => told ? base.err(`\r\x1b[K${text}`) : undefined;
  const pause = interruptible();
  try {
    while (!pause.interrupted) {
      const request = await requestOf(ports.store, id);
      const now = ports.now();
      if (stateAt(request, now) !== "pending") return await endedOf(ports, request, now);
      say(`waiting for a decision on ${id}: ${leftText(request, now)} left, Ctrl-C leaves it open`);
      await pause.sleep(EVERY_MS);
    }
  } finally {
    say("");
    pause.end();
  }
  base.err(`sentinel: request ${id} stays open; to take it back: sentinel request cancel ${id}\n`);
  return "interrupted";
}

async function endedOf(ports: DeskPorts, request: AccessRequest, now: Date): Promise<Ended> {
  const state = stateAt(request, now);
  if (state === "expired") {
    return { request: (await settleExpiry(ports, request)).request, code: 4 };
  }
  return { request, code: state === "approved" || state === "used" ? 0 : 3 };
}

function leftText({ expiresAt }: AccessRequest, now: Date): string {
  const seconds = Math.ceil((Date.parse(expiresAt) - now.getTime()) / 1000);
  return formatDuration(Math.max(1, seconds));
}

function interruptible() {
  let wake = () => {};
  const pause = {
    interrupted: false,
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (pause.interrupted) wake();
      }),
    end: () => Deno.removeSignalListener("SIGINT", interrupt),
  };
  const interrupt = () => {
    pause.interrupted = true;
    wake();
  };
  Deno.addSignalListener("SIGINT", interrupt);
  return pause;
}
