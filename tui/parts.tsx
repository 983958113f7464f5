// tui: what every screen is made of: a title, lines of coloured spans, a foot; each exactly as wide as the screen.
import { Box, Text } from "ink";
import { createContext, type ReactElement, useContext } from "react";
import { pageRoom } from "./page.ts";
import { cell, fit, widthOf } from "./text.ts";

/** What a span means; colour only underlines what its words say. */
export type Tone = "plain" | "good" | "warn" | "bad" | "faint" | "strong";

/** A piece of a line. */
export interface Span {
  text: string;
  tone?: Tone;
}

/** A line of the screen; `chosen` = the line that keys act on. */
export interface Line {
  spans: readonly Span[];
  chosen?: boolean;
}

/** Whether tones are coloured: false under `--no-color` and NO_COLOR. */
export const Coloured = createContext(true);

const COLOURS = { good: "green", warn: "yellow", bad: "red" } as const;

/** A line of one text. */
export function line(text: string, tone: Tone = "plain"): Line {
  return { spans: [{ text, tone }] };
}

/** An empty line. */
export const BLANK: Line = { spans: [] };

function Piece({ text, tone = "plain" }: Span): ReactElement {
  const coloured = useContext(Coloured);
  if (tone === "strong") return <Text bold>{text}</Text>;
  if (tone === "faint") return <Text dimColor={coloured}>{text}</Text>;
  if (tone === "plain" || !coloured) return <Text>{text}</Text>;
  return <Text color={COLOURS[tone]}>{text}</Text>;
}

// Cut here, span by span: what is too wide for the screen would be wrapped by the terminal.
function inside(spans: readonly Span[], columns: number): Span[] {
  let room = columns;
  return spans.map((span) => {
    const text = fit(span.text, room);
    room -= widthOf(text);
    return { ...span, text };
  }).filter(({ text }) => text !== "");
}

function Row({ spans, chosen = false, columns }: Line & { columns: number }): ReactElement {
  const pieces = inside(spans, columns);
  const whole = cell(pieces.map(({ text }) => text).join(""), columns);
  // The height is said, since a line without a letter has none of its own.
  return (
    <Box height={1} flexShrink={0}>
      {chosen
        ? <Text inverse>{whole}</Text>
        : <Text wrap="truncate">{pieces.map((span, i) => <Piece key={i} {...span} />)}</Text>}
    </Box>
  );
}

/** What a screen shows. */
export interface FrameProps {
  columns: number;
  rows: number;
  title: string;
  /** At the right end of the title; cut first. */
  aside: string;
  lines: readonly Line[];
  foot: string;
}

/** A whole screen: exactly `rows` lines, each at most `columns` wide. */
export function Frame({ columns, rows, title, aside, lines, foot }: FrameProps): ReactElement {
  const shown = lines.slice(0, Math.max(0, rows - 2));
  const filling = Array<Line>(Math.max(0, rows - 2 - shown.length)).fill(BLANK);
  const all: Line[] = [titleLine(title, aside, columns), ...shown, ...filling];
  if (rows > 1) all.push(line(foot, "faint"));
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {all.slice(0, rows).map((one, i) => <Row key={i} columns={columns} {...one} />)}
    </Box>
  );
}

/** What a page of text shows. */
export interface PageFrameProps extends Omit<FrameProps, "aside" | "lines"> {
  /** As broken to the screen's width. */
  lines: readonly string[];
  /** The first line that is seen. */
  scroll: number;
  toneOf(line: string): Tone;
}

/** A page of text, and which part of it this is. */
export function PageFrame({ lines, scroll, toneOf, ...frame }: PageFrameProps): ReactElement {
  const room = pageRoom(frame.rows);
  const shown = lines.slice(scroll, scroll + room);
  const part = lines.length <= room
    ? ""
    : `${scroll + 1}-${Math.min(lines.length, scroll + room)} of ${lines.length}`;
  const body = shown.map((text) => line(text, toneOf(text)));
  return <Frame {...frame} aside={part} lines={[BLANK, ...body]} />;
}

function titleLine(title: string, aside: string, columns: number): Line {
  const room = columns - widthOf(title) - 2;
  const right = room < 6 ? "" : fit(aside, room);
  const gap = " ".repeat(Math.max(0, columns - widthOf(title) - widthOf(right)));
  return { spans: [{ text: title, tone: "strong" }, { text: gap + right, tone: "faint" }] };
}
