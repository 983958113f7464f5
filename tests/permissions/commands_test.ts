// permissions tests: list, check and detect as real processes in a sandbox.
import { strict as assert } from "node:assert";
import { withSandbox } from "../../commands/sandbox/start.ts";
import { processBase } from "../../commands/base.ts";
import { identityPolicy } from "../../lib/core/permissions/mod.ts";
import { type Ran, runIn } from "../e2e/tools.ts";
import { SCOPE } from "./stage.ts";

const ACCOUNT = "111122223333";
const arn = (kind: string, name: string) => `arn:aws:iam::${ACCOUNT}:${kind}/${name}`;
const document = (...Statement: unknown[]) => ({ Version: "2012-10-17", Statement });

/** Whose check says what: everything, nothing, an explicit no, a fence of the organisation's. */
const WORLD = {
  account: ACCOUNT,
  region: "eu-central-1",
  user: "full",
  users: {
    full: { policies: { sentinel: identityPolicy({}, SCOPE) } },
    none: {},
    denied: {
      policies: {
        sentinel: identityPolicy({}, SCOPE),
        fence: document({ Effect: "Deny", Action: "sts:SetSourceIdentity", Resource: "*" }),
      },
    },
    asking: {
      policies: {
        look: document({
          Effect: "Allow",
          Action: "iam:SimulatePrincipalPolicy",
          Resource: arn("user", "asking"),
        }, {
          Effect: "Allow",
          Action: "ssm:GetParameter",
          Resource: "*",
          Condition: { IpAddress: { "aws:SourceIp": "127.0.0.1/32" } },
        }),
      },
    },
  },
  roles: {
    "SentinelProtected-Work": {
      trust: document({
        Effect: "Allow",
        Principal: { AWS: arn("user", "full") },
        Action: ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
      }),
    },
  },
  scps: [{
    all: document({ Effect: "Allow", Action: "*", Resource: "*" }),
    fence: document({ Effect: "Deny", Action: "ssm:GetParametersByPath", Resource: "*" }),
  }],
  profiles: {
    work: { gated: true, role: "SentinelProtected-Work", settings: { sentinel_tags: "true" } },
    theirs: { gated: true, role: "SentinelProtected-Work", source: "none" },
    broken: { gated: true, role: "SentinelProtected-Work", source: "nobody" },
  },
  policy: 'version: "1"\nrules: [{ name: all, effect: allow, conditions: { mode: [cli] } }]\n',
  files: { "config.yaml": `issuer: { iam_users: "${ACCOUNT}" }\n` },
};

type Sentinel = (...args: string[]) => Promise<Ran>;

async function inWorld(
  use: (sentinel: Sentinel) => Promise<void>,
  world: unknown = WORLD,
): Promise<void> {
  const file = await Deno.makeTempFile({ prefix: "sentinel-world-", suffix: ".yaml" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(world));
    const options = { port: 0, world: file, as: undefined };
    await withSandbox(processBase("test", false), options, async ({ env, home }) => {
      await use((...args) =>
        runIn(home, env, "sh", "-c", 'exec sentinel "$@"', "sentinel", ...args)
      );
      return 0;
    });
  } finally {
    await Deno.remove(file);
  }
}

const statuses = ({ out }: Ran): string[] =>
  (JSON.parse(out).results as { action: string; status: string }[])
    .map(({ action, status }) => `${action} ${status}`);

Deno.test("check says of each right whether it is there, and ends with a code for it", () =>
  inWorld(async (sentinel) => {
    const broken = ["--profile", "work"];
    const check = (...more: string[]) => sentinel("permissions", "check", "--json", ...more);

    // A profile that can't be read keeps a check from being whole.
    const whole = await check(...broken);
    assert.deepEqual(statuses(whole), [
      "sts:AssumeRole allowed",
      "sts:SetSourceIdentity allowed",
      "sts:TagSession allowed",
      "iam:SimulatePrincipalPolicy allowed",
    ]);
    assert.equal(whole.code, 11);
    const told = JSON.parse(whole.out);
    assert.equal(told.exitCode, 11);
    assert.equal(told.caller, arn("user", "full"));
    assert.deepEqual(told.simulated, { arn: arn("user", "full"), from: "STS" });
    assert.deepEqual(told.otherCredentials, ["theirs"]);
    assert.ok(told.warnings.some((text: string) => text.startsWith('profile "broken": ')));
    assert.ok(told.notSimulated.some((text: string) => text.startsWith("trust policies")));
    assert.deepEqual(told.results[0].policies, ["sentinel"]);
    assert.deepEqual(told.results[0].profiles, ["work"]);

    const fenced = await check("--feature", "shell_functions");
    assert.equal(fenced.code, 10);
    const [row] = JSON.parse(fenced.out).results;
    assert.deepEqual([row.status, row.denial, row.limit], ["denied", "explicit", "organisation"]);
    assert.equal(row.example, true);

    const denied = await check("--aws-profile", "denied", "--feature", "credential_issue");
    assert.equal(denied.code, 10);
    assert.deepEqual([...new Set(statuses(denied))], [
      "sts:AssumeRole allowed",
      "sts:SetSourceIdentity denied",
    ]);

    const none = await check("--aws-profile", "none");
    assert.equal(none.code, 11);
    assert.ok(statuses(none).every((text) => text.endsWith(" error")));
    assert.match(JSON.parse(none.out).results[0].hint, /is optional/);

    const doubtful = await check("--aws-profile", "asking", "--feature", "policy_load");
    assert.equal(doubtful.code, 10);
    assert.deepEqual(JSON.parse(doubtful.out).results[0].missing, ["aws:SourceIp"]);

    const silent = await check("--aws-profile", "asking", "--feature", "credential_issue");
    assert.equal(silent.code, 11);
    assert.ok(statuses(silent).every((text) => text.endsWith(" not_checked")));
  }));

Deno.test("check is whole only when it saw each profile, or the one that was chosen", () => {
  const { work, theirs } = WORLD.profiles;
  return inWorld(async (sentinel) => {
    const all = await sentinel("permissions", "check", "--json");
    assert.deepEqual(JSON.parse(all.out).otherCredentials, ["theirs"]);
    assert.deepEqual([all.code, JSON.parse(all.out).summary.allowed], [11, 4]);
    assert.equal((await sentinel("permissions", "check", "--profile", "work")).code, 0);
    // What no profile changes is whole without them.
    const own = await sentinel("permissions", "check", "--feature", "permissions_check", "--json");
    assert.deepEqual([own.code, JSON.parse(own.out).otherCredentials], [0, []]);
  }, { ...WORLD, profiles: { work, theirs } });
});

Deno.test("check tells people the same in words, and what it doesn't see", () =>
  inWorld(async (sentinel) => {
    const { out, err, code } = await sentinel(
      "permissions",
      "check",
      "--feature",
      "credential_issue,session_tags,policy_load",
    );
    assert.equal(code, 11);
    assert.match(out, /^caller {5}arn:aws:iam::111122223333:user\/full\n/);
    assert.match(out, /\n {2}allowed {6}sts:AssumeRole on .*Work {2}\(work\)\n {4}by policy: /);
    assert.match(out, /policies\/example {2}\(an example: nothing here uses one\)\n/);
    assert.match(out, /\n4 allowed, 0 denied, 0 errors, 0 not checked\n$/);
    assert.match(err, /^sentinel: a simulation doesn't see:\nsentinel: {3}trust policies/m);
    const quiet = await sentinel("permissions", "check", "--quiet", "--feature", "session_tags");
    assert.equal(quiet.err, "");
    // Nothing moves a cursor where nobody watches.
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(err, /[\r\x1b]/);
  }));

Deno.test("detect gives each feature its reason, and never fails for one that can't be read", () =>
  inWorld(async (sentinel) => {
    const { out, err, code } = await sentinel("permissions", "detect");
    assert.equal(code, 11);
    assert.match(out, /\ncredential_issue +profiles work, theirs: gated\n/);
    assert.match(out, /\nsession_tags +profile work: sentinel_tags = true\n/);
    assert.match(err, /^sentinel: warning: profile "broken": /m);
    const json = await sentinel("permissions", "detect", "--json", "--aws-profile", "nobody");
    assert.equal(json.code, 11);
    const told = JSON.parse(json.out);
    assert.equal(told.caller, null);
    assert.ok(told.warnings.some((text: string) => text.startsWith("base credentials: ")));
    const ssm = await sentinel("permissions", "detect", "--json", "--policy", "ssm:/own/x");
    const found = JSON.parse(ssm.out).found.map(({ feature }: { feature: string }) => feature);
    assert.ok(found.includes("policy_load"));
  }));

Deno.test("detect finds functions of shells that name a policy root, and rules without a stamp", () => {
  const { work } = WORLD.profiles;
  const policy = `version: "1"
rules:
  - { name: all, effect: allow, conditions: { mode: [cli] } }
  - { name: own, effect: allow, unstamped: true, conditions: { profiles: [none] } }
`;
  return inWorld(async (sentinel) => {
    const told = async () => {
      const { out } = await sentinel("permissions", "detect", "--json");
      const found: { feature: string; reasons: string[] }[] = JSON.parse(out).found;
      return new Map(found.map(({ feature, reasons }) => [feature, reasons]));
    };
    const before = await told();
    assert.equal(before.get("shell_functions"), undefined);
    assert.equal(before.get("unstamped_session")?.length, 1);
    assert.match(
      before.get("unstamped_session")?.[0] ?? "",
      /^profile none: rule .*own: unstamped/,
    );
    const root = ["--policy-root", "/sentinel/policies"];
    const written = await sentinel("shell", "init", "bash", "--write", "--yes", ...root);
    assert.equal(written.code, 0, written.err);
    assert.deepEqual((await told()).get("shell_functions"), [
      "functions of bash: --policy-root /sentinel/policies",
    ]);
    const { out } = await sentinel(
      ...["permissions", "check", "--json", "--feature", "shell_functions"],
    );
    const [asked] = JSON.parse(out).results;
    assert.match(asked.resource, /:parameter\/sentinel\/policies$/);
    assert.equal(asked.example, false);
  }, { ...WORLD, scps: undefined, policy, profiles: { work } });
});

Deno.test("a store in DynamoDB is found, asked about by its own ARNs, and told where it lies elsewhere", () => {
  const { work } = WORLD.profiles;
  const table = `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/sentinel-requests`;
  const config = `issuer: { iam_users: "${ACCOUNT}" }\nstore: "dynamodb:"\n`;
  return inWorld(async (sentinel) => {
    const told = async (...more: string[]) => {
      const { out } = await sentinel("permissions", "detect", "--json", ...more);
      const { found, warnings } = JSON.parse(out);
      const one = found.find(({ feature }: { feature: string }) => feature === "approval_store");
      return { reasons: one?.reasons, warnings };
    };
    const region = ["--region", "eu-central-1"];
    const reason =
      /^store in arn:aws:dynamodb:eu-central-1:.*\/sentinel-requests by .*config\.yaml:2$/;
    const { reasons, warnings } = await told(...region);
    assert.deepEqual([reasons.length, warnings], [1, []]);
    assert.match(reasons[0], reason);
    const elsewhere = await told(...region, "--table-prefix", "own-");
    assert.match(elsewhere.warnings.join(), /"sentinel-" is not "own-": .*\(--table-prefix\)$/);
    const { out, code } = await sentinel(
      ...["permissions", "check", "--json", "--feature", "approval_store", ...region],
    );
    const results: { action: string; resource: string; status: string }[] = JSON.parse(out).results;
    assert.deepEqual(
      results.map(({ action, resource, status }) => `${action} ${resource} ${status}`),
      [
        `dynamodb:GetItem ${table} allowed`,
        `dynamodb:PutItem ${table} allowed`,
        `dynamodb:Query ${table}/index/by-requester allowed`,
        `dynamodb:Query ${table}/index/by-state allowed`,
        `dynamodb:Query ${table}/index/by-profile allowed`,
      ],
    );
    assert.equal(code, 0);
  }, { ...WORLD, scps: undefined, profiles: { work }, files: { "config.yaml": config } });
});

Deno.test("list prints the registry, or its policy in each form; --detect narrows it", () =>
  inWorld(async (sentinel) => {
    const list = (...more: string[]) => sentinel("permissions", "list", ...more);
    const scope = ["--account", ACCOUNT, "--region", "eu-central-1"];
    const json = await list("--format", "json", ...scope);
    assert.equal(json.code, 0);
    assert.deepEqual(JSON.parse(json.out), identityPolicy({}, SCOPE));
    assert.equal((await list("--format", "json", ...scope)).out, json.out);
    const bare = await sentinel("permissions");
    assert.equal(bare.out, (await list()).out);
    assert.match(bare.out, /^\[credentials\]$/m);
    const whole = JSON.parse((await list("--json", ...scope)).out);
    assert.deepEqual(whole.policy, identityPolicy({}, SCOPE));
    for (
      const [format, form] of [
        ["yaml", /^Version: /m],
        ["terraform", /^resource "aws_iam_policy"/m],
        ["cloudformation", /Type: AWS::IAM::ManagedPolicy/],
        ["cf", /Type: AWS::IAM::ManagedPolicy/],
        ["cdk", /ManagedPolicy/],
      ] as const
    ) {
      const formed = await list("--format", format);
      assert.equal(formed.code, 0, formed.err);
      assert.match(formed.out, form);
    }
    const used = await list("--detect", "--format", "json");
    const sids = JSON.parse(used.out).Statement.map(({ Sid }: { Sid: string }) => Sid);
    assert.deepEqual(sids, [
      "SentinelAssumeProtectedRoles",
      "SentinelSimulateOwnPolicies",
      "SentinelFindOwnRole",
    ]);
    assert.match(used.err, /^sentinel: in use: session_tags: /m);
    assert.match(used.out, new RegExp(`arn:aws:iam::${ACCOUNT}:role/SentinelProtected-`));
    for (
      const wrong of [
        ["--format", "xml"],
        ["--feature", "nothing"],
        ["--role", "boss"],
        ["--subsystem", "x"],
        ["--account", "12"],
        ["--roles", "*"],
        ["--policy-root", "sentinel"],
        ["--detect", "--feature", "identity"],
        ["--role", "tvm", "--format", "json"],
      ]
    ) {
      const refused = await list(...wrong);
      assert.equal(refused.code, 2, wrong.join(" "));
      assert.equal(refused.out, "");
    }
    assert.equal((await list("--role", "tvm")).code, 0);
  }));
