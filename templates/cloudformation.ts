// templates: a document as a whole CloudFormation template.
import { commentBlock } from "./comments.ts";
import type { Formable } from "./forms.ts";
import { pascalId } from "./names.ts";
import { yamlOf } from "./yaml.ts";

/** A template's sections, in the order in which they are written. */
export interface Template {
  Description?: string;
  Parameters?: Readonly<Record<string, unknown>>;
  Resources: Readonly<Record<string, Resource>>;
  Outputs?: Readonly<Record<string, unknown>>;
}

/** One resource of a template. */
export interface Resource {
  Type: string;
  Properties: Readonly<Record<string, unknown>>;
}

/** The whole template, as YAML. */
export function cloudFormation(text: Formable): string {
  return templateText(templateOf(text), text.comments ?? []);
}

/** Any template as text. */
export function templateText(template: Template, comments: readonly string[]): string {
  const whole = { AWSTemplateFormatVersion: "2010-09-09", ...template };
  return `${commentBlock(comments, "#")}${yamlOf(whole)}`;
}

/** What Organizations calls each kind. */
export const ORGANISATION_TYPES = {
  scp: "SERVICE_CONTROL_POLICY",
  rcp: "RESOURCE_CONTROL_POLICY",
} as const;

const TARGET = {
  Type: "String",
  Description: "The organisational unit, account or root to attach to. A test unit first.",
  AllowedPattern: "^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|[0-9]{12})$",
};

const INSTANCE = {
  Type: "String",
  Description: "ARN of the Identity Center instance (aws sso-admin list-instances)",
};

function templateOf(text: Formable): Template {
  const { kind, name, document, description } = text;
  const id = pascalId(name);
  const head = description === undefined ? {} : { Description: description };
  switch (kind) {
    case "managed-policy":
      return {
        ...head,
        Resources: {
          [id]: {
            Type: "AWS::IAM::ManagedPolicy",
            Properties: {
              ManagedPolicyName: name,
              Description: description,
              PolicyDocument: document,
            },
          },
        },
        Outputs: { [`${id}Arn`]: { Value: { Ref: id } } },
      };
    case "trust":
      return {
        ...head,
        Resources: { [id]: { Type: "AWS::IAM::Role", Properties: roleOf(text) } },
        Outputs: { [`${id}Arn`]: { Value: { "Fn::GetAtt": [id, "Arn"] } } },
      };
    case "permission-set":
      return {
        ...head,
        Parameters: { InstanceArn: INSTANCE },
        Resources: { [id]: { Type: "AWS::SSO::PermissionSet", Properties: permissionSetOf(text) } },
        Outputs: { [`${id}Arn`]: { Value: { "Fn::GetAtt": [id, "PermissionSetArn"] } } },
      };
    case "scp":
    case "rcp":
      return {
        ...head,
        Parameters: { TargetId: TARGET },
        Resources: {
          [id]: {
            Type: "AWS::Organizations::Policy",
            Properties: organisationPolicyOf(text, kind),
          },
        },
        Outputs: { PolicyId: { Value: { Ref: id } } },
      };
  }
}

function roleOf({ name, description, document }: Formable): Resource["Properties"] {
  return {
    RoleName: name,
    Description: description,
    MaxSessionDuration: 3600,
    AssumeRolePolicyDocument: document,
  };
}

function permissionSetOf({ name, description, document }: Formable): Resource["Properties"] {
  return {
    InstanceArn: { Ref: "InstanceArn" },
    Name: name,
    Description: description,
    SessionDuration: "PT8H",
    InlinePolicy: document,
  };
}

function organisationPolicyOf(text: Formable, kind: "scp" | "rcp"): Resource["Properties"] {
  return {
    Name: text.name,
    Description: text.description,
    Type: ORGANISATION_TYPES[kind],
    TargetIds: [{ Ref: "TargetId" }],
    Content: text.document,
  };
}
