// shell: which function each profile gets. No two profiles share one, whoever else there is.
import { checkProfileName } from "../lib/core/profiles/mod.ts";
import { quoted } from "../lib/core/text/printable.ts";

/** A profile and its function. */
export interface ProfileFunction {
  /** `sentinel-prod`: of `[A-Za-z0-9._@+-]`, a word in every shell and a file name. */
  name: string;
  profile: string;
}

/** What became of the names. */
export interface NamedFunctions {
  functions: ProfileFunction[];
  /** One sentence for each profile that has no function, or not the one that would be expected. */
  warnings: string[];
}

/** Files are named after functions, with an ending. */
const LONGEST = 200;
const PREFIX = "sentinel-";

/**
 * One function per profile, in order of names. What is ordinary in a name stays as it is, so
 * `a.b`, `a_b` and `a-b` are three functions; everything else becomes `-`. Names that differ in
 * nothing else (or in capitals only: file systems may not tell them apart) get an ending that is made
 * of the profile's own name. What the function of an ordinary name means never depends on which others
 * there are; that of another (`a b` as `sentinel-a-b`) gives way to one, with a warning.
 * No name ever has an ending of ours by being ordinary alone, so `x-server` is the profile `x-server`.
 */
export function functionNames(profiles: Iterable<string>): NamedFunctions {
  const warnings: string[] = [];
  const byKey = new Map<string, ProfileFunction[]>();
  for (const profile of [...new Set(profiles)].sort()) {
    const reason = unfit(profile);
    if (reason !== null) {
      warnings.push(`no function for profile ${quoted(profile)}: ${reason}`);
      continue;
    }
    const one = { name: PREFIX + wordOf(profile), profile };
    const key = one.name.toLowerCase();
    byKey.set(key, [...byKey.get(key) ?? [], one]);
  }
  const named = [...byKey].flatMap(([key, group]) => apart(key, group, warnings));
  return { functions: distinct(named, warnings), warnings };
}

function unfit(profile: string): string | null {
  try {
    checkProfileName(profile);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const word = wordOf(profile);
  if (!/[A-Za-z0-9]/.test(word)) return "its name holds no letter or digit of ASCII";
  return word.length > LONGEST ? "its name is too long" : null;
}

function wordOf(profile: string): string {
  const ordinary = /^[A-Za-z0-9._@+-]+$/.test(profile);
  return ordinary ? profile : profile.replaceAll(/[^A-Za-z0-9._@+]+/g, "-").replace(/^-+|-+$/g, "");
}

// An ordinary name keeps the function of that name, unless capitals alone tell it from another one:
// then the one without capitals does. Of the others none does.
function apart(key: string, group: ProfileFunction[], warnings: string[]): ProfileFunction[] {
  if (group.length === 1) return group;
  const exact = group.filter((one) => one.name === PREFIX + one.profile);
  return group.map((one) => {
    if (exact.includes(one) && (exact.length === 1 || one.name === key)) return one;
    const name = `${one.name}-${ending(one.profile)}`;
    warnings.push(`profile ${quoted(one.profile)} is ${name}: another has a name like it`);
    return { ...one, name };
  });
}

// Made endings may meet a name that looks like one: then neither is what it seems, and the later goes.
function distinct(all: readonly ProfileFunction[], warnings: string[]): ProfileFunction[] {
  const byName = new Map<string, ProfileFunction>();
  for (const one of all.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const key = one.name.toLowerCase();
    if (!byName.has(key)) byName.set(key, one);
    else warnings.push(`no function for profile ${quoted(one.profile)}: ${one.name} is taken`);
  }
  return [...byName.values()];
}

/** Five characters of the name's 32-bit FNV-1a hash. */
function ending(profile: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(profile)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(36).padStart(7, "0").slice(-5);
}
