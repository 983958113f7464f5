// policy tests: a second, obvious reading of version "1", by brute force, to hold the first to.
//
// It shares no code with lib/core/policy: it reads the document as written (not as parsed or
// compiled), looks at every rule, walks windows minute by minute, and treats a rule that can't be
// judged by trying both answers for it.

/** A document as its author writes it. */
export interface RawDocument {
  version: "1";
  rules: RawRule[];
}
export interface RawRule {
  name: string;
  effect: string;
  max_server_duration?: string;
  session_table?: string;
  unstamped?: boolean;
  conditions: {
    profiles?: string[];
    users?: string[];
    mode?: string[];
    time?: { days?: string[]; hours?: { start: string; end: string }; timezone?: string };
    device?: { require_mdm?: boolean; require_encryption?: boolean; min_os_version?: string };
  };
}
export interface RawRequest {
  user: string;
  profile: string;
  mode: string;
  at: Date;
  sessionTable: string | null;
  device: {
    mdmEnrolled?: boolean | null;
    diskEncrypted?: boolean | null;
    osVersion?: string | null;
  } | null;
}

/** What a request gets. Obligations are `kind:state`, sorted. */
export interface Answer {
  outcome: "allow" | "pending" | "deny";
  obligations: string[];
  cap: number;
  unstamped: boolean;
}
const DENY: Answer = { outcome: "deny", obligations: [], cap: 0, unstamped: false };

/** Decides by every combination of answers to what can't be known, keeping the worst of each. */
export function decide(
  policy: RawDocument | null,
  guardrails: readonly RawDocument[],
  request: RawRequest,
  at: Date = request.at,
): Answer {
  const files = [...guardrails, ...policy === null ? [] : [policy]];
  const unsure = files.flatMap((file) => file.rules)
    .filter((rule) => matches(rule, request, at) === "unknown");
  let worst: Answer | null = null;
  for (let world = 0; world < 2 ** unsure.length; world += 1) {
    const holds = (rule: RawRule) => {
      const bit = unsure.indexOf(rule);
      return bit < 0 ? matches(rule, request, at) === "yes" : (world >> bit) % 2 === 1;
    };
    const answer = inWorld(policy, guardrails, request, holds);
    worst = worst === null ? answer : worseOf(worst, answer);
  }
  return worst ?? DENY;
}

function inWorld(
  policy: RawDocument | null,
  guardrails: readonly RawDocument[],
  request: RawRequest,
  holds: (rule: RawRule) => boolean,
): Answer {
  const chosen = policy?.rules.find(holds);
  if (chosen === undefined) return DENY;
  const bound = guardrails.map((guard) => guard.rules.find(holds)).filter((rule) =>
    rule !== undefined
  );
  const table = chosen.session_table ?? request.sessionTable;
  const states = new Set<string>();
  for (const rule of [chosen, ...bound]) {
    const server = request.mode === "server";
    const tracked = server && (rule.session_table ?? table) !== null;
    if (rule.effect === "deny") return DENY;
    if (rule.effect === "require_approval") states.add("approval:open");
    if (rule.effect.startsWith("require_server")) states.add(`server:${server ? "met" : "open"}`);
    if (rule.effect === "require_server_session") states.add(`session:${tracked ? "met" : "open"}`);
  }
  const caps = [chosen, ...bound].map((rule) => seconds(rule.max_server_duration));
  return settle(states, Math.min(...caps), chosen.unstamped === true);
}

function settle(states: ReadonlySet<string>, cap: number, unstamped: boolean): Answer {
  const worst = [...states].filter((one) =>
    one.endsWith(":open") || !states.has(one.replace(":met", ":open"))
  );
  const open = worst.some((one) => one.endsWith(":open"));
  return { outcome: open ? "pending" : "allow", obligations: worst.sort(), cap, unstamped };
}

function worseOf(a: Answer, b: Answer): Answer {
  if (a.outcome === "deny" || b.outcome === "deny") return DENY;
  const states = new Set([...a.obligations, ...b.obligations]);
  return settle(states, Math.min(a.cap, b.cap), a.unstamped && b.unstamped);
}

/** True when `b` gives less than `a` in anything. */
export function isLess(b: Answer, a: Answer): boolean {
  if (a.outcome === "deny") return false;
  if (b.outcome === "deny") return true;
  const opened = b.obligations.some((one) => one.endsWith(":open") && !a.obligations.includes(one));
  return opened || b.cap < a.cap || (a.unstamped && !b.unstamped);
}

/** The first whole minute within a day at which the request gets less. */
export function end(
  policy: RawDocument | null,
  guardrails: readonly RawDocument[],
  request: RawRequest,
): Date | null {
  const now = decide(policy, guardrails, request);
  const first = Math.floor(request.at.getTime() / 60_000) + 1;
  for (let minute = first; minute * 60_000 <= request.at.getTime() + 86_400_000; minute += 1) {
    const at = new Date(minute * 60_000);
    if (isLess(decide(policy, guardrails, request, at), now)) return at;
  }
  return null;
}

/** One rule against a request. A part that is false outweighs one that is unknown. */
export function matches(rule: RawRule, request: RawRequest, at: Date): "yes" | "no" | "unknown" {
  const { profiles, users, mode, time, device } = rule.conditions;
  if (profiles && !profiles.includes(request.profile)) return "no";
  if (users && !users.includes(request.user)) return "no";
  if (mode && !mode.includes(request.mode)) return "no";
  if (time && !openMinutes(time).has(wallMinute(time.timezone ?? "UTC", at))) return "no";
  const facts = device === undefined ? [] : [
    device.require_mdm === true ? request.device?.mdmEnrolled : true,
    device.require_encryption === true ? request.device?.diskEncrypted : true,
    device.min_os_version === undefined
      ? true
      : atLeast(device.min_os_version, request.device?.osVersion),
  ];
  if (facts.includes(false)) return "no";
  return facts.every((fact) => fact === true) ? "yes" : "unknown";
}

function atLeast(wanted: string, found: string | null | undefined): boolean | null {
  if (found === null || found === undefined) return null;
  const [a = 0, b = 0] = found.split(".").map(Number);
  const [c = 0, d = 0] = wanted.split(".").map(Number);
  return a > c || (a === c && b >= d);
}

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const sets = new WeakMap<object, Set<string>>();

/** Every minute of the week in which a window is open, by walking through it. */
function openMinutes(time: NonNullable<RawRule["conditions"]["time"]>): Set<string> {
  const known = sets.get(time);
  if (known !== undefined) return known;
  const open = new Set<string>();
  const last = time.hours?.end === "24:00" ? "00:00" : time.hours?.end ?? "00:00";
  for (const started of time.days ?? DAYS) {
    let day = started;
    let minute = time.hours?.start ?? "00:00";
    do {
      open.add(`${day} ${minute}`);
      const [hour = 0, past = 0] = minute.split(":").map(Number);
      const next = hour * 60 + past + 1;
      minute = `${String(Math.floor(next / 60) % 24).padStart(2, "0")}:${
        String(next % 60).padStart(2, "0")
      }`;
      if (minute === "00:00") day = DAYS[(DAYS.indexOf(day) + 1) % 7] ?? "";
    } while (minute !== last);
  }
  sets.set(time, open);
  return open;
}

const walls = new Map<string, string>();
const clocks = new Map<string, Intl.DateTimeFormat>();

/** `monday 09:30` as the zone's own clock shows it. */
function wallMinute(zone: string, at: Date): string {
  const key = `${zone} ${Math.floor(at.getTime() / 60_000)}`;
  const known = walls.get(key);
  if (known !== undefined) return known;
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  clocks.set(zone, clock);
  const wall = clock.format(at).replace(",", "").replace(" at ", " ").toLowerCase();
  walls.set(key, wall);
  return wall;
}

function seconds(text: string | undefined): number {
  return text === undefined ? Infinity : Number(text.replace("m", "")) * 60;
}
