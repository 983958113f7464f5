// bench: deciding and reading, with ten rules and ten thousand; Cedar beside it.
import { strict as assert } from "node:assert";
import { parseDocument } from "yaml";
import {
  type CompiledPolicy,
  compilePolicy,
  evaluate,
  parsePolicy,
  type PolicyRequest,
} from "../lib/core/policy/mod.ts";
import { inTurns, type Row, row, type Sample } from "./measure.ts";

const DECISIONS = 2_000;

const REQUEST: PolicyRequest = {
  principal: null,
  user: "u9",
  profile: "p9",
  role: null,
  mode: "cli",
  at: new Date("2026-01-05T09:00:00Z"),
  sessionTable: null,
  device: null,
};

function rules(count: number): string {
  const lines = Array.from(
    { length: count },
    (_, i) => `  - {name: r${i}, effect: allow, conditions: {profiles: [p${i}], users: [u${i}]}}\n`,
  );
  return `version: "1"\nrules:\n${lines.join("")}`;
}

function decide(compiled: CompiledPolicy): void {
  for (let i = 0; i < DECISIONS; i++) {
    assert.equal(evaluate(compiled, REQUEST).outcome, "allow");
  }
}

/** One decision by Cedar; a text says why there is none. */
async function cedar(): Promise<Sample | string> {
  const folder = new URL("./cedar/", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", `${folder}deno.json`, `${folder}run.ts`],
  }).output();
  const ms = Number(new TextDecoder().decode(stdout));
  if (success && ms > 0) return { median: ms, fastest: ms };
  return new TextDecoder().decode(stderr).split("\n")[0] ?? "it did not run";
}

/** Rows about policies. */
export async function policyRows(): Promise<Row[]> {
  const text = rules(10_000);
  const few = compilePolicy([parsePolicy(rules(10), "few.yaml")]);
  const many = compilePolicy([parsePolicy(text, "many.yaml")]);
  const deciding = await inTurns(15, { few: () => decide(few), many: () => decide(many) });
  const reading = await inTurns(5, {
    yaml: () => parseDocument(text),
    ours: () => compilePolicy([parsePolicy(text, "many.yaml")]),
  });
  const other = await cedar();
  const one = deciding["many"];
  const ours = one && { median: one.median / DECISIONS, fastest: one.fastest / DECISIONS };
  return [
    row(
      {
        what: "A decision among 10,000 rules",
        against: "a decision among 10",
        wanted: "≤ 1.2",
        why: "The index is a hash table: its memory is larger than the processor's cache.",
      },
      deciding["many"],
      deciding["few"],
    ),
    row(
      {
        what: "A decision by cedar-wasm among 10,000 policies, read before (its fastest)",
        against: "ours among 10,000 rules",
        wanted: "≥ 100",
        why: typeof other === "string" ? `Not measured: ${other}` : "Cedar has become quicker.",
      },
      typeof other === "string" ? undefined : other,
      ours,
    ),
    row(
      {
        what: "10,000 rules read, validated and compiled",
        against: "the YAML library parsing the same text, without our checks",
        wanted: "≤ 1.5",
        why: READING,
      },
      reading["ours"],
      reading["yaml"],
    ),
  ];
}

const READING = `Each value is checked with its place in the text, and duplicate keys, anchors and
invisible characters are looked for before the grammar is. It is done once for each text: the
compiled form is kept, sealed. What would get there: a reader of our own for the subset we allow.`;
