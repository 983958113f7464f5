// sandbox: the CloudTrail record of a served or refused call.
import { AwsError } from "./aws_error.ts";
import type { Action, Answer, Call } from "./call.ts";
import { callerArn, callerId, roleSession } from "./caller.ts";
import { lowerFirst } from "./fields.ts";
import { newUuid } from "./random.ts";
import type { TrailRecord } from "./state.ts";

/** Event sources that are not `<service>.amazonaws.com`'s own name need none: all of ours are. */
const source = (service: string) => `${service}.amazonaws.com`;

/** The record of one call ("CloudTrail record contents"). It never holds a secret. */
export function trailRecord(call: Call, action: Action, outcome: Answer | AwsError): TrailRecord {
  const { state } = call;
  const failed = outcome instanceof AwsError;
  const resources = failed ? [] : outcome.resources ?? [];
  return {
    eventVersion: "1.08",
    userIdentity: userIdentity(call),
    eventTime: seconds(state.time()),
    eventSource: source(call.service),
    eventName: call.action,
    awsRegion: call.region,
    sourceIPAddress: call.sourceIp,
    userAgent: call.userAgent,
    ...(failed ? { errorCode: outcome.code, errorMessage: outcome.message } : {}),
    requestParameters: parameters(call, action),
    responseElements: failed ? null : outcome.elements ?? null,
    requestID: call.requestId,
    eventID: newUuid(state.random),
    readOnly: action.readOnly,
    ...(resources.length === 0 ? {} : {
      resources: resources.map(({ arn, type }) => ({ accountId: state.account, type, ARN: arn })),
    }),
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: state.account,
    eventCategory: "Management",
  };
}

function userIdentity(call: Call): Readonly<Record<string, unknown>> {
  const { credential, state } = call;
  const session = roleSession(credential);
  const common = {
    principalId: callerId(call),
    arn: callerArn(call),
    accountId: state.account,
    accessKeyId: credential.accessKeyId,
  };
  const attributes = {
    creationDate: seconds(credential.issued ?? 0),
    mfaAuthenticated: String(credential.mfaAt !== null),
  };
  if (credential.holder.kind === "user") {
    const userName = credential.holder.user.name;
    const context = credential.token === null ? {} : { sessionContext: { attributes } };
    return { type: "IAMUser", ...common, userName, ...context };
  }
  const role = credential.holder.session.role;
  return {
    type: "AssumedRole",
    ...common,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: role.id,
        arn: role.arn,
        accountId: state.account,
        userName: role.name,
      },
      attributes,
      ...(session?.sourceIdentity ? { sourceIdentity: session.sourceIdentity } : {}),
    },
  };
}

function parameters(call: Call, action: Action): Readonly<Record<string, unknown>> | null {
  const { input } = call;
  const shown = Object.entries(input)
    .filter(([name]) => !action.hide?.includes(name) && name !== "Action" && name !== "Version")
    .map(([name, value]) => [lowerFirst(name), lowerNames(numberFor(name, value))]);
  const all = { ...Object.fromEntries(shown), ...readableShow(action, input) };
  return Object.keys(all).length === 0 ? null : all;
}

/** A malformed request is recorded too, without the fields that can't be read. */
function readableShow(action: Action, input: Call["input"]): Readonly<Record<string, unknown>> {
  try {
    return action.show?.(input) ?? {};
  } catch (error) {
    if (error instanceof AwsError) return {};
    throw error;
  }
}

/** Query services send numbers as text; CloudTrail shows numbers. */
function numberFor(name: string, value: unknown): unknown {
  const isNumber = name.endsWith("Duration") || name.endsWith("Seconds");
  return isNumber && typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}

function lowerNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [lowerFirst(k), lowerNames(v)]));
}

function seconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}
