// tui: permissions as they look, at any size. Pure: state in, a screen out.
import type { ReactElement } from "react";
import { failureWords } from "../failure.ts";
import { windowStart } from "../list.ts";
import { BLANK, Frame, type Line, line, PageFrame, type Span, type Tone } from "../parts.tsx";
import { cell, fit, widthOf, wrap } from "../text.ts";
import { pageLines } from "./pages.ts";
import { progress, type Row, shownFeatures, shownRows, type State, type Status } from "./state.ts";

const NARROW = 60;
const BROAD = 100;
const STATUS = 11;
const NARROW_STATUS = 8;

const TONES: Readonly<Record<Status, Tone>> = {
  "waiting": "faint",
  "allowed": "good",
  "in doubt": "warn",
  "denied": "bad",
  "error": "bad",
  "not checked": "warn",
  "not in use": "faint",
  "free": "faint",
};

/** The whole screen. */
export function PermissionsView({ state }: { state: State }): ReactElement {
  const { columns, rows, page } = state;
  const narrow = columns < NARROW;
  if (page.kind === "main") {
    return (
      <Frame
        columns={columns}
        rows={rows}
        title={columns < BROAD
          ? "sentinel permissions"
          : "sentinel permissions: what Sentinel itself needs"}
        aside={asideOf(state)}
        lines={mainLines(state)}
        foot={footOf(state)}
      />
    );
  }
  return (
    <PageFrame
      columns={columns}
      rows={rows}
      title={page.kind === "help" ? "permissions: keys" : "permissions: one action"}
      lines={pageLines(state)}
      scroll={page.scroll}
      toneOf={toneOfDetail}
      foot={questionOf(state) ?? (narrow ? "↑↓ scroll  esc back" : "↑↓ scroll   esc back   q quit")}
    />
  );
}

/** The status stands out; the words say the same. */
function toneOfDetail(text: string): Tone {
  const status = /^status +(.*)$/.exec(text)?.[1] ?? "";
  return Object.hasOwn(TONES, status) ? TONES[status as Status] : "plain";
}

function asideOf(state: State): string {
  const { prepared, looking, failure } = state;
  if (prepared === null) return failure === null ? "looking around …" : "";
  const { done, of } = progress(state);
  if (looking && done < of) return `asking IAM ${done}/${of}`;
  // What matters most comes first: a narrow screen cuts the rest.
  const counts = (["denied", "error", "in doubt", "not checked", "allowed"] as const)
    .map((status) => ({ status, n: prepared.rows.filter((row) => row.status === status).length }));
  return counts.filter(({ n }) => n > 0).map(({ n, status }) => `${n} ${status}`).join(" · ");
}

/** What is asked at the foot, or what came of the last thing that was done; `null` = nothing. */
function questionOf({ asking, notice, columns }: State): string | null {
  if (asking === null) return notice === "" ? null : notice;
  if (asking.kind === "replace") return `${asking.path} is there already. y writes over it`;
  const question = "save to: ";
  const room = columns - widthOf(question) - 1;
  // The end is where letters come and go.
  const tail = [...asking.path].reverse().join("");
  return `${question}${widthOf(asking.path) <= room ? asking.path : reversed(fit(tail, room))}█`;
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}

function footOf(state: State): string {
  const said = questionOf(state);
  if (said !== null) return said;
  const leave = state.filter === "" ? "esc quit" : "esc clear";
  if (state.columns < NARROW) return `type to filter  enter more  ${leave}`;
  if (state.columns < BROAD) {
    return `type to filter   enter more   tab ${
      state.usedOnly ? "all" : "in use"
    }   ctrl-y copy   ctrl-s save   ${leave}`;
  }
  return `type to filter   enter details   tab ${
    state.usedOnly ? "everything" : "in use only"
  }   ` +
    `ctrl-y copy IAM document   ctrl-s save   ${leave}`;
}

function mainLines(state: State): Line[] {
  const { columns, prepared, failure, rows } = state;
  const head = [...headLines(state), BLANK];
  if (failure !== null) {
    const text = [failureWords(failure), ...failure.hint === null ? [] : [`hint: ${failure.hint}`]];
    head.splice(-1, 0, ...wrap(text, columns).slice(0, 4).map((one) => line(one, "bad")));
  }
  if (prepared === null) return head;
  const { lines, at } = rowLines(state);
  const room = Math.max(1, rows - 2 - head.length);
  const from = windowStart(at, lines.length, room);
  return [...head, ...lines.slice(from, from + room)];
}

function headLines(state: State): Line[] {
  const { prepared, columns, filter, usedOnly } = state;
  const count = shownRows(state).length;
  const shown = `${count} of ${prepared?.rows.length ?? 0}${usedOnly ? ", in use only" : ""}`;
  const filterLine: Line = {
    spans: [
      { text: cell("filter", 10), tone: "faint" },
      filter === ""
        ? { text: columns < NARROW ? "none" : "none: any letter starts one", tone: "faint" }
        : { text: `${filter}█`, tone: "strong" },
      { text: `   ${shown}`, tone: "faint" },
    ],
  };
  if (prepared === null) return [filterLine];
  const { caller, warnings } = prepared;
  const [first] = warnings;
  const more = warnings.length > 1 ? ` (and ${warnings.length - 1} more)` : "";
  return [
    {
      spans: [
        { text: cell("caller", 10), tone: "faint" },
        { text: fit(caller ?? "nobody", columns - 10, "middle") },
      ],
    },
    ...first === undefined ? [] : [line(fit(`warning   ${first}${more}`, columns), "warn")],
    filterLine,
  ];
}

/** Headings and rows, and which line is the chosen one. */
function rowLines(state: State): { lines: Line[]; at: number } {
  const rows = shownRows(state);
  const lines: Line[] = [];
  let at = 0;
  for (const feature of shownFeatures(state)) {
    lines.push(headingOf(state, feature));
    for (const [index, row] of rows.entries()) {
      if (row.feature !== feature) continue;
      if (index === state.selected) at = lines.length;
      lines.push(rowLine(row, index === state.selected, state));
    }
  }
  if (rows.length === 0) lines.push(line("  nothing fits the filter: esc shows all", "faint"));
  return { lines, at };
}

function headingOf({ prepared, columns }: State, id: string): Line {
  const feature = prepared?.features.find((one) => one.id === id);
  const words = [
    useOf(feature?.used ?? null),
    ...feature?.optional ? ["optional"] : [],
    ...columns < NARROW ? [] : [feature?.brief ?? ""],
  ];
  return {
    spans: [{ text: id, tone: "strong" }, { text: `  ${words.join(" · ")}`, tone: "faint" }],
  };
}

function useOf(used: boolean | null): string {
  return used === null ? "use not known" : used ? "in use" : "not in use";
}

function rowLine(row: Row, chosen: boolean, { columns }: State): Line {
  const narrow = columns < NARROW;
  const status = narrow ? shortOf(row.status) : row.status;
  const width = narrow ? NARROW_STATUS : STATUS;
  const action = Math.min(30, Math.max(16, Math.floor((columns - width) * 0.38)));
  const spans: Span[] = [
    { text: chosen ? "> " : "  " },
    { text: cell(status, width), tone: TONES[row.status] },
    { text: "  " },
  ];
  if (narrow) {
    const name = row.resource.split(/[/:]/).at(-1) ?? "";
    const room = columns - width - 4 - widthOf(row.action) - 2;
    const end = room < 5 ? "" : `  ${fit(name, room, "middle")}`;
    return { chosen, spans: [...spans, { text: row.action }, { text: end, tone: "faint" }] };
  }
  const room = columns - width - 4 - action - 2;
  return {
    chosen,
    spans: [...spans, { text: `${cell(row.action, action)}  ` }, {
      text: fit(row.resource, room, "middle"),
      tone: row.status === "not in use" ? "faint" : "plain",
    }],
  };
}

const SHORT: Partial<Record<Status, string>> = {
  "waiting": "…",
  "not checked": "not seen",
  "not in use": "unused",
};

function shortOf(status: Status): string {
  return SHORT[status] ?? status;
}
