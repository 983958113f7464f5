// template tests: every text as the command prints it, by its golden's name.
import { root } from "../../commands/app.ts";
import { main } from "../../commands/main.ts";
import { type Form, FORMS } from "../../templates/forms.ts";
import { emptyWorld, type Said } from "../docs/parsing.ts";

/** A kind of text, and the forms that it comes in. */
export interface Text {
  argv: readonly string[];
  forms: readonly Form[];
}

const ROLE = "arn:aws:iam::111122223333:role";
const USERS = ["mara", "team/lea"].flatMap((
  name,
) => ["--user", `arn:aws:iam::111122223333:user/${name}`]);
const all = (...argv: string[]): Text => ({ argv, forms: FORMS });
const one = (form: Form, ...argv: string[]): Text => ({ argv, forms: [form] });
const stack = (...argv: string[]): Text => ({ argv, forms: ["cloudformation", "terraform"] });

/** Golden's name to the call of `sentinel template` that prints it. */
export const TEXTS: Readonly<Record<string, Text>> = {
  "iam-requester": all("iam", "--role", "requester", "--account", "111122223333"),
  "iam-approver": one("json", "iam", "--role", "approver"),
  "iam-admin": one("json", "iam", "--role", "admin"),
  "iam-auditor": one("json", "iam", "--role", "auditor"),
  "iam-feature": one("json", "iam", "--feature", "credential_issue", "--required-only"),
  "iam-permission-set": all("iam", "--permission-set", "SentinelEntry"),
  "scp": all("scp"),
  "scp-permission-set": all("scp", "--permission-set", "SentinelEntry"),
  "scp-tvm": all("scp", "--tvm-role", `${ROLE}/SentinelTVM`),
  "rcp": all("rcp"),
  "rcp-organisation": all("rcp", "--organization", "o-a1b2c3d4e5"),
  "trust-iam-users": all("trust", ...USERS),
  "trust-iam-users-tags-external-id": all("trust", ...USERS, "--tags", "--external-id", "build-7"),
  "trust-permission-set": all(
    ...["trust", "--permission-set", "SentinelEntry", "--account", "111122223333", "--tags"],
  ),
  "trust-roles-first": all("trust", "--role", `${ROLE}/service/SentinelTVM`),
  "trust-roles-chained": all("trust", "--role", `${ROLE}/SentinelProtected-Hub`, "--chained"),
  "policy-solo": one("yaml", "policy", "solo"),
  "policy-team": one("yaml", "policy", "team", "--timezone", "Europe/Berlin"),
  "policy-organisation": one("yaml", "policy", "organisation"),
  "policy-regulated": one("yaml", "policy", "regulated", "--user", "mara"),
  "policy-guardrails": one("yaml", "policy", "guardrails"),
  "monitoring": stack("monitoring"),
  "monitoring-log-group": stack("monitoring", "--log-group", "cloudtrail/all"),
};

/** Calls `sentinel template …` in a world where nothing is found. */
export async function printed(argv: readonly string[]): Promise<Said> {
  const said: Said = { code: 0, out: "", err: "" };
  said.code = await main(["template", ...argv], emptyWorld(said, { HOME: "/nonexistent" }), root);
  return said;
}

/** The call of a text in a form. Policies have one form, and so no flag. */
export const callOf = ({ argv }: Text, form: Form): readonly string[] =>
  argv[0] === "policy" ? argv : [...argv, "--format", form];
