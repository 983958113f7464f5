// setup: the small texts that a first profile starts with.
import type { Answers } from "./types.ts";

/** Bare, they are no texts: to some readers of YAML at least. */
const WORDS_OF_YAML = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** A policy for one profile: everybody listed, or whoever has the base credentials. */
export function starterPolicy(answers: Answers): string {
  const { profile, crew } = answers;
  const names = namesOf(answers);
  const listed = names.length > 0 ? `\n      users: [${names.join(", ")}]` : "";
  const who = crew === "solo"
    ? "You"
    : names.length > 0
    ? "The people listed"
    : "Whoever has the entry permission set";
  return `# Decides who gets credentials for which profile, and when. The first rule that matches wins;
# no match is a refusal. Check it: sentinel policy validate FILE. Ask it: sentinel policy explain ${profile}
# More to begin with: sentinel template policy ${crew}
version: "1"
rules:
  - name: ${ruleName(profile)}
    effect: allow
    conditions:
      profiles: [${word(profile)}]${listed}
    reason: ${who} may work in ${word(profile)}
`;
}

/** That policy's rule on one line, for a policy that is there already. */
export function starterRule(answers: Answers): string {
  const { profile } = answers;
  const names = namesOf(answers);
  const listed = names.length > 0 ? `, users: [${names.join(", ")}]` : "";
  return `- { name: ${ruleName(profile)}, effect: allow, conditions: { profiles: [${
    word(profile)
  }]${listed} } }`;
}

function namesOf({ callers }: Answers): string[] {
  const users = callers.kind === "iam-users" ? callers.users : [];
  return users.map((arn) => word(arn.split("/").at(-1) ?? ""));
}

/** Whose names stand as they are in policies. */
export function starterConfig({ callers }: Answers): string {
  const issuer = callers.kind === "iam-users"
    ? `{ iam_users: "${callers.users[0]?.split(":")[4] ?? ""}" }`
    : `{ identity_center: { accounts: ["${callers.account}"] } }`;
  return `# Whose names stand in policies and stamps as they are. All others get derived ones.\nissuer: ${issuer}\n`;
}

function word(text: string): string {
  return /^[A-Za-z][\w.-]*$/.test(text) && !WORDS_OF_YAML.test(text) ? text : `"${text}"`;
}

function ruleName(profile: string): string {
  const name = profile.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return `allow-${name === "" ? "profile" : name}`.slice(0, 64);
}
