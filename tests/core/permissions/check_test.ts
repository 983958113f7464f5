// permissions tests: asking the simulation, and what its answers mean.
import { strict as assert } from "node:assert";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import {
  type CheckedRight,
  checkRights,
  exitOf,
  featuresOf,
  type PolicySources,
  type ProfileUse,
  questionsFor,
  scopeOf,
  type Simulation,
  type SimulationResult,
  type Subject,
  tally,
} from "../../../lib/core/permissions/mod.ts";
import { ACCOUNT, ENTRY, MARA, profile, role } from "./uses.ts";

const SCOPE = scopeOf({ account: ACCOUNT, region: "eu-central-1" });
const KNOWN: PolicySources = { kind: "known", sources: [{ arn: MARA.arn, from: "STS" }] };

type Verdict = Partial<SimulationResult>;

/** IAM that answers each pair by `verdict`; `null` = it knows no such principal. */
function iam(verdict: (action: string, resource: string, ask: Simulation) => Verdict | null) {
  const asked: Simulation[] = [];
  const simulate = (ask: Simulation) => {
    asked.push(ask);
    const results = ask.actions.flatMap((action) =>
      ask.resources.map((resource) => {
        const told = verdict(action, resource, ask);
        return told === null ? null : {
          action,
          resource,
          decision: "allowed" as const,
          policies: [],
          missing: [],
          allowing: [],
          organisation: null,
          boundary: null,
          ...told,
        };
      })
    );
    const known = results.filter((result) => result !== null);
    return Promise.resolve(known.length === 0 ? null : known);
  };
  return { asked, simulation: { simulate } };
}

interface Asking {
  features: string[];
  profiles?: ProfileUse[];
  subject?: Subject;
  sources?: PolicySources;
}

async function run(
  { features, profiles = [], subject = MARA, sources = KNOWN }: Asking,
  port: { simulation: { simulate(ask: Simulation): Promise<SimulationResult[] | null> } },
): Promise<CheckedRight[]> {
  const questions = questionsFor(
    featuresOf({ features }),
    subject,
    { profiles, shells: [], stores: [] },
    SCOPE,
  );
  const results = await Array.fromAsync(checkRights(questions, sources, port));
  const order = (list: readonly { action: string; resource: string }[]) =>
    list.map(({ action, resource }) => `${action} ${resource}`).sort();
  assert.deepEqual(order(results), order(questions), "each question has one answer");
  return results;
}

const EVERYTHING = featuresOf({}).map(({ id }) => id);

Deno.test("questions that differ in action or resource alone are one call", async () => {
  const { asked, ...port } = iam(() => ({}));
  const profiles = ["a", "b", "c"].map((name) => profile(name));
  const results = await run({ features: ["credential_issue"], profiles }, port);
  assert.equal(asked.length, 1);
  assert.equal(results.length, 6);
  const [ask] = asked;
  assert.deepEqual(ask?.actions, ["sts:AssumeRole", "sts:SetSourceIdentity"]);
  assert.deepEqual(ask?.resources, profiles.flatMap(({ chain }) => chain));
  assert.equal(ask?.principal, MARA.arn);
});

Deno.test("no call asks about a pair that nobody asked for", async () => {
  const asked: string[] = [];
  const port = iam((action, resource, { principal }) => {
    asked.push(`${principal} ${action} ${resource}`);
    return {};
  });
  const profiles = [
    profile("a"),
    profile("b", { tags: true, policy: `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/p/b` }),
    profile("c", { chain: [role("Entry"), role("Deep")] }),
  ];
  const results = await run({ features: EVERYTHING, profiles }, port);
  const wanted = results.map(({ by, action, resource }) =>
    `${by ?? MARA.arn} ${action} ${resource}`
  );
  assert.deepEqual(asked.sort(), wanted.sort());
});

Deno.test("very many resources are asked about in parts", async () => {
  const { asked, ...port } = iam(() => ({}));
  const profiles = Array.from({ length: 60 }, (_, i) => profile(`p${i}`));
  const results = await run({ features: ["credential_issue"], profiles }, port);
  assert.equal(results.length, 120);
  assert.deepEqual(asked.map(({ resources }) => resources.length), [25, 25, 10]);
});

const VERDICTS: readonly {
  name: string;
  verdict: Verdict;
  subject?: Subject;
  chain?: string[];
  want: Partial<CheckedRight>;
  exit: number;
}[] = [
  {
    name: "allowed, with the policies that say so",
    verdict: { policies: ["sentinel"] },
    want: { status: "allowed", denial: null, limit: null, policies: ["sentinel"], message: null },
    exit: 0,
  },
  {
    name: "allowed, but a policy asks for what a simulation can't know",
    verdict: { missing: ["aws:SourceIp"] },
    want: { status: "allowed", missing: ["aws:SourceIp"] },
    exit: 11,
  },
  {
    name: "allowed, and what misses would miss in the call too",
    verdict: { missing: ["aws:MultiFactorAuthPresent"] },
    want: { status: "allowed", missing: [] },
    exit: 0,
  },
  {
    name: "denied by a Deny",
    verdict: { decision: "explicit-deny", policies: ["fence"] },
    want: { status: "denied", denial: "explicit", limit: null, policies: ["fence"] },
    exit: 10,
  },
  {
    name: "denied for want of an Allow, across accounts",
    verdict: { decision: "implicit-deny" },
    chain: [role("R", "999988887777")],
    want: { status: "denied", denial: "implicit", limit: null },
    exit: 10,
  },
  {
    name: "undecided across accounts, where one side allows and nobody brought the other",
    verdict: { decision: "implicit-deny", allowing: ["IAM Policy"] },
    chain: [role("R", "999988887777")],
    want: { status: "not_checked", denial: null },
    exit: 11,
  },
  {
    name: "undecided for want of an Allow, where a trust policy may name the user",
    verdict: { decision: "implicit-deny" },
    want: { status: "not_checked", denial: null },
    exit: 11,
  },
  {
    name: "undecided past a boundary, which doesn't bind what names the user",
    verdict: { decision: "implicit-deny", boundary: false },
    want: { status: "not_checked", denial: null, limit: "boundary" },
    exit: 11,
  },
  {
    name: "denied by the boundary of a role",
    verdict: { decision: "implicit-deny", boundary: false },
    subject: ENTRY,
    want: { status: "denied", denial: "implicit", limit: "boundary" },
    exit: 10,
  },
  {
    name: "denied by the organisation, whatever a trust policy says",
    verdict: { decision: "implicit-deny", organisation: false, boundary: false },
    want: { status: "denied", denial: "implicit", limit: "organisation" },
    exit: 10,
  },
];

for (const { name, verdict, subject = MARA, chain = [role("R")], want, exit } of VERDICTS) {
  Deno.test(`an answer means: ${name}`, async () => {
    const port = iam((action) => action === "sts:AssumeRole" ? verdict : {});
    const profiles = [profile("p", { chain })];
    const results = await run({ features: ["credential_issue"], profiles, subject }, port);
    const first = results.find(({ action }) => action === "sts:AssumeRole");
    const found = Object.keys(want).map((key) => [key, first?.[key as keyof CheckedRight]]);
    assert.deepEqual(Object.fromEntries(found), want);
    assert.equal(exitOf(tally(results)), exit);
  });
}

Deno.test("a role's session needs its own Allow to set a source identity", async () => {
  const port = iam(() => ({ decision: "implicit-deny" }));
  const asking = { features: ["credential_issue"], profiles: [profile("p")], subject: ENTRY };
  const results = await run(asking, port);
  assert.deepEqual(results.map(({ action, status }) => `${action} ${status}`), [
    "sts:AssumeRole not_checked",
    "sts:SetSourceIdentity denied",
  ]);
});

Deno.test("whoever can't be simulated has every right not checked, and IAM isn't asked", async () => {
  const { asked, ...port } = iam(() => ({}));
  const sources: PolicySources = { kind: "none", why: "not the root user" };
  const results = await run({ features: ["permissions_check"], sources }, port);
  assert.deepEqual(asked, []);
  assert.ok(results.length > 0);
  for (const { status, message } of results) {
    assert.deepEqual([status, message], ["not_checked", "not the root user"]);
  }
  assert.equal(exitOf(tally(results)), 11);
});

Deno.test("guesses are tried in their order, and the one that IAM knows stays", async () => {
  const guess = (path: string) => ({ arn: role(`${path}Entry`), from: "guess" as const });
  const sources: PolicySources = {
    kind: "known",
    sources: [guess("a/"), guess("b/"), guess("c/")],
  };
  const { asked, ...port } = iam((_action, _resource, { principal }) =>
    principal === role("b/Entry") ? {} : null
  );
  await run({ features: ["policy_load", "permissions_check"], sources, subject: ENTRY }, port);
  assert.deepEqual(asked.map(({ principal }) => principal), [
    role("a/Entry"),
    role("b/Entry"),
    role("b/Entry"),
  ]);
});

Deno.test("where IAM knows none of the guesses, nothing is checked, and the hint says what would", async () => {
  const sources: PolicySources = {
    kind: "known",
    sources: [{ arn: role("Entry"), from: "guess" }],
  };
  const results = await run({ features: ["permissions_check"], sources }, iam(() => null));
  assert.deepEqual(results.map(({ status, hint }) => [status, hint]), [
    ["not_checked", "allow iam:GetRole on the caller's own role"],
  ]);
});

Deno.test("a hop whose role lies elsewhere is not checked, and the others are", async () => {
  const chain = [role("Entry", "999988887777"), role("Deep")];
  const port = iam((_action, _resource, { principal }) => principal === MARA.arn ? {} : null);
  const profiles = [profile("deep", { chain })];
  const results = await run({ features: ["credential_issue"], profiles }, port);
  assert.deepEqual(results.map(({ status }) => status), [
    "allowed",
    "allowed",
    "not_checked",
    "not_checked",
  ]);
});

Deno.test("a call that fails makes its own questions errors, and the rest goes on", async () => {
  const good = iam(() => ({}));
  const port = {
    simulation: {
      simulate: (ask: Simulation) =>
        ask.actions[0]?.startsWith("ssm:")
          ? Promise.reject(
            new SentinelError("AWS_THROTTLED", "Cannot simulate: slow down", {
              hint: "try again in a minute",
            }),
          )
          : good.simulation.simulate(ask),
    },
  };
  const results = await run({ features: ["policy_load", "permissions_check"] }, port);
  assert.deepEqual(results.map(({ status, message, hint }) => [status, message, hint]), [
    ["error", "Cannot simulate: slow down", "try again in a minute"],
    ["allowed", null, null],
  ]);
  assert.equal(exitOf(tally(results)), 11);
});

Deno.test("who may not simulate learns what would allow it", async () => {
  const refused = () => Promise.reject(new SentinelError("AWS_REFUSED", "Cannot simulate: no"));
  const results = await run({ features: ["policy_load"] }, { simulation: { simulate: refused } });
  assert.equal(results[0]?.status, "error");
  assert.match(results[0]?.hint ?? "", /iam:SimulatePrincipalPolicy is optional/);
});

Deno.test("an answer that leaves a question out is an error, not an allowance", async () => {
  const one = iam(() => ({}));
  const port = {
    simulation: {
      simulate: async (ask: Simulation) =>
        (await one.simulation.simulate(ask))?.filter(({ action }) => action === "sts:AssumeRole") ??
          null,
    },
  };
  const results = await run({ features: ["credential_issue"] }, port);
  assert.deepEqual(results.map(({ status }) => status), ["allowed", "error"]);
});

Deno.test("answers come as IAM gives them, not when all are there", async () => {
  const seen: string[] = [];
  const port = iam((action) => {
    seen.push(`asked ${action}`);
    return {};
  });
  const features = featuresOf({ features: ["policy_load", "shell_functions"] });
  for await (
    const { action } of checkRights(
      questionsFor(features, MARA, { profiles: [], shells: [], stores: [] }, SCOPE),
      KNOWN,
      port,
    )
  ) {
    seen.push(`told ${action}`);
  }
  assert.deepEqual(seen, [
    "asked ssm:GetParameter",
    "told ssm:GetParameter",
    "asked ssm:GetParametersByPath",
    "told ssm:GetParametersByPath",
  ]);
});
