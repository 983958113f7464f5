// templates: a document as a CDK program. First-level constructs: what is synthesised is this document,
// byte for byte, and no grant of CDK's own.
import { commentBlock } from "./comments.ts";
import { ORGANISATION_TYPES } from "./cloudformation.ts";
import type { Formable } from "./forms.ts";
import { pascalId } from "./names.ts";
import { Code, literal } from "./typescript.ts";

interface Construct {
  module: string;
  className: string;
  properties: Readonly<Record<string, unknown>>;
  parameter?: { name: string; description: string };
}

/** The whole program: a stack to import, and an app that holds it. */
export function cdkProgram(text: Formable): string {
  const id = pascalId(text.name);
  const { module, className, properties, parameter } = constructOf(text);
  const alias = module.replace("aws-", "");
  const lines = [
    'import * as cdk from "aws-cdk-lib";',
    `import * as ${alias} from "aws-cdk-lib/${module}";`,
    'import type { Construct } from "constructs";',
    "",
    `export class ${id}Stack extends cdk.Stack {`,
    "  constructor(scope: Construct, id: string, props?: cdk.StackProps) {",
    "    super(scope, id, props);",
    ...(parameter === undefined ? [] : parameterLines(parameter)),
    `    new ${alias}.${className}(this, ${JSON.stringify(id)}, ${literal(properties, "    ")});`,
    "  }",
    "}",
    "",
    "const app = new cdk.App();",
    `new ${id}Stack(app, ${JSON.stringify(`${id}Stack`)});`,
    "app.synth();",
    "",
  ];
  return commentBlock(text.comments ?? [], "//") + lines.join("\n");
}

function parameterLines({ name, description }: { name: string; description: string }): string[] {
  const variable = `${name[0]?.toLowerCase() ?? ""}${name.slice(1)}`;
  return [
    `    const ${variable} = new cdk.CfnParameter(this, ${JSON.stringify(name)}, {`,
    `      description: ${JSON.stringify(description)},`,
    "    });",
  ];
}

function constructOf({ kind, name, description, document }: Formable): Construct {
  switch (kind) {
    case "managed-policy":
      return {
        module: "aws-iam",
        className: "CfnManagedPolicy",
        properties: { managedPolicyName: name, description, policyDocument: document },
      };
    case "trust":
      return {
        module: "aws-iam",
        className: "CfnRole",
        properties: {
          roleName: name,
          description,
          maxSessionDuration: 3600,
          assumeRolePolicyDocument: document,
        },
      };
    case "permission-set":
      return {
        module: "aws-sso",
        className: "CfnPermissionSet",
        properties: {
          instanceArn: new Code("instanceArn.valueAsString"),
          name,
          description,
          sessionDuration: "PT8H",
          inlinePolicy: document,
        },
        parameter: {
          name: "InstanceArn",
          description: "ARN of the Identity Center instance (aws sso-admin list-instances)",
        },
      };
    case "scp":
    case "rcp":
      return {
        module: "aws-organizations",
        className: "CfnPolicy",
        properties: {
          name,
          description,
          type: ORGANISATION_TYPES[kind],
          targetIds: [new Code("targetId.valueAsString")],
          content: document,
        },
        parameter: {
          name: "TargetId",
          description: "The organisational unit, account or root to attach to. A test unit first.",
        },
      };
  }
}
