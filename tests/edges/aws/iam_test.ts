// aws tests: IAM's simulation, asked over HTTP.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import type { Simulation, SimulationPort } from "../../../lib/core/permissions/mod.ts";
import { type IamOptions, iamSimulation } from "../../../lib/edges/aws/iam.ts";
import { type Asked, fail, ok, withServer } from "./fake_sts.ts";

const KEYS = {
  accessKeyId: "AKIAEXAMPLEEXAMPLE00",
  secretAccessKey: "only-for-tests-0123456789",
  sessionToken: null,
};
const ASK: Simulation = {
  principal: "arn:aws:iam::111122223333:user/mara",
  actions: ["sts:AssumeRole", "sts:SetSourceIdentity"],
  resources: ["arn:aws:iam::111122223333:role/A", "arn:aws:iam::111122223333:role/B"],
  context: [
    { key: "aws:username", type: "string", values: ["mara"] },
    { key: "aws:TagKeys", type: "stringList", values: ["a", "b"] },
  ],
};

const port = (more: Partial<IamOptions>): SimulationPort =>
  iamSimulation({
    credentials: KEYS,
    partition: "aws",
    endpoint: null,
    pauseMs: 1,
    ...more,
  });

async function against(
  answer: (times: number) => Response,
  use: (iam: SimulationPort, asked: Asked[]) => Promise<void>,
): Promise<void> {
  await withServer(answer, (endpoint, asked) => use(port({ endpoint }), asked));
}

const member = (...fields: string[]) => `<member>${fields.join("")}</member>`;
const field = (name: string, text: string) => `<${name}>${text}</${name}>`;
const list = (name: string, ...inside: string[]) => field(name, inside.join(""));
const page = (results: string, more = field("IsTruncated", "false")) =>
  ok("SimulatePrincipalPolicy", `${list("EvaluationResults", results)}${more}`);

const flat = (action: string, resource: string, decision: string, more = "") =>
  member(
    field("EvalActionName", action),
    field("EvalResourceName", resource),
    field("EvalDecision", decision),
    more,
  );

Deno.test("simulate() sends what the API's page names, signed for the partition's region", () =>
  against(() => page(""), async (iam, asked) => {
    await iam.simulate(ASK);
    const { Version, ...form } = Object.fromEntries(asked[0]?.form ?? []);
    assert.equal(Version, "2010-05-08");
    assert.deepEqual(form, {
      Action: "SimulatePrincipalPolicy",
      PolicySourceArn: ASK.principal,
      "ActionNames.member.1": "sts:AssumeRole",
      "ActionNames.member.2": "sts:SetSourceIdentity",
      "ResourceArns.member.1": ASK.resources[0],
      "ResourceArns.member.2": ASK.resources[1],
      "ContextEntries.member.1.ContextKeyName": "aws:username",
      "ContextEntries.member.1.ContextKeyType": "string",
      "ContextEntries.member.1.ContextKeyValues.member.1": "mara",
      "ContextEntries.member.2.ContextKeyName": "aws:TagKeys",
      "ContextEntries.member.2.ContextKeyType": "stringList",
      "ContextEntries.member.2.ContextKeyValues.member.1": "a",
      "ContextEntries.member.2.ContextKeyValues.member.2": "b",
    });
    assert.match(asked[0]?.headers.get("authorization") ?? "", /\/us-east-1\/iam\/aws4_request/);
  }));

Deno.test("simulate() reads an answer of an action alone", () =>
  against(
    () =>
      page(flat(
        "ssm:GetParameter",
        "*",
        "explicitDeny",
        list("MatchedStatements", member(field("SourcePolicyId", "fence")), member()) +
          list("MissingContextValues", member("aws:SourceIp")) +
          list("OrganizationsDecisionDetail", field("AllowedByOrganizations", "true")),
      )),
    async (iam) => {
      assert.deepEqual(await iam.simulate(ASK), [{
        action: "ssm:GetParameter",
        resource: "*",
        decision: "explicit-deny",
        policies: ["fence"],
        missing: ["aws:SourceIp"],
        allowing: [],
        organisation: true,
        boundary: null,
      }]);
    },
  ));

Deno.test("simulate() reads each resource's own answer, not the action's above it", () =>
  against(
    () => {
      const specific = (resource: string, decision: string, more = "") =>
        member(
          field("EvalResourceName", resource),
          field("EvalResourceDecision", decision),
          more,
        );
      const denied = list(
        "PermissionsBoundaryDecisionDetail",
        field("AllowedByPermissionsBoundary", "false"),
      );
      return page(flat(
        "sts:AssumeRole",
        "A",
        "allowed",
        list(
          "ResourceSpecificResults",
          specific("A", "allowed"),
          specific("B", "implicitDeny", denied),
        ) +
          list("OrganizationsDecisionDetail", field("AllowedByOrganizations", "false")),
      ));
    },
    async (iam) => {
      const told = (await iam.simulate(ASK))?.map((
        r,
      ) => [r.action, r.resource, r.decision, r.organisation, r.boundary]);
      assert.deepEqual(told, [
        ["sts:AssumeRole", "A", "allowed", false, null],
        ["sts:AssumeRole", "B", "implicit-deny", false, false],
      ]);
    },
  ));

Deno.test("simulate() reads who allows across accounts, taken alone", () =>
  against(
    () => {
      const entry = (key: string, value: string) =>
        field("entry", field("key", key) + field("value", value));
      const details = entry("IAM Policy", "allowed") + entry("Resource Policy", "implicitDeny");
      return page(flat("a:B", "R", "implicitDeny", field("EvalDecisionDetails", details)));
    },
    async (iam) => {
      assert.deepEqual((await iam.simulate(ASK))?.map((r) => r.allowing), [["IAM Policy"]]);
    },
  ));

Deno.test("simulate() goes on to the last page", () =>
  against((times) => {
    const more = field("IsTruncated", "true") + field("Marker", `m${times}`);
    return page(flat(`a:B${times}`, "*", "allowed"), times < 2 ? more : undefined);
  }, async (iam, asked) => {
    const actions = (await iam.simulate(ASK))?.map(({ action }) => action);
    assert.deepEqual(actions, ["a:B0", "a:B1", "a:B2"]);
    assert.deepEqual(asked.map(({ form }) => form.get("Marker")), [null, "m0", "m1"]);
  }));

Deno.test("whom IAM doesn't know is null, not an error", () =>
  against(() => fail(404, "NoSuchEntity", "gone"), async (iam) => {
    assert.equal(await iam.simulate(ASK), null);
    assert.equal(await iam.roleArn("Entry"), null);
  }));

Deno.test("roleArn() is the role's whole ARN", () =>
  against(
    () => ok("GetRole", list("Role", field("Arn", "arn:aws:iam::111122223333:role/team/Entry"))),
    async (iam, asked) => {
      assert.equal(await iam.roleArn("Entry"), "arn:aws:iam::111122223333:role/team/Entry");
      assert.equal(asked[0]?.form.get("RoleName"), "Entry");
    },
  ));

const BROKEN: readonly { name: string; answer: () => Response; code: string }[] = [
  {
    name: "a refusal",
    answer: () => fail(403, "AccessDenied", "not authorized"),
    code: "AWS_REFUSED",
  },
  { name: "a throttle", answer: () => fail(400, "Throttling", "slow"), code: "AWS_THROTTLED" },
  { name: "another call's answer", answer: () => ok("GetUser", ""), code: "AWS_RUBBISH" },
  {
    name: "no list",
    answer: () => ok("SimulatePrincipalPolicy", field("IsTruncated", "false")),
    code: "AWS_RUBBISH",
  },
  {
    name: "a decision that there is not",
    answer: () => page(flat("a:B", "*", "perhaps")),
    code: "AWS_RUBBISH",
  },
  {
    name: "a result without its action",
    answer: () => page(member(field("EvalDecision", "allowed"))),
    code: "AWS_RUBBISH",
  },
  {
    name: "a page without its next",
    answer: () => page("", field("IsTruncated", "true")),
    code: "AWS_RUBBISH",
  },
  {
    name: "pages without end",
    answer: () => page("", field("IsTruncated", "true") + field("Marker", "again")),
    code: "AWS_RUBBISH",
  },
];

for (const { name, answer, code } of BROKEN) {
  Deno.test(`simulate() fails for ${name}`, () =>
    against(answer, async (iam) => {
      await assert.rejects(iam.simulate(ASK), (error) => hasCode(error, code as "AWS_RUBBISH"));
    }));
}

Deno.test("roleArn() fails for what is no role's ARN", () =>
  against(() => ok("GetRole", list("Role", field("Arn", "arn:aws:iam::1:user/x"))), async (iam) => {
    await assert.rejects(iam.roleArn("Entry"), (error) => hasCode(error, "AWS_RUBBISH"));
  }));

const PLACES: readonly [partition: string, host: string, region: string][] = [
  ["aws", "iam.amazonaws.com", "us-east-1"],
  ["aws-cn", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  ["aws-us-gov", "iam.us-gov.amazonaws.com", "us-gov-west-1"],
  ["aws-eusc", "iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"],
];

for (const [partition, host, region] of PLACES) {
  Deno.test(`IAM of ${partition} is asked at ${host}, signed for ${region}`, async () => {
    const asked: [string, string][] = [];
    const instead = (url: string | URL | Request, init?: RequestInit) => {
      asked.push([String(url), new Headers(init?.headers).get("authorization") ?? ""]);
      return Promise.resolve(page(""));
    };
    await port({ partition, fetch: instead as typeof fetch }).simulate(ASK);
    assert.equal(asked[0]?.[0], `https://${host}/`);
    assert.ok(asked[0]?.[1].includes(`/${region}/iam/aws4_request`));
  });
}

Deno.test("a partition whose endpoint nobody knows is refused, unless one is said", () => {
  assert.throws(
    () => port({ partition: "aws-moon" }),
    (error) => hasCode(error, "AWS_CONFIG_INVALID"),
  );
  port({ partition: "aws-moon", endpoint: "https://iam.moon.example/" });
});
