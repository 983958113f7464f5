// tui: permissions as values: features and their actions, what IAM said of each, filter, pages. Pure.
import type { Failure } from "../failure.ts";
import type { Key } from "../keys.ts";
import { held, moved } from "../list.ts";
import { lastScroll, scrolled } from "../page.ts";
import { pageLines } from "./pages.ts";

/** How an action stands. */
export type Status =
  | "waiting"
  | "allowed"
  | "in doubt"
  | "denied"
  | "error"
  | "not checked"
  | "not in use"
  | "free";

/** One action on one resource, for one feature. */
export interface Row {
  /** What its answer is known by. */
  key: string;
  feature: string;
  action: string;
  /** Empty where none is named: a call that no policy has to allow. */
  resource: string;
  why: string;
  status: Status;
  /** What makes it so, line by line; empty while it waits. */
  reasons: readonly string[];
  /** The profiles that need it. */
  profiles: readonly string[];
}

/** A feature, as its heading says it. */
export interface FeatureHead {
  id: string;
  brief: string;
  optional: boolean;
  /** Whether it is in use here; `null` = nobody could tell. */
  used: boolean | null;
  /** Why it is said to be in use. */
  reasons: readonly string[];
}

/** What is known before IAM is asked. */
export interface Prepared {
  /** ARN of the caller; `null` = nobody. */
  caller: string | null;
  /** Whose policies are simulated, in words. */
  simulated: string;
  features: readonly FeatureHead[];
  /** In the features' order. */
  rows: readonly Row[];
  warnings: readonly string[];
}

/** One thing that was found out. */
export type Sight =
  | { kind: "prepared"; prepared: Prepared }
  | { kind: "checked"; key: string; status: Status; reasons: readonly string[] }
  | { kind: "failed"; failure: Failure };

/** What can happen. */
export type Event =
  | { kind: "key"; key: Key }
  | { kind: "size"; columns: number; rows: number }
  | { kind: "seen"; round: number; sight: Sight }
  | { kind: "done"; round: number }
  | { kind: "told"; notice: string }
  | { kind: "exists"; path: string };

/** What the person looks at. */
export type Page =
  | { kind: "main" }
  | { kind: "help"; scroll: number }
  | { kind: "details"; key: string; scroll: number };

/** A question at the foot: where to save, or whether to write over what is there. */
export type Asking =
  | { kind: "path"; path: string }
  | { kind: "replace"; path: string };

/** Everything that the screen shows. */
export interface State {
  columns: number;
  rows: number;
  round: number;
  looking: boolean;
  prepared: Prepared | null;
  failure: Failure | null;
  filter: string;
  usedOnly: boolean;
  /** Among the rows that are shown. */
  selected: number;
  page: Page;
  asking: Asking | null;
  /** What came of the last copy or save; empty = nothing to tell. */
  notice: string;
}

/** What the program has to do for it. */
export type Effect =
  | { kind: "look"; round: number }
  | { kind: "copy"; features: readonly string[] }
  | { kind: "save"; features: readonly string[]; path: string; replace: boolean }
  | { kind: "quit" };

/** The state after an event, and what is to be done. */
export interface Stepped {
  state: State;
  effects: readonly Effect[];
}

const LONGEST_FILTER = 60;
const LONGEST_PATH = 400;
const PATH = "sentinel-permissions.json";

/** Before anything is known. */
export function start(): State {
  return {
    columns: 80,
    rows: 24,
    round: 1,
    looking: true,
    prepared: null,
    failure: null,
    filter: "",
    usedOnly: false,
    selected: 0,
    page: { kind: "main" },
    asking: null,
    notice: "",
  };
}

/** The rows that the filter lets through. What may be in use counts as in use. */
export function shownRows({ prepared, filter, usedOnly }: State): readonly Row[] {
  const words = filter.toLowerCase().split(" ").filter((word) => word !== "");
  const unused = new Set(
    (prepared?.features ?? []).filter(({ used }) => used === false).map(({ id }) => id),
  );
  return (prepared?.rows ?? []).filter((row) => {
    if (usedOnly && unused.has(row.feature)) return false;
    const { feature, action, resource, status } = row;
    const text = `${feature} ${action} ${resource} ${status}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The row that is chosen; `null` while there is none. */
export function chosen(state: State): Row | null {
  return shownRows(state)[state.selected] ?? null;
}

/** Ids of the features that have a row on the screen: what a document is made of. */
export function shownFeatures(state: State): readonly string[] {
  return [...new Set(shownRows(state).map(({ feature }) => feature))];
}

/** How many were asked, of how many. */
export function progress({ prepared }: State): { done: number; of: number } {
  const asked = (prepared?.rows ?? []).filter(({ status }) =>
    status !== "not in use" && status !== "free"
  );
  return {
    done: asked.filter(({ status }) => status !== "waiting").length,
    of: asked.length,
  };
}

/** Takes an event in. Never throws, whatever comes in whatever order. */
export function step(state: State, event: Event): Stepped {
  switch (event.kind) {
    case "key":
      return pressed({ ...state, notice: "" }, event.key);
    case "size":
      return only(scrollHeld({ ...state, columns: event.columns, rows: event.rows }));
    case "seen":
      return only(event.round === state.round ? seen(state, event.sight) : state);
    case "done":
      return only(event.round === state.round ? { ...state, looking: false } : state);
    case "told":
      return only({ ...state, notice: event.notice });
    case "exists":
      return only({ ...state, asking: { kind: "replace", path: event.path } });
  }
}

function only(state: State): Stepped {
  return { state, effects: [] };
}

function seen(state: State, sight: Sight): State {
  if (sight.kind === "failed") return { ...state, failure: sight.failure };
  const was = chosen(state)?.key;
  const next = sight.kind === "prepared"
    ? { ...state, prepared: sight.prepared, failure: null }
    : answered(state, sight);
  // A filter on the status lets rows come and go: who looks at one stays with it.
  const at = shownRows(next).findIndex(({ key }) => key === was);
  return { ...next, selected: held(at < 0 ? state.selected : at, shownRows(next).length) };
}

function answered(state: State, { key, status, reasons }: Sight & { kind: "checked" }): State {
  const { prepared } = state;
  if (prepared === null) return state;
  const rows = prepared.rows.map((row) => row.key === key ? { ...row, status, reasons } : row);
  return { ...state, prepared: { ...prepared, rows } };
}

function pressed(state: State, key: Key): Stepped {
  if (state.asking !== null) return answering(state, state.asking, key);
  switch (key.kind) {
    case "again": {
      const round = state.round + 1;
      return { state: { ...state, round, looking: true }, effects: [{ kind: "look", round }] };
    }
    case "copy": {
      const features = shownFeatures(state);
      return features.length === 0
        ? only({ ...state, notice: "nothing is shown: nothing to copy" })
        : { state, effects: [{ kind: "copy", features }] };
    }
    case "save":
      return only(
        shownFeatures(state).length === 0
          ? { ...state, notice: "nothing is shown: nothing to save" }
          : { ...state, asking: { kind: "path", path: PATH } },
      );
    default:
      return state.page.kind === "main" ? onMain(state, key) : onPage(state, key);
  }
}

function onMain(state: State, key: Key): Stepped {
  const { filter } = state;
  if (key.kind === "escape") {
    return filter === "" ? { state, effects: [{ kind: "quit" }] } : only(filtered(state, ""));
  }
  if (key.kind === "backspace") return only(filtered(state, [...filter].slice(0, -1).join("")));
  if (key.kind === "tab") {
    const next = { ...state, usedOnly: !state.usedOnly };
    return only({ ...next, selected: held(state.selected, shownRows(next).length) });
  }
  if (key.kind === "text") return typed(state, key.text);
  const row = chosen(state);
  if (key.kind === "enter") {
    return only(
      row === null ? state : { ...state, page: { kind: "details", key: row.key, scroll: 0 } },
    );
  }
  const to = moved(state.selected, shownRows(state).length, key);
  return only(to === null ? state : { ...state, selected: to });
}

// The first letter may mean something else; after it, every letter is one of the filter.
function typed(state: State, text: string): Stepped {
  const { filter } = state;
  if (filter === "") {
    if (text === "q") return { state, effects: [{ kind: "quit" }] };
    if (text === "?") return only({ ...state, page: { kind: "help", scroll: 0 } });
    if (text === " ") return only(state);
  }
  return only([...filter].length >= LONGEST_FILTER ? state : filtered(state, filter + text));
}

function filtered(state: State, filter: string): State {
  const was = chosen(state)?.key;
  const next = { ...state, filter };
  const rows = shownRows(next);
  const at = rows.findIndex(({ key }) => key === was);
  return { ...next, selected: held(at < 0 ? 0 : at, rows.length) };
}

function onPage(state: State, key: Key): Stepped {
  const { page } = state;
  if (page.kind === "main") return only(state);
  if (key.kind === "text" && key.text === "q") return { state, effects: [{ kind: "quit" }] };
  if (["escape", "enter", "backspace"].includes(key.kind)) {
    return only({ ...state, page: { kind: "main" } });
  }
  const to = scrolled(page.scroll, pageLines(state).length, state.rows, key);
  return only(to === null ? state : { ...state, page: { ...page, scroll: to } });
}

function answering(state: State, asking: Asking, key: Key): Stepped {
  const asked = { ...state, asking: null };
  if (key.kind === "escape") return only({ ...asked, notice: "nothing was saved" });
  const features = shownFeatures(state);
  const { path } = asking;
  if (asking.kind === "replace") {
    const yes = key.kind === "text" && key.text.toLowerCase() === "y";
    return yes
      ? { state: asked, effects: [{ kind: "save", features, path, replace: true }] }
      : only({ ...asked, notice: "nothing was saved" });
  }
  if (key.kind === "enter") {
    return path.trim() === ""
      ? only({ ...asked, notice: "nothing was saved" })
      : { state: asked, effects: [{ kind: "save", features, path: path.trim(), replace: false }] };
  }
  const next = key.kind === "backspace"
    ? [...path].slice(0, -1).join("")
    : key.kind === "text" && path.length < LONGEST_PATH
    ? path + key.text
    : path;
  return only({ ...state, asking: { kind: "path", path: next } });
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
