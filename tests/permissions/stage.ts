// permissions tests: a world in which every right is needed, and what each feature does there.
import { withSandbox } from "../../commands/sandbox/start.ts";
import { processBase } from "../../commands/base.ts";
import { type IdentityPolicy, scopeOf } from "../../lib/core/permissions/mod.ts";
import { TABLES } from "../../lib/core/store/tables.ts";
import { provision } from "../../lib/edges/store/dynamodb_tables.ts";
import { runIn } from "../e2e/tools.ts";

/** One feature at work, told as commands of a shell. */
export interface Scenario {
  /** Id in the registry. */
  feature: string;
  /** Other features that can't be left out: their rights are seen too. */
  beside?: readonly string[];
  /** Prepares; its calls don't count. What it prints on stdout is `$READY` below. */
  before?: string;
  /** True = its store's table is made first, by somebody else. */
  table?: boolean;
  /** Succeeds exactly where the rights are there. */
  command: string;
  /** Calls that need no right and that must be seen, as the sandbox counts them. */
  free?: readonly string[];
}

/** What the sandbox counted while a scenario ran. */
export interface Counted {
  code: number;
  /** IAM actions that were asked for. */
  rights: string[];
  /** Calls that came. */
  calls: string[];
  told: string;
}

const ACCOUNT = "111122223333";

/** The world's own names. */
export const SCOPE = scopeOf({ account: ACCOUNT, region: "eu-central-1" });

const SOURCE = "ssm:/sentinel/policies";

/**
 * Each feature of the registry, but those whose calls AWS serves elsewhere than in the sandbox.
 * `check` as a session has no other way to its role's path than iam:GetRole: the role lies below one.
 */
export const SCENARIOS: readonly Scenario[] = [
  { feature: "identity", command: "sentinel whoami", free: ["sts:GetCallerIdentity"] },
  {
    feature: "policy_load",
    command: `sentinel policy explain work --policy ${SOURCE}/work`,
  },
  {
    feature: "policy_decrypt",
    beside: ["policy_load"],
    command: `sentinel policy explain work --policy ${SOURCE}/sealed`,
  },
  {
    feature: "shell_functions",
    command: "sentinel shell init bash --policy-root /sentinel/policies | grep -q sentinel-sealed",
  },
  {
    feature: "approval_store",
    table: true,
    // Lea's own request, for mara to decide about.
    before: `export SENTINEL_STORE=dynamodb:
      sentinel request --profile asked --aws-profile lea --reason "restart the stuck queue" >lea &&
      sed -n 's/^request *//p' lea | tr -d '\\n'`,
    command: `export SENTINEL_STORE=dynamodb:
      sentinel request --profile asked --reason "restart the stuck queue" >/dev/null &&
      sentinel request list | grep -q "$READY" && sentinel approve "$READY"`,
  },
  { feature: "credential_issue", command: "sentinel credentials --profile work >/dev/null" },
  {
    feature: "session_tags",
    beside: ["credential_issue"],
    command: "sentinel credentials --profile tagged >/dev/null",
  },
  {
    feature: "unstamped_session",
    command: "sentinel credentials --profile mara >/dev/null",
    free: ["sts:GetSessionToken"],
  },
  {
    feature: "permissions_check",
    before: "sentinel export --profile entry --format env",
    command: `sentinel permissions check --feature permissions_check --aws-profile mara &&
      eval "$READY" && unset AWS_PROFILE &&
      sentinel permissions check --feature permissions_check`,
  },
];

/** The account may, so that nothing but the caller's own policies decides. */
const trust = {
  Version: "2012-10-17",
  Statement: [{
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
  }],
};

const POLICY = `version: "1"
rules:
  - { name: all, effect: allow, conditions: { profiles: [work, tagged, entry] } }
  - { name: asked, effect: require_approval, conditions: { profiles: [asked] } }
  - { name: unstamped, effect: allow, unstamped: true, conditions: { profiles: [mara] } }
`;

const APPROVALS = `version: "1"
rules: [{ name: asked, profiles: [asked], approvers: [mara, lea] }]
`;

/** Who makes the table: an access key of nobody else's. */
const KEEPER = { accessKeyId: "AKIAKEEPERKEEPERKEEP", secretAccessKey: "keeper".repeat(6) };

const tables = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "dynamodb:*", Resource: "*" }],
};

function worldText(policy: IdentityPolicy): string {
  // Entry is assumed while a scenario is prepared: that must not hang on the policy under test.
  const entry = `arn:aws:iam::${ACCOUNT}:role/team/SentinelEntry`;
  const prepare = {
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow",
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
      Resource: entry,
    }],
  };
  return JSON.stringify({
    account: ACCOUNT,
    region: "eu-central-1",
    user: "mara",
    users: {
      mara: { policies: { sentinel: policy, prepare } },
      lea: { policies: { tables } },
      keeper: {
        policies: { tables },
        keys: { access_key_id: KEEPER.accessKeyId, secret_access_key: KEEPER.secretAccessKey },
      },
    },
    roles: {
      "SentinelProtected-Work": { trust },
      "SentinelEntry": { path: "/team/", trust, policies: { sentinel: policy } },
    },
    profiles: {
      work: { gated: true, role: "SentinelProtected-Work" },
      tagged: {
        gated: true,
        role: "SentinelProtected-Work",
        settings: { sentinel_tags: "true" },
      },
      asked: { gated: true, role: "SentinelProtected-Work" },
      entry: { gated: true, role: "SentinelEntry" },
    },
    policy: POLICY,
    files: {
      "config.yaml": `issuer: { iam_users: "${ACCOUNT}" }\n`,
      "approval.yaml": APPROVALS,
    },
    parameters: {
      "/sentinel/policies/sealed": { type: "SecureString", value: POLICY, key: "own" },
    },
    keys: { own: "SYMMETRIC_DEFAULT" },
  });
}

/** Plays scenarios, one after the other, in one world whose user has exactly `policy`. */
export async function play(
  policy: IdentityPolicy,
  scenarios: readonly Scenario[],
): Promise<Counted[]> {
  const file = await Deno.makeTempFile({ prefix: "sentinel-world-", suffix: ".yaml" });
  const counted: Counted[] = [];
  try {
    await Deno.writeTextFile(file, worldText(policy));
    const options = { port: 0, world: file, as: undefined };
    await withSandbox(
      processBase("test", false),
      options,
      async ({ endpoint, env, home, control }) => {
        if (scenarios.some(({ table }) => table)) await makeTable(endpoint);
        for (const scenario of scenarios) counted.push(await act(scenario, env, home, control));
        return 0;
      },
    );
  } finally {
    await Deno.remove(file);
  }
  return counted;
}

async function makeTable(endpoint: string): Promise<void> {
  await provision({
    prefix: SCOPE.tablePrefix,
    region: SCOPE.region,
    endpoint,
    credentials: () => Promise.resolve({ ...KEEPER, sessionToken: null }),
    pauseMs: 1,
    encryption: { kind: "aws-managed" },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
  }, TABLES.requests);
}

type Counts = Readonly<Record<string, number>>;

async function act(
  { before, command }: Scenario,
  env: Readonly<Record<string, string>>,
  home: string,
  control: string,
): Promise<Counted> {
  // What one scenario kept, such as who is calling, must not spare the next its calls.
  await Deno.remove(`${home}/sentinel/cache`, { recursive: true }).catch(() => {});
  const prepared = before === undefined ? null : await runIn(home, env, "sh", "-c", before);
  const counts = async () =>
    await (await fetch(`${control}/events`)).json() as { rights: Counts; counts: Counts };
  const earlier = await counts();
  const ran = await runIn(
    home,
    { ...env, READY: prepared?.out ?? "" },
    "sh",
    "-c",
    command,
  );
  const later = await counts();
  const more = (before: Counts, after: Counts) =>
    Object.keys(after).filter((key) => (after[key] ?? 0) > (before[key] ?? 0)).sort();
  return {
    code: prepared !== null && prepared.code !== 0 ? -1 : ran.code,
    rights: more(earlier.rights, later.rights),
    calls: more(earlier.counts, later.counts),
    told: `$ ${before ?? ""}\n${prepared?.err ?? ""}$ ${command}\n${ran.out}${ran.err}`,
  };
}
