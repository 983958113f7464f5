// template tests: nothing in a policy can be spared: without any one part of it some attack ends
// otherwise. So neither the texts nor the attacks hold what nobody needs.
import { strict as assert } from "node:assert";
import { trustPolicy } from "../../templates/trust.ts";
import { SCENES } from "./attacks_organisation.ts";
import { VARIANTS } from "./attacks_trust.ts";
import { decide, type Row, type Setting } from "./judge.ts";

type Json = Record<string, unknown>;

/** Every way to take one thing out of a document: a statement, a key of a condition, a value of a list. */
function* without(document: { Statement: Json[] }): Generator<{ what: string; text: string }> {
  const copy = () => structuredClone(document);
  for (const [index, statement] of document.Statement.entries()) {
    const sid = String(statement["Sid"]);
    const fewer = copy();
    fewer.Statement.splice(index, 1);
    yield { what: sid, text: JSON.stringify(fewer) };
    const conditions = (statement["Condition"] ?? {}) as Record<string, Json>;
    for (const [operator, keys] of Object.entries(conditions)) {
      for (const [key, values] of Object.entries(keys)) {
        const looser = copy();
        const there = looser.Statement[index]?.["Condition"] as Record<string, Json>;
        delete there[operator]?.[key];
        if (Object.keys(there[operator] ?? {}).length === 0) delete there[operator];
        yield { what: `${sid} ${operator} ${key}`, text: JSON.stringify(looser) };
        const list: readonly unknown[] = Array.isArray(values) ? values : [];
        for (const value of list) {
          const shorter = copy();
          const its = shorter.Statement[index]?.["Condition"] as Record<string, Json>;
          Object.assign(its[operator] ?? {}, { [key]: list.filter((one) => one !== value) });
          yield { what: `${sid} ${key} ${value}`, text: JSON.stringify(shorter) };
        }
      }
    }
  }
}

/**
 * A second line: what another statement of the text asks for as well. It counts where somebody adds
 * a statement of his own, which might let in whom ours doesn't.
 */
const SECOND_LINE = [
  /^SentinelSessionTags (?:Null|StringLike|ArnLike|aws:PrincipalArn)/,
  /^SentinelStampedFirstHopStamp /,
  // Who can't write a stamp can't come with one; but that rests on a key of sts:SetSourceIdentity alone.
  /^DenyProtectedRolesToAllButTvm$/,
];
/** The first line, where the second stands behind it. */
const BACKED = new Set([
  "iam-users-tags-external-id SentinelStampedFirstHop Null aws:SourceIdentity",
]);

const isBacked = (name: string, what: string): boolean =>
  SECOND_LINE.some((pattern) => pattern.test(what)) || BACKED.has(`${name} ${what}`);

function differs(rows: readonly Row[], setting: Setting): boolean {
  return rows.some(({ attempt, wanted }) => {
    try {
      return decide(attempt, setting) !== wanted;
    } catch {
      // It depends on the reading, or can't be judged: that is otherwise too.
      return true;
    }
  });
}

function needs(name: string, text: string, rows: readonly Row[], to: (text: string) => Setting) {
  Deno.test(`[ours] text ${name}: every part is needed by some attack`, () => {
    const spared = [...without(JSON.parse(text))]
      .filter(({ what, text }) => !isBacked(name, what) && !differs(rows, to(text)))
      .map(({ what }) => what);
    assert.deepEqual(spared, []);
  });
}

for (const [name, { options, rows }] of Object.entries(VARIANTS)) {
  needs(name, trustPolicy(options).text, rows, (trust) => ({ trust }));
}

for (const [name, { setting, rows }] of Object.entries(SCENES)) {
  // Texts that stand together back each other up: each is looked at where it stands alone.
  const [[kind = "", text = ""] = [], ...others] = Object.entries(setting);
  if (others.length === 0) needs(name, text, rows, (less) => ({ [kind]: less }));
}
