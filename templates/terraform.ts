// templates: a document as a Terraform resource. Policies stand in `jsonencode`: what is reviewed is
// what AWS shows, key by key; an `aws_iam_policy_document` would write the JSON anew.
import { commentBlock } from "./comments.ts";
import type { Formable } from "./forms.ts";
import { Expression, hclBlock, jsonEncoded } from "./hcl.ts";
import { snakeId } from "./names.ts";

/** The whole file. */
export function terraform(text: Formable): string {
  return `${commentBlock(text.comments ?? [], "#")}${blocksOf(text).join("\n")}`;
}

const ORGANISATION_TYPES = { scp: "SERVICE_CONTROL_POLICY", rcp: "RESOURCE_CONTROL_POLICY" };

function blocksOf(text: Formable): string[] {
  const { kind, name, document, description } = text;
  const id = snakeId(name);
  switch (kind) {
    case "managed-policy":
      return [
        hclBlock(`resource "aws_iam_policy" "${id}"`, {
          name,
          description,
          policy: jsonEncoded(document),
        }),
        hclBlock(`output "${id}_arn"`, { value: new Expression(`aws_iam_policy.${id}.arn`) }),
      ];
    case "trust":
      return [
        hclBlock(`resource "aws_iam_role" "${id}"`, {
          name,
          description,
          max_session_duration: 3600,
          assume_role_policy: jsonEncoded(document),
        }),
        hclBlock(`output "${id}_arn"`, { value: new Expression(`aws_iam_role.${id}.arn`) }),
      ];
    case "permission-set":
      return permissionSet(text, id);
    case "scp":
    case "rcp":
      return organisationPolicy(text, ORGANISATION_TYPES[kind], id);
  }
}

function permissionSet({ name, document, description }: Formable, id: string): string[] {
  const instance = new Expression("tolist(data.aws_ssoadmin_instances.this.arns)[0]");
  return [
    hclBlock('data "aws_ssoadmin_instances" "this"', {}),
    hclBlock(`resource "aws_ssoadmin_permission_set" "${id}"`, {
      name,
      description,
      instance_arn: instance,
      session_duration: "PT8H",
    }),
    hclBlock(`resource "aws_ssoadmin_permission_set_inline_policy" "${id}"`, {
      instance_arn: instance,
      permission_set_arn: new Expression(`aws_ssoadmin_permission_set.${id}.arn`),
      inline_policy: jsonEncoded(document),
    }),
  ];
}

function organisationPolicy(text: Formable, type: string, id: string): string[] {
  return [
    hclBlock('variable "target_id"', {
      description: "The organisational unit, account or root to attach to. A test unit first.",
      type: new Expression("string"),
    }),
    hclBlock(`resource "aws_organizations_policy" "${id}"`, {
      name: text.name,
      description: text.description,
      type,
      content: jsonEncoded(text.document),
    }),
    hclBlock(`resource "aws_organizations_policy_attachment" "${id}"`, {
      policy_id: new Expression(`aws_organizations_policy.${id}.id`),
      target_id: new Expression("var.target_id"),
    }),
  ];
}
