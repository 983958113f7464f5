// commands: what IAM rights Sentinel itself needs.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { offering, said, yes } from "../flags.ts";
import { HERE_FLAGS, type HereFlags, SELECTION_FLAGS, type SelectionFlags } from "./flags.ts";

/** The flags of `sentinel permissions list`. */
export interface ListFlags extends HereFlags, SelectionFlags {
  readonly format?: string;
  readonly detect?: boolean;
}

/** What is listed, and how. */
export const LIST_FLAGS = {
  format: offering(
    said("human (default), json, yaml, terraform, cloudformation or cdk", "FORM"),
    async () => ["human", ...(await import("../../templates/forms.ts")).FORMS],
  ),
  ...SELECTION_FLAGS,
  detect: yes("Only what is in use here"),
  ...HERE_FLAGS,
} as const;

/** `sentinel permissions list`. */
export const command = buildCommand<ListFlags, [], Context>({
  async func(flags) {
    const { list } = await import("./listing.ts");
    await list(this.open(flags), flags);
  },
  parameters: {
    flags: LIST_FLAGS,
    aliases: { p: "profile" },
  },
  docs: {
    brief: "What IAM rights Sentinel itself needs",
    fullDescription:
      `Lists features with the IAM actions that each takes, on which resources and why, or prints the
identity policy that allows them. AWS is asked only with --detect. The answer of --json holds both;
--format json is the policy alone, fit for aws iam create-policy.

Examples:
  sentinel permissions list
  sentinel permissions list --role requester --account 111122223333 --format json
  sentinel permissions list --detect --format terraform
  sentinel permissions list --feature credential_issue --json`,
  },
});

if (import.meta.main) await alone(command, "permissions-list");
