// template tests: what the rules see, in the sandbox's own records and in records as AWS writes them.
import { strict as assert } from "node:assert";
import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { monitoring } from "../../templates/monitoring.ts";
import { watches } from "../../templates/monitoring_watches.ts";
import { client, keysOf, sandboxOnly } from "../edges/sandbox/fixture.ts";
import { matches } from "./event_pattern.ts";
import { matchesFilter } from "./filter_pattern.ts";

const STAMP = "sentinel=mara=direct=0123456789abcdef";
const ROLE = "arn:aws:iam::111122223333:role/SentinelProtected-Dev";

/** The event that EventBridge makes of a record. */
function eventOf(detail: Record<string, unknown>, type = "AWS API Call via CloudTrail") {
  const source = String(detail["eventSource"]).replace(/^(\w+)\.amazonaws\.com$/, "aws.$1");
  return { source, "detail-type": type, detail };
}

const seen = (detail: Record<string, unknown>, type?: string): string[] =>
  watches().filter(({ pattern }) => matches(pattern, eventOf(detail, type))).map(({ id }) => id);

const MARA = { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/mara", userName: "mara" };
const from = (sourceIdentity?: string) => ({
  type: "AssumedRole",
  sessionContext: { ...(sourceIdentity !== undefined && { sourceIdentity }) },
});
const taken = (parameters: Record<string, unknown>, userIdentity: unknown = MARA) => ({
  eventSource: "sts.amazonaws.com",
  eventName: "AssumeRole",
  userIdentity,
  requestParameters: { roleArn: ROLE, roleSessionName: "s", ...parameters },
});
const call = (service: string, eventName: string, requestParameters: unknown) => ({
  eventSource: `${service}.amazonaws.com`,
  eventName,
  userIdentity: MARA,
  requestParameters,
});

const ROWS: readonly { name: string; detail: Record<string, unknown>; wanted: string[] }[] = [
  { name: "a stamped call", detail: taken({ sourceIdentity: STAMP }), wanted: [] },
  { name: "a stamped session that goes on", detail: taken({}, from(STAMP)), wanted: [] },
  { name: "an unstamped call", detail: taken({}), wanted: ["unstamped"] },
  { name: "an unstamped session", detail: taken({}, from()), wanted: ["unstamped"] },
  {
    name: "another tool's source identity",
    detail: taken({ sourceIdentity: "mara" }),
    wanted: ["unstamped"],
  },
  {
    name: "a session under another tool's",
    detail: taken({}, from("mara")),
    wanted: ["unstamped"],
  },
  {
    name: "a session under another tool's that says it again",
    detail: taken({ sourceIdentity: "mara" }, from("mara")),
    wanted: ["unstamped"],
  },
  {
    name: "a hand-made stamp (said in the text)",
    detail: taken({ sourceIdentity: "sentinel=mara=direct=ffffffffffffffff" }),
    wanted: [],
  },
  {
    name: "an AWS service",
    detail: taken({}, { type: "AWSService", invokedBy: "ecs-tasks.amazonaws.com" }),
    wanted: [],
  },
  {
    name: "an unprotected role",
    detail: taken({ roleArn: `${ROLE}x`.replace("Sent", "S") }),
    wanted: [],
  },
  {
    name: "a token",
    detail: { ...taken({}), eventName: "AssumeRoleWithWebIdentity" },
    wanted: ["unstamped"],
  },
  {
    name: "a refusal with its parameters",
    detail: { ...taken({}), errorCode: "AccessDenied" },
    wanted: ["refused"],
  },
  {
    name: "a refusal without them",
    detail: {
      ...taken({}),
      requestParameters: null,
      errorCode: "AccessDenied",
      errorMessage: `User: x is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    },
    wanted: ["refused"],
  },
  {
    name: "another mistake",
    detail: { ...taken({}), errorCode: "ValidationException" },
    wanted: [],
  },
  {
    name: "a break-glass grant",
    detail: taken({ sourceIdentity: "sentinel=mara=bg-01234567=0123456789abcdef" }),
    wanted: ["break-glass"],
  },
  {
    name: "an agent's break-glass grant",
    detail: taken({ sourceIdentity: "sentinel=mara=a.bg-01234567=0123456789abcdef" }),
    wanted: ["break-glass"],
  },
  {
    name: "the break-glass role",
    detail: taken({ roleArn: "arn:aws:iam::111122223333:role/SentinelBreakGlass-Prod" }),
    wanted: ["break-glass"],
  },
  {
    name: "a policy written",
    detail: call("ssm", "PutParameter", { name: "/sentinel/policies/prod" }),
    wanted: ["policy-changes"],
  },
  {
    name: "a policy written by ARN",
    detail: call("ssm", "PutParameter", {
      name: "arn:aws:ssm:eu-central-1:111122223333:parameter/sentinel/policies/prod",
    }),
    wanted: ["policy-changes"],
  },
  {
    name: "policies deleted",
    detail: call("ssm", "DeleteParameters", { names: ["/sentinel/policies/prod", "/app/x"] }),
    wanted: ["policy-changes"],
  },
  {
    name: "another parameter",
    detail: call("ssm", "PutParameter", { name: "/app/x" }),
    wanted: [],
  },
  {
    name: "a policy read",
    detail: call("ssm", "GetParameter", { name: "/sentinel/policies/prod" }),
    wanted: [],
  },
  {
    name: "another trust policy",
    detail: call("iam", "UpdateAssumeRolePolicy", { roleName: "SentinelProtected-Dev" }),
    wanted: ["role-changes"],
  },
  {
    name: "a new emergency role",
    detail: call("iam", "CreateRole", { roleName: "SentinelBreakGlass-x" }),
    wanted: ["role-changes"],
  },
  { name: "another role", detail: call("iam", "CreateRole", { roleName: "Deploy" }), wanted: [] },
  {
    name: "an SCP detached",
    detail: call("organizations", "DetachPolicy", { policyId: "p-1", targetId: "ou-1" }),
    wanted: ["organisation-changes"],
  },
  {
    name: "the trail stopped",
    detail: call("cloudtrail", "StopLogging", { name: "all" }),
    wanted: ["blinding"],
  },
  {
    name: "a rule of ours switched off",
    detail: call("events", "DisableRule", { name: "sentinel-unstamped" }),
    wanted: ["blinding"],
  },
  {
    name: "a rule of ours that tells nobody any more",
    detail: call("events", "RemoveTargets", { rule: "sentinel-unstamped", ids: ["alerts"] }),
    wanted: ["blinding"],
  },
  { name: "another rule", detail: call("events", "DisableRule", { name: "nightly" }), wanted: [] },
  {
    name: "the root user",
    detail: { ...call("s3", "ListBuckets", null), userIdentity: { type: "Root" } },
    wanted: ["root-user"],
  },
  {
    name: "a service in the root user's name",
    detail: {
      ...call("s3", "ListBuckets", null),
      userIdentity: { type: "Root", invokedBy: "backup.amazonaws.com" },
    },
    wanted: [],
  },
];

const WITH_FILTERS = watches({ logGroup: "trail" }).filter(({ filter }) => filter !== undefined);
const FILTERED = new Set(WITH_FILTERS.map(({ id }) => id));

for (const { name, detail, wanted } of ROWS) {
  Deno.test(`[ours] monitoring sees ${wanted.join(", ") || "nothing"} in ${name}`, () => {
    const event = { eventType: "AwsApiCall", ...detail };
    assert.deepEqual(seen(event), wanted);
    for (const missingDiffers of [true, false]) {
      const filtered = WITH_FILTERS.filter(({ filter }) =>
        matchesFilter(filter?.pattern ?? "", event, missingDiffers)
      ).map(({ id }) => id);
      assert.deepEqual(filtered, wanted.filter((id) => FILTERED.has(id)), "by filters");
    }
    if (name === "the root user") {
      assert.deepEqual(seen(event, "AWS Console Sign In via CloudTrail"), wanted);
    }
  });
}

Deno.test("[ours] every rule sees something in these rows", () => {
  const all = new Set(ROWS.flatMap(({ wanted }) => wanted));
  assert.deepEqual(watches().map(({ id }) => id).filter((id) => !all.has(id)), []);
});

sandboxOnly(
  "CloudTrail User Guide, CloudTrail record contents",
  "monitoring sees what went round Sentinel in the sandbox's own records",
  async (aws) => {
    const sts = client.sts(aws, keysOf(aws, "mara"));
    const assume = (RoleSessionName: string, SourceIdentity?: string) =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn: ROLE,
          RoleSessionName,
          ...(SourceIdentity !== undefined && { SourceIdentity }),
        }),
      ).catch(() => null);
    await assume("stamped", STAMP);
    await assume("unstamped");
    await assume("another", "sentinel=lea=direct=0123456789abcdef");
    sts.destroy();
    const trail = client.cloudtrail(aws, keysOf(aws, "sam"));
    const { Events = [] } = await trail.send(new LookupEventsCommand({}));
    trail.destroy();
    const found = Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent ?? "{}"))
      .filter(({ eventName }) => eventName === "AssumeRole")
      .map((record) => [record.requestParameters?.roleSessionName ?? "", ...seen(record)]);
    assert.deepEqual(found.reverse(), [
      ["stamped"],
      ["unstamped", "refused"],
      ["another", "refused"],
    ]);
  },
);

// Amazon CloudWatch Logs User Guide, quotas of filter patterns; Amazon EventBridge User Guide, quotas.
Deno.test("[ours] patterns are short enough for AWS", () => {
  for (const { id, pattern, filter } of watches({ logGroup: "trail" })) {
    const { length } = filter?.pattern ?? "";
    assert.ok(length <= 1024, `${id}: ${length} characters`);
    assert.ok(JSON.stringify(pattern).length <= 2048, `${id}: pattern`);
  }
});

Deno.test("[ours] only with a log group are there metric filters and alarms", () => {
  for (const form of ["cloudformation", "terraform"] as const) {
    const word = form === "terraform" ? "aws_cloudwatch_metric_alarm" : "AWS::CloudWatch::Alarm";
    assert.ok(!monitoring({}, form).includes(word));
    assert.ok(monitoring({ logGroup: "trail" }, form).includes(word));
  }
});
