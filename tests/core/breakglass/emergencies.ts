// breakglass: the people, policies and events that the tests of this room share.
import { asSentinelError } from "../../../lib/core/errors/mod.ts";
import {
  activate,
  type BreakGlass,
  type BreakGlassPolicy,
  type EmergencyWish,
  type InvocationStore,
  parseBreakGlassPolicy,
  prepare,
  readBreakGlass,
} from "../../../lib/core/breakglass/mod.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { mara, NOW } from "../approvals/people.ts";

export const POLICY = `
version: "1"
groups: { oncall: [mara, lea, tom] }
security: [sam]
rules:
  - name: night
    profiles: [vault]
    users: [mara]
    allowed_reason_codes: [incident, security]
    time: {hours: {start: "22:00", end: "06:00"}}
    max_duration: 1h
  - name: oncall
    profiles: [prod]
    users: ["@oncall"]
  - name: keys
    profiles: [keys]
    users: [mara]
    mfa: {required: true, methods: [totp]}
`;

export function policy(text = POLICY): BreakGlassPolicy {
  return parseBreakGlassPolicy(text, "breakglass.yaml");
}

export function idOf(count: number): string {
  return (0xb0 + count).toString(16).padStart(16, "0");
}

export function emergency(changed: Partial<EmergencyWish> = {}): EmergencyWish {
  return {
    id: idOf(0),
    invoker: mara,
    profile: "prod",
    role: "arn:aws:iam::111122223333:role/Prod",
    reasonCode: "incident",
    justification: "the queue is stuck and nobody answers",
    ticket: null,
    durationSeconds: 3600,
    ...changed,
  };
}

export function prepared(changed: Partial<EmergencyWish> = {}, now = NOW): BreakGlass {
  return prepare(emergency(changed), policy(), null, now);
}

export function active(changed: Partial<EmergencyWish> = {}, now = NOW): BreakGlass {
  return activate(prepared(changed, now), now).item;
}

/** Terms without limits, at {@link NOW}. */
export const NO_LIMITS = { limits: null, people: [], now: () => NOW };

export async function eventOf(store: InvocationStore, id: string): Promise<BreakGlass | null> {
  const row = await store.get(TABLES.breakglass, id);
  return row === null ? null : readBreakGlass(row);
}

/** What became of each invocation: `done`, or the code that it failed with. */
export function outcomes(all: readonly Promise<unknown>[]): Promise<string[]> {
  return Promise.all(
    all.map((one) => one.then(() => "done", (error) => asSentinelError(error).code)),
  );
}
