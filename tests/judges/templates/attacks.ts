// judges of templates: every attack on every text, put to another evaluator than ours.
import { trustPolicy } from "../../../templates/trust.ts";
import { SCENES } from "../../templates/attacks_organisation.ts";
import { VARIANTS } from "../../templates/attacks_trust.ts";
import { type Question, questions, type Row, type Setting } from "../../templates/judge.ts";
import type { Case } from "../case.ts";
import { choicesFor } from "../settled.ts";
import { askJudge, askOurs, type Judge, loadJudge } from "../sides.ts";
import type { Report } from "./report.ts";

/** Asks the judge each question of each attack. It must say what ours says, and so end as wanted. */
export async function judgeAttacks(report: Report): Promise<void> {
  const judge = await loadJudge();
  if (typeof judge === "string") return report.skipped("iam-simulate", judge);
  const scenes: [string, Setting, readonly Row[]][] = [
    ...Object.entries(VARIANTS).map((
      [name, { options, rows }],
    ): [string, Setting, readonly Row[]] => [
      `trust ${name}`,
      { trust: trustPolicy(options).text },
      rows,
    ]),
    ...Object.entries(SCENES).map((
      [name, { setting, rows }],
    ): [string, Setting, readonly Row[]] => [
      name,
      setting,
      rows,
    ]),
  ];
  for (const [name, setting, rows] of scenes) {
    for (const row of rows) {
      report.judged(`iam-simulate on ${name}: ${row.name}`, await fault(judge, row, setting));
    }
  }
  const stamped = VARIANTS["iam-users"]?.rows[0];
  if (stamped === undefined) throw new Error("Cannot judge: found no attack, want one");
  const turned: Row = { ...stamped, wanted: "refused" };
  const trust = trustPolicy(VARIANTS["iam-users"]?.options ?? never()).text;
  report.control("iam-simulate", await fault(judge, turned, { trust }));
}

async function fault(judge: Judge, row: Row, setting: Setting): Promise<string | null> {
  // The judge takes only the keys that AWS lists for an action.
  const found = await Promise.all(
    questions(row.attempt, setting, "listed").map((question) => verdict(judge, asCase(question))),
  );
  const ended = found.every(({ theirs }) => theirs === "allowed") ? "allowed" : "refused";
  const apart = found.filter(({ ours, theirs }) => ours !== theirs)
    .map(({ action, ours, theirs }) => `${action}: ours ${ours}, the judge ${theirs}`);
  if (apart.length > 0) return apart.join("; ");
  return ended === row.wanted ? null : `found ${ended}, want ${row.wanted}`;
}

interface Found {
  action: string;
  ours: string;
  theirs: string;
}

/** Where they differ for a reason that AWS's pages settle, the question is put as the page says. */
async function verdict(judge: Judge, given: Case): Promise<Found> {
  const ours = askOurs(given).decision;
  const theirs = await askJudge(judge, given);
  if (ours !== theirs) {
    for (const choice of choicesFor(given)) {
      const rewritten = choice.reduce((all, entry) => entry.rewrite(all), given);
      if (await askJudge(judge, rewritten) === ours) {
        return { action: given.action, ours, theirs: ours };
      }
    }
  }
  return { action: given.action, ours, theirs };
}

/** Questions are JSON, and so are cases: the rooms only name the shapes differently. */
const asCase = (question: Question): Case => question as unknown as Case;

function never(): never {
  throw new Error("Cannot judge: found no trust policy, want one");
}
