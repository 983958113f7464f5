// sandbox tests: CloudTrail by the real AWS SDK.
import { strict as assert } from "node:assert";
import {
  type CloudTrailClient,
  type LookupAttributeKey,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from "@aws-sdk/client-cloudtrail";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Sandbox } from "../../../lib/edges/sandbox/mod.ts";
import {
  client,
  controlSandbox,
  failure,
  type Keys,
  keysFrom,
  keysOf,
  roleArn,
  sandboxOnly,
} from "./fixture.ts";

const STAMP = "sentinel=mara=direct=0123456789abcdef";

async function assume(sandbox: Sandbox, input = {}): Promise<Keys> {
  const sts = client.sts(sandbox, keysOf(sandbox, "mara"));
  try {
    return keysFrom(
      await sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn("Dev"),
          RoleSessionName: "mara-1",
          SourceIdentity: STAMP,
          DurationSeconds: 900,
          ...input,
        }),
      ),
    );
  } finally {
    sts.destroy();
  }
}

async function lookup(trail: CloudTrailClient, input: LookupEventsCommandInput = {}) {
  const answer = await trail.send(new LookupEventsCommand(input));
  return {
    ...answer,
    records: (answer.Events ?? []).map((event) => JSON.parse(event.CloudTrailEvent ?? "{}")),
  };
}

sandboxOnly(
  "CloudTrail record contents for management, data, and network activity events",
  "an AssumeRole event says who, what, which key and which stamp",
  async (sandbox) => {
    const keys = await assume(sandbox);
    const trail = client.cloudtrail(sandbox, keysOf(sandbox, "lea"));
    const { records, Events } = await lookup(trail, {
      LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "AssumeRole" }],
    });
    const [record] = records;
    assert.equal(record.eventSource, "sts.amazonaws.com");
    assert.equal(record.userIdentity.userName, "mara");
    assert.equal(record.userIdentity.accessKeyId, keysOf(sandbox, "mara").accessKeyId);
    assert.deepEqual(record.requestParameters, {
      roleArn: roleArn("Dev"),
      roleSessionName: "mara-1",
      sourceIdentity: STAMP,
      durationSeconds: 900,
    });
    assert.equal(record.responseElements.credentials.accessKeyId, keys.accessKeyId);
    assert.equal(record.responseElements.sourceIdentity, STAMP);
    assert.equal(Events?.[0]?.EventId, record.eventID);
    assert.equal(Events?.[0]?.Username, "mara");
    assert.ok(Events?.[0]?.EventTime instanceof Date);
    const whole = JSON.stringify(records);
    assert.ok(!whole.includes(keys.secretAccessKey), "no secret key in a record");
    assert.ok(!whole.includes(keys.sessionToken ?? "-"), "no session token in a record");
    trail.destroy();
  },
);

sandboxOnly(
  "CloudTrail userIdentity element",
  "a session's calls carry its stamp and its role",
  async (sandbox) => {
    const ssm = client.ssm(sandbox, await assume(sandbox));
    await ssm.send(new GetParameterCommand({ Name: "/app/dev/greeting" }));
    const refused = await failure(
      ssm.send(new GetParameterCommand({ Name: "/app/prod/greeting" })),
    );
    assert.equal(refused.code, "AccessDeniedException");
    // As a reader of the log sees them: through JSON.
    const [served, denied] = JSON.parse(JSON.stringify(sandbox.events().slice(-2)));
    assert.deepEqual(served.requestParameters, { name: "/app/dev/greeting" });
    const who = served.userIdentity;
    assert.equal(who.type, "AssumedRole");
    assert.equal(who.arn, "arn:aws:sts::111122223333:assumed-role/SentinelProtected-Dev/mara-1");
    assert.equal(who.sessionContext.sourceIdentity, STAMP);
    assert.equal(who.sessionContext.sessionIssuer.userName, "SentinelProtected-Dev");
    assert.equal(denied.errorCode, "AccessDenied");
    assert.equal(denied.responseElements, null);
    ssm.destroy();
  },
);

sandboxOnly(
  "LookupEvents",
  "events are found by each attribute and by time, newest first, page by page",
  async (sandbox) => {
    const keys = await assume(sandbox);
    const session = client.sts(sandbox, keys);
    for (let i = 0; i < 3; i++) await session.send(new GetCallerIdentityCommand({}));
    session.destroy();
    await controlSandbox(sandbox, "clock", { offset: 120 });
    const refusal = await failure(assume(sandbox, { SourceIdentity: "sentinel=lea=direct=1" }));
    assert.equal(refusal.code, "AccessDenied");
    const trail = client.cloudtrail(sandbox, keysOf(sandbox, "lea"));
    const count = async (AttributeKey: LookupAttributeKey, AttributeValue: string) =>
      (await lookup(trail, { LookupAttributes: [{ AttributeKey, AttributeValue }] })).records
        .length;
    assert.equal(await count("AccessKeyId", keys.accessKeyId), 3);
    assert.equal(await count("Username", "mara-1"), 3);
    assert.equal(await count("Username", "mara"), 2);
    assert.equal(await count("EventSource", "sts.amazonaws.com"), 5);
    assert.equal(await count("ResourceName", roleArn("Dev")), 1);
    assert.equal(await count("ResourceType", "AWS::IAM::Role"), 1);
    assert.equal(await count("ReadOnly", "false"), 0);
    const eventId = String(sandbox.events()[0]?.["eventID"]);
    assert.equal(await count("EventId", eventId), 1);
    const { records: late } = await lookup(trail, {
      StartTime: new Date(Date.now() + 60_000),
      LookupAttributes: [{ AttributeKey: "EventSource", AttributeValue: "sts.amazonaws.com" }],
    });
    assert.deepEqual(late.map((record) => record.errorCode), ["AccessDenied"]);
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await lookup(trail, {
        MaxResults: 2,
        LookupAttributes: [{ AttributeKey: "EventSource", AttributeValue: "sts.amazonaws.com" }],
        ...(NextToken && { NextToken }),
      });
      seen.push(...page.records.map((record) => record.eventID));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    const wanted = sandbox.events().filter((e) => e["eventSource"] === "sts.amazonaws.com");
    assert.deepEqual(seen, wanted.map((event) => event["eventID"]).reverse());
    trail.destroy();
  },
);

sandboxOnly(
  "LookupEvents",
  "a developer can't look, and two attributes are one too many",
  async (sandbox) => {
    const mara = client.cloudtrail(sandbox, keysOf(sandbox, "mara"));
    assert.equal((await failure(lookup(mara))).code, "AccessDeniedException");
    const sam = client.cloudtrail(sandbox, keysOf(sandbox, "sam"));
    const two = { AttributeKey: "EventName" as const, AttributeValue: "AssumeRole" };
    const refusal = await failure(lookup(sam, { LookupAttributes: [two, two] }));
    assert.equal(refusal.code, "InvalidLookupAttributesException");
    mara.destroy();
    sam.destroy();
  },
);
