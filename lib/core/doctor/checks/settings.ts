// doctor: config.yaml and the pins file: are they right, and what follows from what they say.
import { line, say } from "../line.ts";
import type { Facts, Line, Reading } from "../types.ts";

/** Validity of both files, and whose names stand as they are. */
export function checkSettings(facts: Facts): Line[] {
  return [
    reading("config/file", say`config.yaml`, facts.config, say`no config.yaml: defaults hold`),
    ...pins(facts),
    ...issuer(facts),
  ];
}

function reading(id: string, what: Line["says"], found: Reading, absent: Line["says"]): Line {
  if (found.state === "read") return line(id, "ok", [...what, " is valid"]);
  if (found.state === "absent") return line(id, "note", absent);
  const { code, message, hint } = found.why;
  return line(id, "problem", say`${code}: ${message}`, {
    fix: hint === null ? null : say`${hint}`,
  });
}

function pins({ pins }: Facts): Line[] {
  const absent = say`no pins file ${pins.path}: unpinned, a seat belt and no lock`;
  return [reading("config/pins", say`pins file ${pins.path}`, pins, absent)];
}

function issuer({ issuer, config }: Facts): Line[] {
  if (config.state === "failed") return [];
  if (issuer) {
    return [line("config/issuer", "ok", say`names of one issuer stand as they are in policies`)];
  }
  return [line(
    "config/issuer",
    "note",
    say`no issuer is configured: everybody has a derived name, in policies and in stamps`,
    { fix: say`issuer: { iam_users: "ACCOUNT" } in config.yaml, if your people are IAM users` },
  )];
}
