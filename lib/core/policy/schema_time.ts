// policy: what stands under `time`, read to minutes, weekdays and a zone.
import {
  type Finding,
  list,
  nearest,
  record,
  refine,
  refused,
  type Report,
  text,
  union,
} from "../yaml/mod.ts";
import type { TimeWindow } from "./document.ts";
import { WEEKDAYS } from "./window.ts";

function mistake(message: string, fix: string): Finding {
  return { id: "known-mistake", message, fix };
}

const SHAPE = '{days: [monday], hours: {start: "08:00", end: "18:00"}, timezone: Europe/Berlin}';

const start = text({
  wanted: "a time of day such as 08:00",
  check: (found) => clockFinding(found, 23),
});
const end = text({
  wanted: "a time of day such as 18:00",
  check: (found) => clockFinding(found, 24),
});

function clockFinding(found: string, lastHour: 23 | 24): Finding | null {
  const minutes = minutesOf(found);
  if (minutes !== null && minutes <= lastHour * 60 + (lastHour === 23 ? 59 : 0)) return null;
  const short = /^(\d):([0-5]\d)$/.exec(found);
  const range = lastHour === 23 ? "00:00 to 23:59" : "00:00 to 24:00";
  const replacement = short === null ? null : `0${found}`;
  return {
    id: "bad-time-of-day",
    message: `found "${found}", want HH:MM from ${range}`,
    fix: replacement === null ? 'write it like "08:00"' : `write "${replacement}"`,
    ...(replacement === null ? {} : { replacement: `"${replacement}"` }),
  };
}

function minutesOf(found: string): number | null {
  const match = /^(\d\d):([0-5]\d)$/.exec(found);
  if (match === null) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes <= 1_440 ? minutes : null;
}

const hours = refine(
  record({ start, end }, { required: ["start", "end"], wanted: "a map with start and end" }),
  (value, report) => {
    if (value.start === value.end) {
      report(["end"], {
        id: "empty-window",
        message: `found the same start and end, ${value.start}, want a window`,
        fix: 'for the whole day leave hours out, or write start "00:00" and end "24:00"',
      });
    }
    return { start: minutesOf(value.start) ?? 0, end: minutesOf(value.end) ?? 0 };
  },
);

const days = list(text({
  oneOf: WEEKDAYS,
  wanted: "a weekday such as monday",
}));

const zone = text({ wanted: "an IANA zone such as Europe/Berlin", check: zoneFinding });

/** IANA names only: an offset, an abbreviation of the host's or `Local` would follow the machine. */
function zoneFinding(found: string): Finding | null {
  const known = Intl.supportedValuesOf("timeZone");
  if (found === "UTC" || known.includes(found)) return null;
  const near = known.find((name) => name.endsWith(`/${found}`)) ??
    nearest(found, [...known, "UTC"]);
  const sameButCase = near !== null && near.toLowerCase() === found.toLowerCase();
  if (!sameButCase && /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(found) && isZone(found)) {
    return null; // an older name of a zone
  }
  return {
    id: "bad-zone",
    message: `found the zone "${found}", want an IANA zone such as Europe/Berlin, or UTC`,
    fix: near === null ? "write an IANA zone" : `did you mean ${near}?`,
    ...(near === null ? {} : { replacement: near }),
  };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const window = record({
  days,
  hours: union({
    map: hours,
    text: refused(mistake("found hours as one text", 'write {start: "08:00", end: "18:00"}')),
  }),
  timezone: zone,
}, { wanted: "a map with days, hours or timezone" });

/** `time`: at least days or hours; the zone is UTC unless one is written, never the machine's. */
export const time = union({
  map: refine(window, (value, report): TimeWindow => {
    judgeWindow(value, report);
    return {
      days: value.days?.map((day) => WEEKDAYS.indexOf(day)) ?? null,
      hours: value.hours ?? null,
      zone: value.timezone ?? "UTC",
    };
  }),
  list: refused(mistake("found time as a list, want one map", `write ${SHAPE}`)),
  text: refused(mistake("found time as a text, want a map", `write ${SHAPE}`)),
});

function judgeWindow(value: { days?: unknown; hours?: unknown }, report: Report): void {
  if (value.days !== undefined || value.hours !== undefined) return;
  report([], {
    id: "empty-time",
    message: "found a time without days and hours, which would hold always",
    fix: "add days or hours, or leave time out",
  });
}
