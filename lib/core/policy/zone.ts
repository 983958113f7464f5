// policy: the wall clock of a zone. The only file that makes Intl objects.

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** One formatter a zone: making one costs more than all decisions of a process. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Offsets read lately: many rules ask for the same instants. */
const offsets = new Map<string, number>();
const MOST_OFFSETS = 1_024;

/** What the clock on the wall says. */
export interface Wall {
  /** Days since 1970-01-01 in the zone's own calendar. */
  day: number;
  /** 0 = Sunday. */
  weekday: number;
  /** Minutes since midnight, rounded down. */
  minute: number;
}

/**
 * Milliseconds that a zone's wall clock is ahead of UTC at an instant.
 * @throws RangeError when the zone or the instant is none
 */
export function offsetAt(zone: string, instant: number): number {
  if (zone === "UTC") return 0;
  const key = `${zone} ${instant}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= MOST_OFFSETS) offsets.clear();
  const offset = readOffset(zone, instant);
  offsets.set(key, offset);
  return offset;
}

function readOffset(zone: string, instant: number): number {
  const field = new Map<string, number>();
  for (const part of formatter(zone).formatToParts(instant)) {
    field.set(part.type, Number(part.value));
  }
  const read = (name: string) => field.get(name) ?? NaN;
  const wall = Date.UTC(
    read("year"),
    read("month") - 1,
    read("day"),
    read("hour"),
    read("minute"),
    read("second"),
  );
  return wall - Math.floor(instant / 1_000) * 1_000;
}

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formatters.set(zone, made);
  return made;
}

/** The wall clock of a zone at an instant (milliseconds since 1970). */
export function wallAt(zone: string, instant: number): Wall {
  const local = instant + offsetAt(zone, instant);
  const day = Math.floor(local / DAY);
  return {
    day,
    weekday: (((day + 4) % 7) + 7) % 7,
    minute: Math.floor((local - day * DAY) / MINUTE),
  };
}

/**
 * Instants after `from`, up to `from + span`, at which a wall clock can pass one of `minutes` or
 * midnight, or jumps. More than the true ones, never fewer: a repeated minute is in it twice.
 */
export function passings(
  zone: string,
  minutes: readonly number[],
  from: number,
  span: number,
): number[] {
  const jumps = zone === "UTC" ? [] : jumpsOf(zone, from, span);
  const ahead = new Set([from, ...jumps].map((instant) => offsetAt(zone, instant)));
  const found = new Set<number>(jumps);
  const first = wallAt(zone, from).day - 1;
  for (let day = first; day <= first + Math.ceil(span / DAY) + 2; day += 1) {
    for (const minute of [0, ...minutes]) {
      for (const offset of ahead) found.add(day * DAY + minute * MINUTE - offset);
    }
  }
  return [...found].filter((instant) => instant > from && instant <= from + span)
    .sort((a, b) => a - b);
}

/** No zone moves its clocks twice within half a day. */
function jumpsOf(zone: string, from: number, span: number): number[] {
  const jumps: number[] = [];
  const step = DAY / 2;
  for (let start = from; start < from + span; start += step) {
    const end = Math.min(start + step, from + span);
    if (offsetAt(zone, start) !== offsetAt(zone, end)) jumps.push(jumpIn(zone, start, end));
  }
  return jumps;
}

/** The first instant with the later offset. Clocks jump on whole seconds. */
function jumpIn(zone: string, start: number, end: number): number {
  const before = offsetAt(zone, start);
  let low = Math.floor(start / 1_000);
  let high = Math.ceil(end / 1_000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * 1_000) === before) low = middle;
    else high = middle;
  }
  return high * 1_000;
}
