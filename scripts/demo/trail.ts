// demo: what CloudTrail says of AssumeRole, as somebody who may read it.
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { fromIni } from "@aws-sdk/credential-providers";

const [profile = ""] = Deno.args;
const trail = new CloudTrailClient({ credentials: fromIni({ profile }) });
const { Events = [] } = await trail.send(
  new LookupEventsCommand({
    LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "AssumeRole" }],
  }),
);
for (const { CloudTrailEvent } of Events.reverse()) {
  const event = JSON.parse(CloudTrailEvent ?? "{}");
  console.log(JSON.stringify({
    error: event.errorCode ?? null,
    sourceIdentity: event.requestParameters?.sourceIdentity ?? null,
    session: event.requestParameters?.roleSessionName ?? null,
    accessKeyId: event.responseElements?.credentials?.accessKeyId ?? null,
  }));
}
trail.destroy();
