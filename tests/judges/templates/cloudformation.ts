// judges of templates: CloudFormation, by cfn-lint.
import { pythonTool } from "./python.ts";
import { asked, inFolder, recorded, type Report } from "./report.ts";

/** Every template must leave it without a word. */
export async function judgeCloudFormation(report: Report): Promise<void> {
  const tool = await pythonTool("cfn-lint");
  if ("why" in tool) return report.skipped("cfn-lint", tool.why);
  await inFolder(async (folder) => {
    const ask = async (text: string): Promise<string | null> => {
      await Deno.writeTextFile(`${folder}/template.yaml`, text);
      const answer = await asked([tool.path, "-t", `${folder}/template.yaml`]);
      if (answer === null) throw new Error(`Cannot judge: ${tool.path} is gone`);
      return answer.content ? null : answer.said;
    };
    const texts = await recorded("cloudformation");
    for (const [name, text] of texts) report.judged(`cfn-lint on ${name}`, await ask(text));
    const policy = texts.get("iam-requester") ?? "";
    report.control("cfn-lint", await ask(policy.replace("ManagedPolicyName", "PolicyName")));
  });
}
