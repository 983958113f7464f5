// setup: the AWS CLI's commands that a person runs for a gated profile: the role, and who may take it.
import { shellWord } from "../text/printable.ts";
import type { Answers } from "./types.ts";

/** A command, with what it is for. */
export interface Step {
  why: string;
  command: string;
}

/** Name and path of a role, from its ARN. */
export function roleParts(arn: string): { account: string; path: string; name: string } {
  const [, , , , account = "", resource = ""] = arn.split(":");
  const words = resource.split("/").slice(1);
  const name = words.pop() ?? "";
  return { account, path: words.length === 0 ? "/" : `/${words.join("/")}/`, name };
}

/** The commands, in order; those for a role run as an administrator of the role's account. */
export function awsSteps(answers: Answers): Step[] {
  const { name, path } = roleParts(answers.roleArn);
  const paths = path === "/" ? "" : ` --path ${shellWord(path)}`;
  return [
    {
      why: "the trust policy: who may take the role, and that a stamp is wanted",
      command: trustCommand(answers),
    },
    {
      why: "the role, as an administrator of its account",
      command: `aws iam create-role --role-name ${shellWord(name)}${paths} ` +
        "--assume-role-policy-document file://trust.json --max-session-duration 3600",
    },
    {
      why: "what the role may do; an example, take your own",
      command: `aws iam attach-role-policy --role-name ${shellWord(name)} ` +
        `--policy-arn ${managedPolicy(answers.roleArn, "ReadOnlyAccess")}`,
    },
    ...identitySteps(answers),
  ];
}

/** The command that prints the role's trust policy. */
export function trustCommand({ callers }: Answers): string {
  const who = callers.kind === "permission-set"
    ? `--permission-set ${shellWord(callers.name)} --account ${shellWord(callers.account)}` +
      (callers.partition === "aws" ? "" : ` --partition ${shellWord(callers.partition)}`)
    : callers.users.map((arn) => `--user ${shellWord(arn)}`).join(" ");
  return `sentinel template trust ${who} > trust.json`;
}

/** In one account the trust policy is enough; across accounts the user's own policy must allow it too. */
function identitySteps({ callers, roleArn }: Answers): Step[] {
  if (callers.kind === "permission-set") return [];
  const { account } = roleParts(roleArn);
  return callers.users.filter((arn) => arn.split(":")[4] !== account).map((arn) => ({
    why: "the role is in another account than the user: his own policy must allow it too",
    command: `aws iam put-user-policy --user-name ${shellWord(arn.split("/").at(-1) ?? "")} ` +
      `--policy-name sentinel-${shellWord(account)} --policy-document ${
        shellWord(assumePolicy(roleArn))
      }`,
  }));
}

function assumePolicy(role: string): string {
  const statement = {
    Effect: "Allow",
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    Resource: role,
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

function managedPolicy(like: string, name: string): string {
  return `arn:${like.split(":")[1] ?? "aws"}:iam::aws:policy/${name}`;
}
