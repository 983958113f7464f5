// template tests: who comes where an SCP, an RCP or the whole two-role pattern stands: one list for our
// evaluator and the judge.
import { scopeOf } from "../../lib/core/permissions/mod.ts";
import { entryPolicy } from "../../templates/entry.ts";
import { resourceControlPolicy } from "../../templates/rcp.ts";
import { serviceControlPolicy } from "../../templates/scp.ts";
import { trustPolicy } from "../../templates/trust.ts";
import { entryRole, STAMP } from "./attacks_trust.ts";
import { provider, root, type Row, service, session, type Setting, user } from "./judge.ts";

/** Texts that stand together, and everybody who tries them. */
export interface Scene {
  setting: Setting;
  rows: readonly Row[];
}

const OTHER = "arn:aws:iam::111122223333:role/Deploy";
const TVM = "arn:aws:iam::111122223333:role/SentinelTVM";
const ORGANISATION = "o-a1b2c3d4e5";
const READ = { action: "s3:GetObject", resource: "arn:aws:s3:::app/a" };
const STRANGERS = "arn:aws:iam::777788889999:role/SentinelProtected-Prod";
const INSIDE = { organisation: ORGANISATION, roleOrganisation: ORGANISATION };
const LINKED = session("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS");

const row = (name: string, wanted: Row["wanted"], attempt: Row["attempt"]): Row => ({
  name,
  attempt,
  wanted,
});

/** What every text on the stamp must say, on whichever side it stands. */
const COMMON: readonly Row[] = [
  row("a stamped call", "allowed", { principal: user("mara"), stamp: STAMP }),
  row("an unstamped call", "refused", { principal: user("mara") }),
  row("a foreign source identity", "refused", { principal: user("mara"), stamp: "mara" }),
  row("an unstamped role session", "refused", { principal: session("Deploy") }),
  row("a chained call of a stamped session that doesn't repeat its stamp", "allowed", {
    principal: session("SentinelProtected-Hub"),
    carried: STAMP,
  }),
  row("a chained call under a foreign source identity", "refused", {
    principal: session("SentinelProtected-Hub"),
    carried: "mara",
  }),
  row("an unstamped call on another role (no lock-out)", "allowed", {
    principal: user("mara"),
    role: OTHER,
  }),
  row("an unstamped call that an AWS service makes", "allowed", {
    principal: session("Deploy"),
    byService: true,
  }),
  row("an AWS service principal", "allowed", { principal: service }),
  row("a service-linked role", "allowed", { principal: LINKED }),
  row("the account root", "refused", { principal: root() }),
  row("a user who is called like the break-glass role", "refused", {
    principal: user("SentinelBreakGlass-Prod"),
  }),
  row("a role that is called so further down its path", "refused", {
    principal: session("x/SentinelBreakGlass-Prod"),
  }),
];

const set = (name: string, region?: string) => ({ principal: session(entryRole(name, region)) });
const BREAK_GLASS = session("SentinelBreakGlass-Prod");

/** Every text, alone and together. */
export const SCENES: Readonly<Record<string, Scene>> = {
  "scp": {
    setting: { scp: serviceControlPolicy().text },
    rows: [
      ...COMMON,
      row("the break-glass role", "allowed", { principal: session("SentinelBreakGlass-Prod") }),
      row("an unstamped call on a protected role of another account", "refused", {
        principal: user("mara"),
        role: "arn:aws:iam::444455556666:role/SentinelProtected-Prod",
      }),
      row("a principal of the management account (not bound)", "allowed", {
        principal: user("mara"),
        management: true,
      }),
      row("everything that isn't AssumeRole", "allowed", { principal: user("mara"), call: READ }),
    ],
  },
  "scp-permission-set": {
    setting: { scp: serviceControlPolicy({ entrySet: "SentinelEntry" }).text },
    rows: [
      ...COMMON,
      row("the entry set, stamped", "allowed", { ...set("SentinelEntry"), stamp: STAMP }),
      row("the entry set, unstamped", "refused", set("SentinelEntry")),
      row("the entry set, elsewhere", "allowed", { ...set("SentinelEntry"), call: READ }),
      row("another set, anywhere", "refused", { ...set("Admin"), call: READ }),
      row("another set, stamped by hand", "refused", { ...set("Admin"), stamp: STAMP }),
      row("a set whose name begins like it", "refused", {
        ...set("SentinelEntry_x"),
        call: READ,
      }),
      row("a set whose name ends like its role", "refused", {
        ...set("AWSReservedSSO_SentinelEntry"),
        call: READ,
      }),
      row("the break-glass set, anywhere", "allowed", {
        ...set("SentinelBreakGlass"),
        call: READ,
      }),
      row("the break-glass set, unstamped", "allowed", set("SentinelBreakGlass")),
      row("the break-glass role", "allowed", { principal: BREAK_GLASS }),
      ...["SentinelEntry", "SentinelBreakGlass"].map((name) =>
        row(`${name}, no region in its path`, "allowed", { ...set(name, ""), stamp: STAMP })
      ),
      row("the break-glass set, no region in its path, unstamped", "allowed", {
        ...set("SentinelBreakGlass", ""),
      }),
      row("a role of the account, elsewhere", "allowed", {
        principal: session("Deploy"),
        call: READ,
      }),
      row("a service-linked role, elsewhere", "allowed", { principal: LINKED, call: READ }),
    ],
  },
  "scp-tvm": {
    setting: { scp: serviceControlPolicy({ tvmRole: TVM }).text },
    rows: [
      row("the TVM", "allowed", { principal: session("SentinelTVM"), stamp: STAMP }),
      row("the TVM without a stamp", "refused", { principal: session("SentinelTVM") }),
      row("a user, stamped by hand", "refused", { principal: user("mara"), stamp: STAMP }),
      row("a session of a role, stamped by hand", "refused", {
        principal: session("Deploy"),
        stamp: STAMP,
      }),
      row("the TVM's name in another account", "refused", {
        principal: session("SentinelTVM", "444455556666"),
        stamp: STAMP,
      }),
      row("a hand-made stamp on another role, to carry it on", "refused", {
        principal: user("mara"),
        stamp: STAMP,
        role: OTHER,
      }),
      row("a stamped session on", "allowed", {
        principal: session("SentinelProtected-Hub"),
        carried: STAMP,
      }),
      // The text says so: such a stamp isn't bound here. Trust policies of first hops refuse it.
      row("a session that its identity provider stamped", "allowed", {
        principal: session("OwnProvider"),
        carried: STAMP,
      }),
      row("a stamped session on to another role", "allowed", {
        principal: session("SentinelProtected-Hub"),
        carried: STAMP,
        role: OTHER,
      }),
      row("another tool's source identity on another role", "allowed", {
        principal: user("mara"),
        stamp: "mara",
        role: OTHER,
      }),
      row("the break-glass role", "allowed", { principal: session("SentinelBreakGlass-Prod") }),
      row("the break-glass role, forging a stamp", "refused", {
        principal: session("SentinelBreakGlass-Prod"),
        stamp: STAMP,
      }),
      row("a stamped session that says its stamp again", "allowed", {
        principal: session("SentinelProtected-Hub"),
        carried: STAMP,
        stamp: STAMP,
      }),
      row("an unstamped call that an AWS service makes", "allowed", {
        principal: session("Deploy"),
        byService: true,
      }),
      row("a service-linked role", "allowed", { principal: LINKED }),
      row("an AWS service principal", "allowed", { principal: service }),
    ],
  },
  "rcp": {
    setting: { rcp: resourceControlPolicy().text },
    rows: [
      ...COMMON,
      // The text says so: what is exempt is a pattern of paths too.
      row("a role whose path begins like break-glass", "allowed", {
        principal: session("SentinelBreakGlass-X/Dev"),
      }),
      row("the break-glass role", "allowed", { principal: session("SentinelBreakGlass-Prod") }),
      row("an outsider, unstamped", "refused", { principal: user("eve", "777788889999") }),
      row("an outsider, stamped", "allowed", {
        principal: user("eve", "777788889999"),
        stamp: "sentinel=eve=direct=0123456789abcdef",
      }),
      row("an outsider's role of the break-glass name (said in the text)", "allowed", {
        principal: session("SentinelBreakGlass-Prod", "777788889999"),
      }),
      row("the management account's principal: the role's side counts", "refused", {
        principal: user("mara", "444455556666"),
        management: true,
      }),
      row("a token of an identity provider", "refused", { principal: provider, byToken: true }),
      row("a token on another role", "allowed", {
        principal: provider,
        byToken: true,
        role: OTHER,
      }),
    ],
  },
  "rcp-organisation": {
    setting: { rcp: resourceControlPolicy({ organisation: ORGANISATION }).text },
    rows: [
      ...COMMON,
      row("the organisation's break-glass role", "allowed", {
        principal: session("SentinelBreakGlass-Prod"),
        organisation: ORGANISATION,
      }),
      row("a break-glass role of another organisation", "refused", {
        principal: session("SentinelBreakGlass-Prod", "777788889999"),
        organisation: "o-z9y8x7w6v5",
      }),
      row("a break-glass role of another organisation, stamped", "allowed", {
        principal: session("SentinelBreakGlass-Prod", "777788889999"),
        stamp: STAMP,
      }),
      row("a break-glass role of another organisation, stamped before", "allowed", {
        principal: session("SentinelBreakGlass-Prod", "777788889999"),
        carried: STAMP,
      }),
      row("a break-glass role of no organisation", "refused", {
        principal: session("SentinelBreakGlass-Prod", "777788889999"),
      }),
    ],
  },
  "two-role-pattern": {
    setting: {
      identity: entryPolicy("SentinelEntry", scopeOf({})).text,
      trust: trustPolicy({
        callers: { kind: "permission-set", account: "111122223333", name: "SentinelEntry" },
        tags: true,
      }).text,
      scp: serviceControlPolicy({ entrySet: "SentinelEntry" }).text,
      rcp: resourceControlPolicy({ organisation: ORGANISATION }).text,
    },
    rows: [
      row("the entry set, stamped", "allowed", { ...set("SentinelEntry"), stamp: STAMP }),
      row("the entry set, stamped and tagged", "allowed", {
        ...set("SentinelEntry"),
        stamp: STAMP,
        tags: { "sentinel:request": "0123456789abcdef" },
      }),
      row("the entry set, unstamped", "refused", set("SentinelEntry")),
      row("the entry set, another tool's source identity", "refused", {
        ...set("SentinelEntry"),
        stamp: "mara",
      }),
      row("the entry set on an unprotected role", "refused", {
        ...set("SentinelEntry"),
        stamp: STAMP,
        role: OTHER,
      }),
      row("the entry set, elsewhere", "refused", { ...set("SentinelEntry"), call: READ }),
      row("another set of the same rights", "refused", { ...set("Admin"), stamp: STAMP }),
      row("a user of the same rights", "refused", { principal: user("mara"), stamp: STAMP }),
      row("a session of the role itself", "refused", {
        principal: session("SentinelProtected-Prod"),
        carried: STAMP,
      }),
      row("the entry set, stamped, in another account of the organisation", "allowed", {
        ...set("SentinelEntry"),
        stamp: STAMP,
        role: "arn:aws:iam::444455556666:role/SentinelProtected-Prod",
      }),
      row("the entry set, stamped and tagged, on a stranger's role of that name", "refused", {
        ...set("SentinelEntry"),
        stamp: STAMP,
        tags: { "sentinel:request": "0123456789abcdef" },
        role: STRANGERS,
        roleOrganisation: "o-z9y8x7w6v5",
      }),
    ].map(({ attempt, ...rest }): Row => ({ ...rest, attempt: { ...INSIDE, ...attempt } })).concat([
      row("the entry set, stamped, on such a role of no organisation", "refused", {
        ...set("SentinelEntry"),
        stamp: STAMP,
        role: STRANGERS,
        organisation: ORGANISATION,
      }),
    ]),
  },
  "two-role-pattern-account": {
    setting: {
      identity: entryPolicy("SentinelEntry", scopeOf({ account: "111122223333" })).text,
      trust: trustPolicy({
        callers: { kind: "permission-set", account: "111122223333", name: "SentinelEntry" },
      }).text,
    },
    rows: [
      row("the entry set, stamped", "allowed", { ...set("SentinelEntry"), stamp: STAMP }),
      row("the entry set, unstamped", "refused", set("SentinelEntry")),
      row("the entry set, stamped, on a stranger's role of that name", "refused", {
        ...set("SentinelEntry"),
        stamp: STAMP,
        role: STRANGERS,
      }),
    ],
  },
};
