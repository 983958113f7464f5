// tui: whoami as it looks, at any size. Pure: state in, a screen out.
import type { ReactElement } from "react";
import type { LiveSession } from "../../lib/core/journal/look.ts";
import { failureWords } from "../failure.ts";
import { windowStart } from "../list.ts";
import { BLANK, Frame, type Line, line, PageFrame, type Span, type Tone } from "../parts.tsx";
import { cell, fit, widthOf, wrap } from "../text.ts";
import {
  type Answer,
  type Asked,
  pageLines,
  type ProfileRow,
  rowsOf,
  type State,
} from "./state.ts";
import {
  agoText,
  clockText,
  credentialsText,
  grantText,
  leftText,
  pinsText,
  sightText,
  ungatedText,
  whyText,
} from "./words.ts";

const NARROW = 60;
const BROAD = 100;
const LABEL = 12;
/** Lines that a failure gets. */
const MOST_LINES = 3;
/** Rows of the screen below which blank lines are left out. */
const LOW = 20;

const TONES: Readonly<Record<Answer["outcome"], Tone>> = {
  "allow": "good",
  "pending": "warn",
  "deny": "bad",
  "can't say": "warn",
};

/** The whole screen. */
export function WhoamiView({ state }: { state: State }): ReactElement {
  const { columns, rows, page } = state;
  const narrow = columns < NARROW;
  if (page.kind === "main") {
    const foot = narrow
      ? "enter why  r look again  ? help  q quit"
      : "↑↓ choose   enter why   r look again   ? help   q quit";
    return (
      <Frame
        columns={columns}
        rows={rows}
        title="sentinel whoami"
        aside={asideOf(state)}
        lines={mainLines(state)}
        foot={foot}
      />
    );
  }
  return (
    <PageFrame
      columns={columns}
      rows={rows}
      title={page.kind === "help" ? "whoami: keys" : `why: ${fit(page.profile, columns - 8)}`}
      lines={pageLines(state)}
      scroll={page.scroll}
      toneOf={toneOfExplanation}
      foot={narrow ? "↑↓ scroll  esc back  q quit" : "↑↓ scroll   esc back   r look again   q quit"}
    />
  );
}

function asideOf({ looking, now }: State): string {
  return looking ? "looking …" : clockText(now, now);
}

// The marks that the explanation puts before rules and conditions.
function toneOfExplanation(text: string): Tone {
  if (/^(allow|pending|deny): /.test(text)) return "strong";
  if (text.startsWith("=> ")) return "strong";
  return / {5}no /.test(text) ? "bad" : / {5}yes /.test(text) ? "good" : "plain";
}

function mainLines(state: State): Line[] {
  const gap = state.rows < LOW ? [] : [BLANK];
  const head = [...gap, ...identityLines(state), ...gap];
  const record = recordLine(state);
  const headings = 2;
  // The title and the foot are the frame's.
  const room = state.rows - 2 - head.length - headings - gap.length - record.length - gap.length;
  const sessions = sessionLines(state);
  const { profileRoom, sessionRoom } = shared(room, profileCount(state), sessions.length);
  return [
    ...head,
    ...profileSection(state, profileRoom),
    ...gap,
    line(sessionHeading(state), "strong"),
    ...cutTo(sessions, sessionRoom, "more, ending later"),
    ...gap,
    ...record,
  ];
}

/** Lines for profiles and for sessions: what one leaves over the other may have. */
function shared(room: number, profiles: number, sessions: number): {
  profileRoom: number;
  sessionRoom: number;
} {
  const least = Math.min(sessions, Math.max(1, Math.floor(room / 3)));
  const profileRoom = Math.max(1, Math.min(profiles, room - least));
  return { profileRoom, sessionRoom: Math.max(0, Math.min(sessions, room - profileRoom)) };
}

function cutTo(lines: readonly Line[], room: number, what: string): Line[] {
  if (lines.length <= room) return [...lines];
  if (room < 2) return lines.slice(0, room);
  const shown = lines.slice(0, room - 1);
  return [...shown, line(`  … ${lines.length - shown.length} ${what}`, "faint")];
}

function identityLines({ identity, pins, columns, now }: State): Line[] {
  const pinned = pins === null
    ? [labelled("pins", "…", columns)]
    : [labelled("pins", pinsText(pins), columns, pins === "pinned" ? "plain" : "warn")];
  if (identity.state === "asking") {
    return [labelled("you", "asking AWS who you are …", columns), ...pinned];
  }
  if (identity.state === "failed") {
    const { failure } = identity;
    const hint = failure.hint === null ? [] : paragraph("hint", failure.hint, columns, "plain");
    return [...paragraph("you", failureWords(failure), columns, "bad"), ...hint, ...pinned];
  }
  const { user, arn, account, principal, wouldAssume } = identity.value;
  return [
    labelled("you", user, columns, "strong"),
    labelled("ARN", arn, columns),
    labelled("account", `${account} · ${principal}`, columns),
    labelled("credentials", credentialsText(identity.value, now), columns),
    ...wouldAssume === null ? [] : [labelled("would assume", wouldAssume, columns)],
    ...pinned,
  ];
}

function labelled(label: string, value: string, columns: number, tone: Tone = "plain"): Line {
  const width = Math.max(LABEL, widthOf(label)) + 1;
  const cut = /^arn:/.test(value) ? "middle" : "end";
  return {
    spans: [{ text: cell(label, width), tone: "faint" }, {
      text: fit(value, columns - width, cut),
      tone,
    }],
  };
}

// What went wrong is worth more lines than one, but not the screen.
function paragraph(label: string, text: string, columns: number, tone: Tone): Line[] {
  const lines = wrap([text], columns - LABEL - 1);
  const shown = lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES - 1), `${lines[MOST_LINES - 1]} …`]
    : lines;
  return shown.map((one, i) => labelled(i === 0 ? label : "", one, columns, tone));
}

function profileCount(state: State): number {
  return Math.max(1, rowsOf(state).length + (state.ungated > 0 ? 1 : 0));
}

function profileSection(state: State, room: number): Line[] {
  const { profiles, ungated, selected, columns } = state;
  const rows = rowsOf(state);
  const count = rows.length > 1 ? `  ${selected + 1} of ${rows.length}` : "";
  const heading: Line = {
    spans: [{ text: "GATED PROFILES", tone: "strong" }, { text: count, tone: "faint" }],
  };
  if (profiles.state !== "known") return [heading, asked(profiles, columns)];
  if (rows.length === 0) {
    const none = line("  none yet: a profile is gated by sentinel_role_arn", "faint");
    return [heading, ...ungated === 0 || room < 2 ? [none] : [none, ungatedLine(ungated, columns)]];
  }
  // The note is the first to go.
  const noted = ungated > 0 && room > rows.length;
  const from = windowStart(selected, rows.length, Math.min(room, rows.length));
  const shown = rows.slice(from, from + room);
  const name = nameWidth(rows, columns);
  return [
    heading,
    ...shown.map((row, i) => profileLine(row, from + i === selected, name, state)),
    ...noted ? [ungatedLine(ungated, columns)] : [],
  ];
}

function ungatedLine(count: number, columns: number): Line {
  const what = `  ${ungatedText(count)}`;
  return line(columns < NARROW ? what : `${what}: sentinel list`, "warn");
}

function nameWidth(rows: readonly ProfileRow[], columns: number): number {
  const longest = Math.max(...rows.map(({ profile }) => widthOf(profile)));
  return Math.min(longest, Math.max(8, Math.floor(columns / 4)));
}

function profileLine(row: ProfileRow, chosen: boolean, name: number, state: State): Line {
  const { columns, now } = state;
  const { profile, answer } = row;
  const spans: Span[] = [
    { text: chosen ? "> " : "  " },
    { text: cell(profile, name) },
    { text: "  " },
  ];
  if (answer === null) return { chosen, spans: [...spans, { text: "asking …", tone: "faint" }] };
  spans.push({ text: cell(answer.outcome, 9), tone: TONES[answer.outcome] }, { text: "  " });
  const rule = answer.rule ?? "";
  const why = whyText(answer, now);
  const broad = columns >= BROAD;
  if (broad) spans.push({ text: `${cell(rule, Math.floor(columns / 5))}  ` }, { text: why });
  else spans.push({ text: [rule, why].filter((part) => part !== "").join(" · ") });
  return { chosen, spans };
}

function sessionHeading({ record }: State): string {
  const count = record.state === "known" ? record.value.sessions.length : 0;
  return count === 0 ? "SESSIONS OUT" : `SESSIONS OUT  ${count}`;
}

function sessionLines({ record, columns, now }: State): Line[] {
  if (record.state !== "known") return [asked(record, columns)];
  const { sessions } = record.value;
  if (sessions.length === 0) return [line("  none that the journal knows", "faint")];
  const names = sessions.map(({ profile }) => widthOf(profile ?? "?"));
  const name = Math.min(Math.max(...names), Math.max(8, Math.floor(columns / 4)));
  return sessions.map((session) => sessionLine(session, name, columns, now));
}

function sessionLine(session: LiveSession, name: number, columns: number, now: Date): Line {
  const { profile, user, accessKeyId, expiresAt } = session;
  const narrow = columns < NARROW;
  const more = narrow
    ? [accessKeyId]
    : [`until ${clockText(expiresAt, now)}`, accessKeyId, user ?? "", grantText(session)];
  return {
    spans: [
      { text: `  ${cell(profile ?? "?", name)}  ` },
      { text: cell(leftText(expiresAt, now), narrow ? 11 : 13), tone: "good" },
      { text: `  ${more.filter((part) => part !== "").join("  ")}` },
    ],
  };
}

function recordLine({ record, columns, now }: State): Line[] {
  if (record.state !== "known") return [labelled("JOURNAL", askedText(record), columns)];
  const { sight } = record.value;
  const { last, head } = sight;
  const bad = head === "cut" || head === "contradicts";
  const tone: Tone = bad ? "bad" : head === "ok" || head === "empty" ? "good" : "warn";
  const ending = last === null
    ? ""
    : ` · last: ${last.kind}${last.profile === null ? "" : ` ${last.profile}`} ${
      agoText(last.at, now)
    }`;
  return [{
    spans: [
      { text: cell("JOURNAL", LABEL + 1), tone: "strong" },
      { text: sightText(sight), tone },
      { text: ending },
    ],
  }];
}

function asked(what: Asked<unknown>, columns: number): Line {
  return line(fit(`  ${askedText(what)}`, columns), what.state === "failed" ? "bad" : "faint");
}

function askedText(what: Asked<unknown>): string {
  return what.state === "failed" ? failureWords(what.failure) : "looking …";
}
