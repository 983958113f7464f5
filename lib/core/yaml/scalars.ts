// yaml: schemas of single values: text, numbers, truth, durations.
import { isScalar } from "yaml";
import { hasCode, type SentinelError } from "../errors/mod.ts";
import { DURATION_FORM, parseDuration } from "../time/duration.ts";
import { quoted } from "../text/printable.ts";
import { type Finding, nearest, oneOfWords } from "./problems.ts";
import { clean, kindOf, type Reader, sourceOf, wrongType, type YamlNode } from "./reader.ts";
import type { Schema } from "./schema.ts";

/** Limits of a text. Lengths count UTF-16 units. */
export interface TextRules<T extends string = string> {
  pattern?: RegExp;
  /** Said instead of the pattern: `a name of letters and digits`. */
  wanted?: string;
  /** Default 1: an empty text is an error. */
  min?: number;
  max?: number;
  oneOf?: readonly T[];
  /** Lets a bare number stand for its own text: `version: 1` reads as `"1"`. */
  numbers?: true;
  /** Lets line breaks and tabs in. */
  multiline?: true;
  /** Words that people write by mistake, each with what to say of it. Goes before `oneOf`. */
  known?: Readonly<Record<string, Finding>>;
  /** The last look: a finding refuses the text. */
  check?: (text: string) => Finding | null;
}

/** A text. Numbers and booleans are refused with the advice to quote them. */
export function text<T extends string = string>(rules: TextRules<T> = {}): Schema<T> {
  const wanted = rules.wanted ?? (rules.oneOf === undefined ? "a text" : oneOfWords(rules.oneOf));
  return {
    wanted,
    read(reader, node) {
      const kind = kindOf(node);
      if (kind === "number" || kind === "bool") {
        if (kind === "bool" || rules.numbers === undefined) return unquoted(reader, node, wanted);
      } else if (kind !== "text") return wrongType(reader, node, wanted);
      const found = sourceOf(node);
      if (!clean(reader, node, found, rules.multiline ? "allow" : "refuse")) return undefined;
      const finding = judgeText(found, rules as TextRules, wanted);
      if (finding === null) return found as T;
      reader.report(node, finding);
      return undefined;
    },
  };
}

function unquoted(reader: Reader, node: YamlNode, wanted: string): undefined {
  const replacement = JSON.stringify(sourceOf(node));
  return wrongType(reader, node, wanted, { fix: `quote it: ${replacement}`, replacement });
}

function judgeText(found: string, rules: TextRules, wanted: string): Finding | null {
  if (rules.known !== undefined && Object.hasOwn(rules.known, found)) {
    return rules.known[found] ?? null;
  }
  if (rules.oneOf !== undefined && !rules.oneOf.includes(found)) {
    return unknownWord(found, rules.oneOf, "unknown-value", `found ${quoted(found)}`);
  }
  const { min = 1, max = Infinity } = rules;
  if (found.length < min || found.length > max) return badLength(found.length, min, max);
  if (rules.pattern !== undefined && !matches(rules.pattern, found)) {
    return { id: "bad-text", message: `found ${quoted(found)}, want ${wanted}`, fix: null };
  }
  return rules.check?.(found) ?? null;
}

/** A pattern with the `g` flag would remember where it stopped. */
function matches(pattern: RegExp, found: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(found);
}

function badLength(length: number, min: number, max: number): Finding {
  const wanted = length < min ? `at least ${min}` : `at most ${max}`;
  return {
    id: length === 0 ? "empty-text" : "bad-length",
    message: `found ${length === 0 ? "an empty text" : `${length} characters`}, want ${wanted}`,
    fix: null,
  };
}

/** A finding for a word that is none of the known ones, with the nearest of them. */
export function unknownWord(
  word: string,
  known: readonly string[],
  id: string,
  found: string,
): Finding {
  const near = nearest(word, known);
  return {
    id,
    message: `${found}, want ${oneOfWords(known)}`,
    fix: near === null ? null : `did you mean ${near}?`,
    ...(near === null ? {} : { replacement: near }),
  };
}

/** `true` or `false`. */
export function bool(): Schema<boolean> {
  const spelt: Readonly<Record<string, string>> = {
    yes: "true",
    on: "true",
    true: "true",
    no: "false",
    off: "false",
    false: "false",
  };
  return {
    wanted: "true or false",
    read(reader, node) {
      if (isScalar(node) && typeof node.value === "boolean") return node.value;
      const word = sourceOf(node).toLowerCase();
      const replacement = Object.hasOwn(spelt, word) ? spelt[word] : undefined;
      return wrongType(reader, node, "true or false", {
        ...(replacement === undefined ? {} : { fix: `write ${replacement}`, replacement }),
      });
    },
  };
}

/** A whole number in plain decimal digits, within limits (both included). */
export function integer(limits: { min?: number; max?: number } = {}): Schema<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = limits;
  const range = limits.min === undefined && limits.max === undefined
    ? ""
    : ` from ${min} to ${max}`;
  const wanted = `a whole number${range}`;
  return {
    wanted,
    read(reader, node) {
      if (kindOf(node) !== "number") return wrongType(reader, node, wanted);
      const value = Number(sourceOf(node));
      if (/^-?\d+$/.test(sourceOf(node)) && value >= min && value <= max) return value;
      reader.report(node, {
        id: "bad-number",
        message: `found ${sourceOf(node)}, want ${wanted}`,
        fix: null,
      });
      return undefined;
    },
  };
}

/** A duration, read as seconds. Limits are seconds, both included. */
export function duration(limits: { min?: number; max?: number } = {}): Schema<number> {
  return {
    wanted: DURATION_FORM,
    read(reader, node) {
      const kind = kindOf(node);
      if (kind !== "text" && kind !== "number") return wrongType(reader, node, DURATION_FORM);
      try {
        const seconds = parseDuration(sourceOf(node));
        const finding = judgeDuration(seconds, sourceOf(node), limits);
        if (finding === null) return seconds;
        reader.report(node, finding);
      } catch (error) {
        if (!hasCode(error, "DURATION_INVALID")) throw error;
        reader.report(node, badDuration(error));
      }
      return undefined;
    },
  };
}

function badDuration(error: SentinelError): Finding {
  const message = error.message.replace("Cannot read duration: ", "");
  return { id: "bad-duration", message, fix: error.hint };
}

function judgeDuration(
  seconds: number,
  source: string,
  limits: { min?: number; max?: number },
): Finding | null {
  const { min = 0, max = Infinity } = limits;
  if (seconds >= min && seconds <= max) return null;
  const edge = seconds < min ? `at least ${min} seconds` : `at most ${max} seconds`;
  return { id: "duration-out-of-range", message: `found ${source}, want ${edge}`, fix: null };
}
