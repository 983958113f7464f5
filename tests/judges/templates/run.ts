// judges of templates: every recorded text, put to whoever else reads such texts. Run it by
// `deno run -A --config tests/judges/templates/deno.json tests/judges/templates/run.ts`.
import { judgeAttacks } from "./attacks.ts";
import { judgeCdk } from "./cdk.ts";
import { judgeCloudFormation } from "./cloudformation.ts";
import { judgeActions, judgeByParliament } from "./iam.ts";
import { Report } from "./report.ts";
import { judgeTerraform } from "./terraform.ts";

const report = new Report();
console.log("judges of templates");
for (
  const judge of [
    judgeAttacks,
    judgeActions,
    judgeByParliament,
    judgeCloudFormation,
    judgeTerraform,
    judgeCdk,
  ]
) await judge(report);
Deno.exitCode = report.end();
