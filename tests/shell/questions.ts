// shell tests: lines that a person may stop in the middle of, and what must be offered there.

/** A line, and what a shell offers at its end. */
export interface Question {
  name: string;
  line: string;
  /** What must be offered. */
  has: readonly string[];
  /** What must not. */
  not: readonly string[];
}

/** The same for each shell. */
export const QUESTIONS: readonly Question[] = [
  { name: "commands", line: "sentinel ", has: ["exec", "policy", "completion"], not: ["explain"] },
  {
    name: "a group's commands",
    line: "sentinel policy ",
    has: ["explain", "validate"],
    not: ["exec"],
  },
  {
    name: "a command's flags",
    line: "sentinel exec --",
    has: ["--profile", "--policy", "--duration", "--quiet"],
    not: ["--format"],
  },
  {
    name: "profiles of the AWS files, of policies on disk and of SSM, no other sections",
    line: "sentinel exec --profile ",
    has: ["default", "prod", "pre.prod", "keys-only", "on-disk", "in-ssm"],
    not: ["corp", "sso-session corp", "profile prod", "*"],
  },
  {
    name: "profiles after -p",
    line: "sentinel exec -p pr",
    has: ["prod", "pre.prod"],
    not: ["default"],
  },
  {
    name: "profiles that are a word of their own",
    line: "sentinel policy explain ",
    has: ["prod", "pre.prod"],
    not: ["--help"],
  },
  {
    name: "choices of a flag",
    line: "sentinel policy validate --format ",
    has: ["json", "yaml"],
    not: ["--help"],
  },
  {
    name: "choices of a word",
    line: "sentinel completion ",
    has: ["zsh", "bash", "fish"],
    not: [],
  },
  {
    name: "kinds of policy",
    line: "sentinel exec --policy ",
    has: ["file:", "ssm:/"],
    not: ["prod"],
  },
  {
    name: "the wrapped command's words, after a profile's function",
    line: "sentinel-prod aws s3 l",
    has: ["ls"],
    not: ["cp", "exec"],
  },
  {
    name: "the wrapped command's flags, after a profile's function",
    line: "sentinel-pre.prod aws s3 --re",
    has: ["--recursive", "--region"],
    not: ["--profile"],
  },
  {
    name: "the wrapped command's words, after exec's --",
    line: "sentinel exec -p prod --quiet -- aws s3 ",
    has: ["ls", "cp"],
    not: ["exec", "policy", "--profile"],
  },
  {
    name: "the wrapped command's flags, after exec's --",
    line: "sentinel exec --profile prod -- aws s3 ls --re",
    has: ["--recursive", "--region"],
    not: ["--profile"],
  },
  {
    name: "the wrapped command itself",
    line: "sentinel-prod aws-own",
    has: ["aws-own-tool"],
    not: ["sentinel"],
  },
  {
    name: "a command with a completion function",
    line: "sentinel-prod tool st",
    has: ["start", "status"],
    not: ["aws", "exec"],
  },
];
