// commands: CloudTrail watched for what goes round Sentinel, as text.
import { buildCommand } from "@stricli/core";
import { formOf } from "../../templates/forms.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { offering, said, TALK_FLAGS, type TalkFlags } from "../flags.ts";
import { asJson } from "./print.ts";

interface MonitoringFlags extends TalkFlags {
  readonly format?: string;
  readonly roles?: string;
  readonly breakGlass?: string;
  readonly policyRoot?: string;
  readonly logGroup?: string;
}

/** `sentinel template monitoring`. */
export const command = buildCommand<MonitoringFlags, [], Context>({
  async func(flags) {
    const { monitoring, MONITORING_FORMS } = await import("../../templates/monitoring.ts");
    const form = formOf(flags.format ?? "cloudformation", MONITORING_FORMS);
    const text = monitoring({
      ...(flags.roles !== undefined && { protectedRoles: flags.roles }),
      ...(flags.breakGlass !== undefined && { breakGlassRoles: flags.breakGlass }),
      ...(flags.policyRoot !== undefined && { policyRoot: flags.policyRoot }),
      ...(flags.logGroup !== undefined && { logGroup: flags.logGroup }),
    }, form);
    const json = await this.open(flags).work.switchedOn("json");
    this.base.out(json ? asJson({ form, name: "monitoring", text, explains: [] }) : text);
  },
  parameters: {
    flags: {
      format: offering(said("cloudformation (default) or terraform", "FORM"), async () => {
        return (await import("../../templates/monitoring.ts")).MONITORING_FORMS;
      }),
      roles: said("Roles that want a stamp; default SentinelProtected-*", "PATTERN"),
      breakGlass: said("Roles for emergencies; default SentinelBreakGlass-*", "PATTERN"),
      policyRoot: said("Where in Parameter Store policies lie; default /sentinel/", "PATH"),
      logGroup: said("The trail's log group: metric filters and alarms too", "NAME"),
      ...TALK_FLAGS,
    },
  },
  docs: {
    brief: "Alerts on what goes round Sentinel, from CloudTrail",
    fullDescription:
      `Prints a whole stack on stdout: a topic, and a rule for each thing that is worth a
message (a protected role taken without a stamp, or refused; break-glass; changed policies, roles and
organisation policies; the trail stopped; the root user). What it sees and what not stands in its
comments.

Examples:
  sentinel template monitoring > monitoring.yaml
  sentinel template monitoring --log-group cloudtrail/all --format terraform`,
  },
});

if (import.meta.main) await alone(command, "template-monitoring");
