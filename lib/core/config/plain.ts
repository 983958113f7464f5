// config: reads the plainest config.yaml by itself, since loading a YAML reader takes longer than all else.
import { LEASES } from "../sessions/lease.ts";
import { parseDuration } from "../time/duration.ts";
import { ACCOUNT, LONGEST, REGION, SESSION } from "./limits.ts";
import type { ReadConfig } from "./meaning.ts";

/** Longer texts, tabs, control characters and everything beyond ASCII are not plain. */
const PLAIN = /^[\x20-\x7e\n]{1,8192}$/;
const LINE = /^([a-z_]+): +(.+?) *(?: #.*)?$/;
/** A text in YAML without quotes too: no number, nothing that YAML means something by. */
const WORD = /^[A-Za-z/](?:[\w./@+=-]|:(?=[\w./]))*$/;
const NO_TEXT = /^(?:null|true|false)$/i;
const QUOTED = /^"([^"\\#]+)"$/;
const LENGTH = /^(?:\d{1,6}d)?(?:\d{1,6}h)?(?:\d{1,6}m)?(?:\d{1,6}s)?$/;
const ISSUER = /^\{ *(iam_users|identity_center): +(.+?) *\}$/;
const ACCOUNTS = /^\{ *accounts: +\[ *("\d{12}"(?:, *"\d{12}")*) *\] *\}$/;

/** Reads what stands behind a key; `null` = another reader must look. */
type ReadValue = (said: string) => unknown;

const KEYS: Readonly<Record<string, ReadValue>> = {
  issuer: issuerIn,
  policy: upTo(LONGEST.policy),
  aws_profile: upTo(LONGEST.aws_profile),
  region: (said) => only(textIn(said), (text) => REGION.test(text)),
  duration: durationIn,
  lease: (said) => only(textIn(said), (text) => LEASES.some((lease) => lease === text)),
  store: upTo(LONGEST.path),
  journal: upTo(LONGEST.path),
  journal_key: upTo(LONGEST.path),
  json: truthIn,
  no_color: truthIn,
  quiet: truthIn,
  debug: truthIn,
};

/**
 * What `config.yaml` says, where each line is empty, a comment or `key: value`, and nothing is wrong
 * with it. What is read here means the same to the YAML reader: a test asks both.
 * @returns `null` for anything else: the YAML reader must look, and tells what is wrong
 */
export function plainConfig(text: string, file: string): ReadConfig | null {
  if (!PLAIN.test(text)) return null;
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const [at, line] of text.split("\n").entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const [, key = "", said = ""] = LINE.exec(line) ?? [];
    const read = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    const value = read === undefined || Object.hasOwn(values, key) ? null : read(said);
    if (value === null) return null;
    values[key] = value;
    origins[key] = `${file}:${at + 1}`;
  }
  return Object.keys(values).length === 0 ? null : { values, origins };
}

function textIn(said: string): string | null {
  const quoted = QUOTED.exec(said)?.[1];
  return quoted ?? (WORD.test(said) && !NO_TEXT.test(said) ? said : null);
}

function only(text: string | null, isGood: (text: string) => boolean): string | null {
  return text !== null && isGood(text) ? text : null;
}

function upTo(longest: number): ReadValue {
  return (said) => only(textIn(said), (text) => text.length <= longest);
}

function truthIn(said: string): boolean | null {
  return said === "true" ? true : said === "false" ? false : null;
}

function durationIn(said: string): number | null {
  const text = QUOTED.exec(said)?.[1] ?? said;
  // What is no duration, or one of nothing, throws there: the YAML reader says it with its place.
  if (!LENGTH.test(text) || !/[1-9]/.test(text)) return null;
  const seconds = parseDuration(text);
  return seconds >= SESSION.min && seconds <= SESSION.max ? seconds : null;
}

function issuerIn(said: string): unknown {
  const [, kind, inside = ""] = ISSUER.exec(said) ?? [];
  if (kind === "iam_users") {
    const account = only(QUOTED.exec(inside)?.[1] ?? null, (text) => ACCOUNT.test(text));
    return account === null ? null : { iam_users: account };
  }
  const list = kind === undefined ? null : ACCOUNTS.exec(inside)?.[1] ?? null;
  if (list === null) return null;
  return { identity_center: { accounts: list.match(/\d{12}/g) ?? [] } };
}
