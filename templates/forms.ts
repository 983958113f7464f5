// templates: one IAM or Organizations document in each form that people keep such texts in.
import { commentBlock } from "./comments.ts";
import { SentinelError } from "../lib/core/errors/mod.ts";
import { nearestOf } from "../lib/core/text/nearest.ts";
import { quoted } from "../lib/core/text/printable.ts";
import { cdkProgram } from "./cdk.ts";
import { cloudFormation } from "./cloudformation.ts";
import { terraform } from "./terraform.ts";
import { yamlOf } from "./yaml.ts";

/** How a text is written down. */
export type Form = "json" | "yaml" | "terraform" | "cloudformation" | "cdk";

/** Every form, in the order in which help names them. */
export const FORMS: readonly Form[] = ["json", "yaml", "terraform", "cloudformation", "cdk"];

/** What a document is to AWS: the resource that holds it in Terraform, CloudFormation and CDK. */
export type DocumentKind =
  /** A managed policy of an account. */
  | "managed-policy"
  /** The inline policy of a permission set of Identity Center. */
  | "permission-set"
  /** A service control policy. */
  | "scp"
  /** A resource control policy. */
  | "rcp"
  /** The trust policy of a role. */
  | "trust";

/** A document, and what is to be said about it. */
export interface Formable {
  kind: DocumentKind;
  /** The policy's, role's or permission set's own name: `SentinelRequester`. Ids are made of it. */
  name: string;
  /** Plain data; keys are written in their order. */
  document: unknown;
  /** What AWS shows beside the name. One line. */
  description?: string;
  /** Said above the text, a line each, in forms that have comments. JSON has none. */
  comments?: readonly string[];
}

/**
 * The text in a form, with a line break at its end; the same input gives the same bytes.
 *
 * `json` and `yaml` are the document alone. `terraform`, `cloudformation` and `cdk` are whole: they
 * hold the resource, and ask for what only you know (the organisational unit, say).
 */
export function formed(text: Formable, form: Form): string {
  const { document, comments = [] } = text;
  switch (form) {
    case "json":
      return `${JSON.stringify(document, null, 2)}\n`;
    case "yaml":
      return `${commentBlock(comments, "#")}${yamlOf(document)}`;
    case "terraform":
      return terraform(text);
    case "cloudformation":
      return cloudFormation(text);
    case "cdk":
      return cdkProgram(text);
  }
}

/** Whether a form can hold comments: if not, they belong on stderr. */
export const hasComments = (form: Form): boolean => form !== "json";

/**
 * The form of that name, among those that a text can take.
 *
 * @throws {SentinelError} `USAGE` naming the valid ones
 */
export function formOf<Among extends Form>(name: string, among: readonly Among[]): Among {
  const found = among.find((form) => form === name);
  if (found !== undefined) return found;
  const [near = among[0] ?? "json"] = nearestOf(name, among, 1);
  throw new SentinelError(
    "USAGE",
    `Cannot write template: found format ${quoted(name)}, want ${among.join(", ")}`,
    { hint: `--format ${near}` },
  );
}

/** How long AWS lets a name be (IAM User Guide and IAM Identity Center API Reference, quotas). */
const LONGEST: Readonly<Record<DocumentKind, number>> = {
  "managed-policy": 128,
  "permission-set": 32,
  scp: 128,
  rcp: 128,
  trust: 64,
};

/** @throws {SentinelError} `USAGE` for a name that AWS wouldn't take for that kind */
export function checkName(name: string, kind: DocumentKind): void {
  const most = LONGEST[kind];
  if (/^[\w+=,.@-]+$/.test(name) && /[A-Za-z0-9]/.test(name) && name.length <= most) return;
  throw new SentinelError(
    "USAGE",
    `Cannot write template: found name ${
      quoted(name)
    }, want 1 to ${most} of A-Z a-z 0-9 + = , . @ _ -`,
  );
}
