// commands: the route map. Nouns group, verbs act; what a command does is loaded when it is called.
import { buildRouteMap, type RouteMap } from "@stricli/core";
import { command as completion } from "./completion.ts";
import { command as configShow } from "./config/show.ts";
import type { Context } from "./context.ts";
import { command as credentials } from "./credentials.ts";
import { command as doctor } from "./doctor.ts";
import { command as exec } from "./exec.ts";
import { command as exportCommand } from "./export.ts";
import { command as help } from "./help.ts";
import { command as init } from "./init.ts";
import { command as journalShow } from "./journal/show.ts";
import { command as journalVerify } from "./journal/verify.ts";
import { command as list } from "./list.ts";
import { command as policyExplain } from "./policy/explain.ts";
import { command as policyValidate } from "./policy/validate.ts";
import { command as sandboxExec } from "./sandbox/exec.ts";
import { command as sandboxRun } from "./sandbox/run.ts";
import { command as shellInit } from "./shell/init.ts";
import { command as templateScp } from "./template/scp.ts";
import { command as templateTrust } from "./template/trust.ts";
import { command as whoami } from "./whoami.ts";

const policy = buildRouteMap({
  routes: { validate: policyValidate, explain: policyExplain },
  docs: { brief: "Policy as code: check it, ask it why" },
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

const template = buildRouteMap({
  routes: { trust: templateTrust, scp: templateScp },
  docs: { brief: "Texts for AWS: trust policies, service control policies" },
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
    policy,
    journal,
    config,
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
