// tui: whoami as values: what is known, where the person is, and what each key and each answer changes. Pure.
import type { JournalSight, LiveSession } from "../../lib/core/journal/look.ts";
import type { Failure } from "../failure.ts";
import type { Key } from "../keys.ts";
import { held, moved } from "../list.ts";
import { lastScroll, scrolled } from "../page.ts";
import { wrap } from "../text.ts";

/** Something that was asked for: not answered yet, answered, or failed. */
export type Asked<T> =
  | { state: "asking" }
  | { state: "known"; value: T }
  | { state: "failed"; failure: Failure };

/** Who the caller is to AWS and to policy. */
export interface Identity {
  arn: string;
  account: string;
  /** The name that policy compares. */
  user: string;
  /** STS's unique id. */
  principal: string;
  /** Where the credentials come from, in words. */
  source: string;
  /** When they end; `null` = long-term, or not known. */
  expiresAt: Date | null;
  /** The role that the profile asked about would assume; `null` = none was named. */
  wouldAssume: string | null;
  /** What seals kept sessions, in words. */
  seal: string;
}

/** What policy says of one profile now. */
export interface Answer {
  outcome: "allow" | "pending" | "deny" | "can't say";
  /** The deciding rule; `null` = none. */
  rule: string | null;
  /** Why, on one line; empty = the rule gives no reason. */
  why: string;
  /** Until when the same question gets the same answer; `null` = for at least a day. */
  until: Date | null;
  /** Error code where there is no decision; `null` otherwise. */
  code: string | null;
}

/** A gated profile. */
export interface ProfileRow {
  profile: string;
  role: string | null;
  /** `null` = not asked yet. */
  answer: Answer | null;
}

/** The record: how it stands, and which sessions it knows to be out. */
export interface Recorded {
  sight: JournalSight;
  sessions: readonly LiveSession[];
}

/** One thing that was found out. They come in any order. */
export type Sight =
  | { kind: "pins"; pins: "pinned" | "unpinned" }
  | { kind: "profiles"; profiles: Asked<readonly ProfileRow[]>; ungated: number }
  | { kind: "identity"; identity: Asked<Identity> }
  | { kind: "record"; record: Asked<Recorded> }
  | { kind: "answer"; profile: string; answer: Answer };

/** What can happen. What was found out bears the number of the look that it belongs to. */
export type Event =
  | { kind: "key"; key: Key }
  | { kind: "size"; columns: number; rows: number }
  | { kind: "now"; now: Date }
  | { kind: "seen"; round: number; sight: Sight }
  | { kind: "done"; round: number }
  | { kind: "explained"; profile: string; lines: readonly string[] };

/** What the person looks at. */
export type Page =
  | { kind: "main" }
  | { kind: "help"; scroll: number }
  | { kind: "explanation"; profile: string; lines: readonly string[] | null; scroll: number };

/** Everything that the screen shows. */
export interface State {
  columns: number;
  rows: number;
  now: Date;
  round: number;
  /** A look is under way. */
  looking: boolean;
  pins: "pinned" | "unpinned" | null;
  identity: Asked<Identity>;
  profiles: Asked<readonly ProfileRow[]>;
  /** Profiles with a role that any program may assume without asking. */
  ungated: number;
  record: Asked<Recorded>;
  selected: number;
  page: Page;
}

/** What the program has to do for it. */
export type Effect =
  | { kind: "look"; round: number }
  | { kind: "explain"; profile: string }
  | { kind: "quit" };

/** The state after an event, and what is to be done. */
export interface Stepped {
  state: State;
  effects: readonly Effect[];
}

/** What the keys do. */
export const HELP: readonly string[] = [
  "↑ ↓ or k j      choose a profile; page keys, home and end as well",
  "enter           why policy answers so, rule by rule, and what would change it",
  "r               look again",
  "?               this page",
  "q or esc        leave; on a page, back",
  "ctrl-c          leave at once, exit code 130",
  "",
  "Nothing here asks AWS for a profile's credentials. What a profile would answer is asked for " +
  "credential_process; exec may get another answer: sentinel policy explain --mode cli",
  "",
  "Sessions come from your own journal: those that went round Sentinel are not in it. The journal is " +
  "looked at, not verified: sentinel journal verify",
  "",
  "The same as text: sentinel whoami --plain",
];

/** Before anything is known. `select` is the profile to start at, where there is one. */
export function start(now: Date): State {
  return {
    columns: 80,
    rows: 24,
    now,
    round: 1,
    looking: true,
    pins: null,
    identity: { state: "asking" },
    profiles: { state: "asking" },
    ungated: 0,
    record: { state: "asking" },
    selected: 0,
    page: { kind: "main" },
  };
}

/** The gated profiles that are known by now. */
export function rowsOf(state: State): readonly ProfileRow[] {
  return state.profiles.state === "known" ? state.profiles.value : [];
}

/** The profile that is chosen; `null` while there is none. */
export function chosen(state: State): ProfileRow | null {
  return rowsOf(state)[state.selected] ?? null;
}

/** The lines of a page, as broken to the screen's width; none on the main page. */
export function pageLines(state: State): string[] {
  const { page, columns } = state;
  if (page.kind === "main") return [];
  const lines = page.kind === "help" ? HELP : page.lines ?? ["asking …"];
  return wrap(lines, columns);
}

/** Takes an event in. Never throws, whatever comes in whatever order. */
export function step(state: State, event: Event): Stepped {
  switch (event.kind) {
    case "key":
      return pressed(state, event.key);
    case "size":
      return only(scrollHeld({ ...state, columns: event.columns, rows: event.rows }));
    case "now":
      return only({ ...state, now: event.now });
    case "seen":
      return only(event.round === state.round ? seen(state, event.sight) : state);
    case "done":
      return only(event.round === state.round ? { ...state, looking: false } : state);
    case "explained":
      return only(explained(state, event.profile, event.lines));
  }
}

function only(state: State): Stepped {
  return { state, effects: [] };
}

function seen(state: State, sight: Sight): State {
  switch (sight.kind) {
    case "pins":
      return { ...state, pins: sight.pins };
    case "identity":
      return { ...state, identity: sight.identity };
    case "record":
      return { ...state, record: sight.record };
    case "profiles":
      return withProfiles({ ...state, ungated: sight.ungated }, sight.profiles);
    case "answer":
      return answered(state, sight.profile, sight.answer);
  }
}

// Whoever looks again stays where he was, also when the list has changed; answers of the look before
// stand until the new ones are there.
function withProfiles(state: State, profiles: Asked<readonly ProfileRow[]>): State {
  const before = new Map(rowsOf(state).map((row) => [row.profile, row.answer]));
  const was = chosen(state)?.profile;
  if (profiles.state !== "known") return { ...state, profiles, selected: 0 };
  const value = profiles.value.map((row) => ({
    ...row,
    answer: row.answer ?? before.get(row.profile) ?? null,
  }));
  const at = value.findIndex(({ profile }) => profile === was);
  const selected = held(at < 0 ? state.selected : at, value.length);
  return { ...state, profiles: { state: "known", value }, selected };
}

function answered(state: State, profile: string, answer: Answer): State {
  const value = rowsOf(state).map((row) => row.profile === profile ? { ...row, answer } : row);
  return state.profiles.state === "known"
    ? { ...state, profiles: { state: "known", value } }
    : state;
}

function explained(state: State, profile: string, lines: readonly string[]): State {
  const { page } = state;
  if (page.kind !== "explanation" || page.profile !== profile) return state;
  return { ...state, page: { ...page, lines } };
}

function pressed(state: State, key: Key): Stepped {
  if (key.kind === "text" && key.text === "q") return { state, effects: [{ kind: "quit" }] };
  if (key.kind === "text" && key.text === "r") return again(state);
  if (key.kind === "text" && key.text === "?") {
    return only({ ...state, page: { kind: "help", scroll: 0 } });
  }
  return state.page.kind === "main" ? onMain(state, key) : only(onPage(state, key));
}

function again(state: State): Stepped {
  const round = state.round + 1;
  const effects: Effect[] = [{ kind: "look", round }];
  const { page } = state;
  if (page.kind === "explanation") effects.push({ kind: "explain", profile: page.profile });
  return { state: { ...state, round, looking: true }, effects };
}

function onMain(state: State, key: Key): Stepped {
  if (key.kind === "escape") return { state, effects: [{ kind: "quit" }] };
  const row = chosen(state);
  if (key.kind === "enter" && row !== null) {
    const { profile } = row;
    const page: Page = { kind: "explanation", profile, lines: null, scroll: 0 };
    return { state: { ...state, page }, effects: [{ kind: "explain", profile }] };
  }
  const to = moved(state.selected, rowsOf(state).length, viKey(key));
  return only(to === null ? state : { ...state, selected: to });
}

function onPage(state: State, key: Key): State {
  const { page } = state;
  if (page.kind === "main") return state;
  if (["escape", "enter", "backspace"].includes(key.kind)) {
    return { ...state, page: { kind: "main" } };
  }
  const to = scrolled(page.scroll, pageLines(state).length, state.rows, viKey(key));
  return to === null ? state : { ...state, page: { ...page, scroll: to } };
}

function scrollHeld(state: State): State {
  const { page } = state;
  if (page.kind === "main") return state;
  return {
    ...state,
    page: {
      ...page,
      scroll: Math.min(page.scroll, lastScroll(pageLines(state).length, state.rows)),
    },
  };
}

function viKey(key: Key): Key {
  if (key.kind !== "text") return key;
  if (key.text === "j") return { kind: "down" };
  return key.text === "k" ? { kind: "up" } : key;
}
