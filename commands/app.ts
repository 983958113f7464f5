// commands: the route map. Nouns group, verbs act; what a command does is loaded when it is called.
import { buildRouteMap, type RouteMap } from "@stricli/core";
import { command as approve } from "./approve.ts";
import { command as completion } from "./completion.ts";
import { command as configShow } from "./config/show.ts";
import type { Context } from "./context.ts";
import { command as credentials } from "./credentials.ts";
import { command as deny } from "./deny.ts";
import { command as doctor } from "./doctor.ts";
import { command as exec } from "./exec.ts";
import { command as exportCommand } from "./export.ts";
import { command as help } from "./help.ts";
import { command as init } from "./init.ts";
import { command as journalShow } from "./journal/show.ts";
import { command as journalVerify } from "./journal/verify.ts";
import { command as list } from "./list.ts";
import { command as permissionsCheck } from "./permissions/check.ts";
import { command as permissionsDetect } from "./permissions/detect.ts";
import { command as permissionsList } from "./permissions/list.ts";
import { command as permissionsScreen } from "./permissions/screen.ts";
import { command as policyExplain } from "./policy/explain.ts";
import { command as policyValidate } from "./policy/validate.ts";
import { command as requestCancel } from "./request/cancel.ts";
import { command as requestFile } from "./request/file.ts";
import { command as requestList } from "./request/list.ts";
import { command as requestShow } from "./request/show.ts";
import { command as sandboxExec } from "./sandbox/exec.ts";
import { command as sandboxRun } from "./sandbox/run.ts";
import { command as shellInit } from "./shell/init.ts";
import { command as templateIam } from "./template/iam.ts";
import { command as templateMonitoring } from "./template/monitoring.ts";
import { command as templatePolicy } from "./template/policy.ts";
import { command as templateRcp } from "./template/rcp.ts";
import { command as templateScp } from "./template/scp.ts";
import { command as templateTrust } from "./template/trust.ts";
import { command as whoami } from "./whoami.ts";

const policy = buildRouteMap({
  routes: { validate: policyValidate, explain: policyExplain },
  docs: { brief: "Policy as code: check it, ask it why" },
});

const request = buildRouteMap({
  routes: { file: requestFile, list: requestList, show: requestShow, cancel: requestCancel },
  defaultCommand: "file",
  docs: { brief: "Ask for access that needs somebody's yes; see what was asked" },
});

const journal = buildRouteMap({
  routes: { show: journalShow, verify: journalVerify },
  docs: { brief: "The record of every decision" },
});

const config = buildRouteMap({
  routes: { show: configShow },
  docs: { brief: "Settings, and where each came from" },
});

const sandbox = buildRouteMap({
  routes: { run: sandboxRun, exec: sandboxExec },
  docs: { brief: "AWS on loopback, to try things out" },
});

const permissions = buildRouteMap({
  routes: {
    screen: permissionsScreen,
    list: permissionsList,
    check: permissionsCheck,
    detect: permissionsDetect,
  },
  defaultCommand: "screen",
  docs: { brief: "What IAM rights Sentinel itself needs, and which you have" },
});

const template = buildRouteMap({
  routes: {
    iam: templateIam,
    trust: templateTrust,
    scp: templateScp,
    rcp: templateRcp,
    policy: templatePolicy,
    monitoring: templateMonitoring,
  },
  docs: {
    brief: "Texts to keep: rights, trust policies, SCPs, RCPs, policies, alerts",
    fullDescription:
      `Prints a text on stdout, the same bytes for the same options, and nothing else.

What a text is and how it is written down are two questions: the first is the command, the second
--format (json, yaml, terraform, cloudformation, cdk). So every kind comes in every form that makes
sense, and there is no command called after a form.

Examples:
  sentinel template scp > scp.json
  sentinel template trust --user arn:aws:iam::111122223333:user/mara --format terraform`,
  },
});

const shell = buildRouteMap({
  routes: { init: shellInit },
  docs: { brief: "Functions for each profile, and completions" },
});

/** Every command of the program. */
export const root: RouteMap<Context> = buildRouteMap({
  routes: {
    credentials,
    exec,
    export: exportCommand,
    whoami,
    list,
    request,
    approve,
    deny,
    policy,
    journal,
    config,
    permissions,
    template,
    shell,
    completion,
    sandbox,
    doctor,
    init,
    help,
  },
  docs: {
    brief: "Decides whether you get AWS credentials, and records why",
    fullDescription: `No policy match, no credentials, no exceptions.

Examples:
  sentinel sandbox exec -- sentinel credentials --profile dev
  sentinel exec --profile dev -- aws s3 ls`,
  },
});
