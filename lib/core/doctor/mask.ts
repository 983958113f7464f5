// doctor: makes others' words fit to be pasted in public. Names and account ids become numbered words.
import { printable } from "../text/printable.ts";

/** What is known to be private here. */
export interface Private {
  /** The home directory; `null` = unknown. */
  home: string | null;
  /** Names of people. */
  people: readonly string[];
  /** Names of profiles that hold base credentials: often a person's. */
  profiles: readonly string[];
  /** Never shown, `--show-names` or not. */
  secrets: readonly string[];
  /** Show names and account ids as they are. */
  showNames: boolean;
}

/** Makes a text fit to be shown. The same name gets the same word each time. */
export type Mask = (text: string) => string;

/** Names that everybody has, or that our own words hold: masking them tells nothing and hides much. */
const NOBODYS = new Set([
  "aws",
  "home",
  "sentinel",
  "root",
  "default",
  "user",
  "admin",
  "ubuntu",
  "ec2-user",
  "nobody",
]);

/** Shorter ones would hit other words. */
const SHORTEST_NAME = 2;

const ACCESS_KEY = /(?<![A-Za-z0-9])(A[KS]IA|AIDA|AROA|AGPA|ANPA|AIPA)[A-Z0-9]{8,}(?![A-Za-z0-9])/g;
/** Base64 of 30 bytes: the form of AWS's secret keys. No path of letters and slashes has a digit and both cases. */
const SECRET_KEY =
  /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]*[0-9])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[a-z])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;
/** Longer than any of our words: a token of some kind. */
const TOKEN = /(?<![A-Za-z0-9/+=_-])(?=[A-Za-z0-9/+=_-]*[0-9])[A-Za-z0-9/+=_-]{100,}/g;
const ACCOUNT = /(?<![0-9])[0-9]{12}(?![0-9])/g;
const EMAIL = /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
/** People in ARNs: a user, a session of a role, a federated user. */
const IN_ARN =
  /(:user\/(?:[^/\s"']+\/)*|:assumed-role\/[^/\s"']+\/|:federated-user\/)([^/\s"',;]+)/g;

/** A mask that knows what is private here. */
export function maskFor(known: Private): Mask {
  const secrets = known.secrets.filter((secret) => secret.length > 3).toSorted(longestFirst);
  const word = numbered();
  const steps: ((text: string) => string)[] = [
    // As they are, before anything is cut or written in another way. A message of several lines is one.
    (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text),
    (text) => printable(text.replaceAll("\n", "; "), 2000),
    (text) => text.replace(ACCESS_KEY, (key) => `${key.slice(0, 4)}…${key.slice(-4)}`),
    (text) => text.replace(SECRET_KEY, "[secret]").replace(TOKEN, "[secret]"),
  ];
  if (known.home !== null && known.home.length > 1) steps.push(homeless(known.home));
  if (!known.showNames) steps.push(...nameless(known, word));
  return (text) => steps.reduce((rest, step) => step(rest), text);
}

function nameless(known: Private, word: (kind: string, name: string) => string) {
  const people = known.people.filter(isName).toSorted(longestFirst);
  const profiles = known.profiles.filter(isName).toSorted(longestFirst);
  return [
    (text: string) =>
      text.replace(IN_ARN, (_, head: string, name: string) => head + word("USER", name)),
    (text: string) => text.replace(EMAIL, (name) => word("USER", name)),
    ...people.map((name) => replacing(name, "A-Za-z0-9", () => word("USER", name))),
    ...profiles.map((name) => replacing(name, "\\w.@+-", () => word("PROFILE", name))),
    (text: string) => text.replace(ACCOUNT, (id) => word("ACCOUNT", id)),
  ];
}

/** The home directory as `~`, where a path begins with it. */
function homeless(home: string): (text: string) => string {
  return replacing(home.replace(/[\\/]+$/, ""), "\\w.-", () => "~");
}

/** Replaces `name` where nothing of `around` touches it; case counts for nothing. */
function replacing(name: string, around: string, by: () => string): (text: string) => string {
  const escaped = printable(name).replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const pattern = new RegExp(`(?<![${around}])${escaped}(?![${around}])`, "giu");
  return (text) => text.replace(pattern, by);
}

function isName(name: string): boolean {
  return name.length >= SHORTEST_NAME && !NOBODYS.has(name.toLowerCase());
}

/** `USER-1`, `USER-2`, …: by order of first appearance. */
function numbered(): (kind: string, name: string) => string {
  const seen = new Map<string, string>();
  const counts = new Map<string, number>();
  return (kind, name) => {
    const key = name.toLowerCase();
    const known = seen.get(key);
    if (known !== undefined) return known;
    const next = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, next);
    seen.set(key, `${kind}-${next}`);
    return `${kind}-${next}`;
  };
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length;
}
