// commands: the first gated profile: a plan, then, on yes, its files.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../lib/core/errors/mod.ts";
import type { Answers, Plan, Standing, Step } from "../lib/core/setup/mod.ts";
import { printable, printableJson, quoted } from "../lib/core/text/printable.ts";
import { alone } from "./alone.ts";
import type { Context, Session } from "./context.ts";
import { reportFor } from "./doctor.ts";
import {
  offering,
  PROFILE_ALIAS,
  said,
  several,
  TALK_FLAGS,
  type TalkFlags,
  yes,
} from "./flags.ts";
import { answersFrom, type AskPerson, questionText, type SetupFlags } from "./setup_answers.ts";
import { table } from "./table.ts";

interface InitFlags extends SetupFlags, TalkFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** What is printed for AWS beside the plan. */
interface ForAws {
  trust: string;
  explains: readonly string[];
  steps: readonly Step[];
}

type Files = Awaited<ReturnType<Session["setupFiles"]>>;

/** `sentinel init` and `sentinel init status`. */
export const command = buildCommand<InitFlags, [string?], Context>({
  async func(flags, what) {
    const session = this.open(flags.json ? { json: true } : {});
    const json = await session.work.switchedOn("json").catch(() => flags.json ?? false);
    if (what === "status") return await status(session, json);
    if (what !== undefined) throw noSuch(what);
    const ask = flags.yes || json ? null : askOn(session);
    const files = await session.setupFiles();
    const answers = await answersFrom(flags, await session.work.awsConfig(), {
      ask,
      awsProfile: this.base.env("AWS_PROFILE") || null,
    });
    const { awsSteps, planSetup, planText, starterPolicy } = await import(
      "../lib/core/setup/mod.ts"
    );
    const { trustPolicy } = await import("../templates/trust.ts");
    const { text: trust, explains } = trustPolicy({ callers: answers.callers });
    const plan = planSetup(answers, standing(session, files, answers), starterPolicy(answers));
    const aws = { trust, explains, steps: awsSteps(answers) };
    // What is agreed to stands right above the question.
    if (!json) this.base.out(planText(plan));
    const written = flags.dryRun ? null : await write(session, files, plan, flags.yes ?? false);
    if (json) this.base.out(`${printableJson(planJson(plan, aws, written))}\n`);
    else if (flags.dryRun || written !== null) this.base.out(`\n${awsText(aws)}`);
    if (written !== null) {
      this.process.exitCode = await after(session, answers.profile, written, json);
    }
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        offering({
          brief: "What is set up already",
          parse: String,
          placeholder: "status",
          literal: true,
          optional: true,
        }, () => ["status"]),
      ],
    },
    flags: {
      profile: said("Name of the gated profile", "PROFILE"),
      role: said("The role that it is for", "ARN"),
      source: said("The profile that has the base credentials; default AWS_PROFILE", "NAME"),
      region: said("Region of the profile; default the source's", "REGION"),
      user: several(
        "An IAM user who may take the role: name or ARN (repeat for more); default the source's name",
        "USER",
      ),
      team: yes("For several people: the same, with a policy that says so"),
      permissionSet: said(
        "Identity Center: the entry permission set; default SentinelEntry",
        "NAME",
      ),
      account: said("Identity Center: the account of the entry permission set", "ID"),
      ssoStartUrl: said("Identity Center: makes the source profile, with this start URL", "URL"),
      ssoRegion: said("Identity Center: its region", "REGION"),
      ssoSession: said("Identity Center: name of the sso-session; default sentinel", "NAME"),
      dryRun: yes("Show the plan, write nothing"),
      yes: yes("Write without asking"),
      ...TALK_FLAGS,
    },
    aliases: PROFILE_ALIAS,
  },
  docs: {
    brief: "Set up a gated profile: a plan first, then on yes its files",
    fullDescription:
      `Asks what flags don't say, shows a diff of each file (AWS config, config.yaml, policy.yaml), writes
on yes, and prints the role's trust policy and the AWS CLI's commands for it. What is there is never
changed: sections are put at the end, with a copy of the AWS config kept beside it. A second run
finds nothing to do. It calls no AWS: what is in your account is yours to change.

Examples:
  sentinel init
  sentinel init --profile dev --role arn:aws:iam::111122223333:role/SentinelProtected-Dev --dry-run
  sentinel init --profile dev --role arn:aws:iam::111122223333:role/SentinelProtected-Dev --yes
  sentinel init status`,
  },
});

function noSuch(what: string): SentinelError {
  return new SentinelError(
    "USAGE",
    `Cannot run init ${quoted(what)}: want nothing more, or status`,
    {
      hint: "sentinel init status",
    },
  );
}

function askOn({ base }: Session): AskPerson {
  const { terminal } = base;
  if (terminal === null) return null;
  let told = false;
  return async (question, fallback) => {
    if (!told) {
      base.err("sentinel: questions, then a plan; nothing is written before you say yes\n");
    }
    told = true;
    const answer = (await terminal.ask(questionText(question, fallback))).trim();
    return answer === "" ? fallback ?? "" : answer;
  };
}

function standing(session: Session, files: Files, { profile }: Pick<Answers, "profile">): Standing {
  const { config } = session.work.directories();
  const aws = files.awsPaths(session.base.env);
  if (aws.config === null || aws.credentials === null) {
    throw new SentinelError("HOME_UNKNOWN", "Cannot find the AWS config: found no HOME", {
      hint: "set HOME, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE",
    });
  }
  return {
    awsConfig: files.presentFile(aws.config),
    awsCredentials: files.presentFile(aws.credentials),
    configYaml: files.presentFile(`${config}/config.yaml`),
    policyYaml: files.presentFile(`${config}/policy.yaml`),
    ownPolicy: files.presentFile(`${config}/policies/${profile}.yaml`),
  };
}

function awsText({ trust, explains, steps }: ForAws): string {
  return [
    "Trust policy of the role (trust.json):",
    trust.trimEnd(),
    ...explains.map((fact) => `  ${fact}`),
    "",
    "For AWS, by you; init calls no AWS:",
    ...steps.map(({ why, command }) => `  # ${why}\n  ${command}`),
    "",
  ].join("\n");
}

/** @returns the files that were written, with the backups of what was there; `null` = nobody wants it */
async function write(
  { base }: Session,
  files: Files,
  { changes }: Plan,
  sure: boolean,
): Promise<{ path: string; backup: string | null }[] | null> {
  if (changes.length === 0) return [];
  if (!sure && !await confirmed(base)) {
    base.err("sentinel: nothing was written\n");
    return null;
  }
  const stamp = base.now().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return changes.map((change) => ({ path: change.path, backup: files.writeChange(change, stamp) }));
}

async function confirmed({ terminal }: Session["base"]): Promise<boolean> {
  if (terminal === null) {
    throw new SentinelError(
      "USAGE",
      "Cannot write: nobody said yes, and there is no terminal to ask on",
      {
        hint: "add --yes, or --dry-run to see the plan alone",
      },
    );
  }
  const answer = (await terminal.ask("Write these files? [y/N]: ")).trim().toLowerCase();
  return answer === "y" || answer === "yes";
}

function planJson({ changes, kept, left }: Plan, aws: ForAws, written: unknown) {
  const shown = changes.map(({ path, kind, added }) => ({ path, kind, added }));
  return { changes: shown, kept, left, aws, written };
}

/** What was written, and what doctor says of the profile now. */
async function after(
  session: Session,
  profile: string,
  written: readonly { path: string; backup: string | null }[],
  json: boolean,
): Promise<number> {
  const { base, work } = session;
  const note = (text: string) => base.err(`sentinel: ${text}\n`);
  for (const { path, backup } of written) {
    note(
      `wrote ${printable(path)}${backup === null ? "" : `; before it was ${printable(backup)}`}`,
    );
  }
  work.forget();
  // Base credentials are asked by doctor, which may call AWS: init may not.
  const report = await reportFor(session, { only: profile, offline: true, showNames: true });
  const bad = report.lines.filter(({ state }) => state === "problem" || state === "warning");
  for (const { state, says, fix } of bad) {
    note(`${state}: ${says}${fix === null ? "" : `; ${fix}`}`);
  }
  if (!json) note(`next: the commands for AWS above, then sentinel doctor --profile ${profile}`);
  return bad.some(({ state }) => state === "problem") ? 10 : 0;
}

/** What is set up already. */
async function status(session: Session, json: boolean): Promise<void> {
  const { base, work } = session;
  const { listProfiles } = await import("../lib/core/profiles/mod.ts");
  const files = await session.setupFiles();
  const config = await work.awsConfig();
  const rows = listProfiles(config).filter(({ gated }) => gated).map(({ name, roleArn }) => {
    const values = config.profiles.get(name)?.values;
    const source = values?.get("sentinel_source_profile") ??
      values?.get("sentinel_credential_source");
    const at = standing(session, files, { profile: name });
    const policy = [at.ownPolicy, at.policyYaml].find(({ bytes }) => bytes !== null)?.path ?? null;
    return { profile: name, role: roleArn, source: source?.text ?? null, policy };
  });
  if (json) return base.out(`${printableJson({ profiles: rows })}\n`);
  if (rows.length === 0) return base.out("no gated profile yet: sentinel init makes one\n");
  base.out(table([
    ["PROFILE", "SOURCE", "ROLE", "POLICY"],
    ...rows.map((row) =>
      [row.profile, row.source ?? "-", row.role ?? "-", row.policy ?? "none"].map((text) =>
        printable(text)
      )
    ),
  ]));
}

if (import.meta.main) await alone(command, "init");
