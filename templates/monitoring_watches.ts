// templates: what is worth a message, as CloudTrail shows it: patterns of EventBridge.
import { type Filter, filters } from "./monitoring_filters.ts";
import { checkRolePattern, DEFAULT_BREAK_GLASS, DEFAULT_PROTECTED, misuse, STAMP } from "./text.ts";

/** What is watched. Names are patterns with `*`, path included. */
export interface WatchOptions {
  /** Roles that want a stamp. Default `SentinelProtected-*`. */
  protectedRoles?: string;
  /** Roles for emergencies. Default `SentinelBreakGlass-*`. */
  breakGlassRoles?: string;
  /** Where in Parameter Store policies lie. Default `/sentinel/`. */
  policyRoot?: string;
  /** The trail's log group: adds metric filters and alarms. */
  logGroup?: string;
}

/** One thing that is watched. */
export interface Watch {
  /** `unstamped`: its rule is called `sentinel-unstamped`. */
  id: string;
  /** One line for the rule's description. */
  sees: string;
  /** An event pattern of EventBridge. */
  pattern: Readonly<Record<string, unknown>>;
  /** The same for a metric filter; absent without a log group, or where rules alone look. */
  filter?: Filter;
}

const WHAT = "monitoring";
const FROM_TRAIL = ["AWS API Call via CloudTrail"];
const NOT_THERE = [{ exists: false }];
const NO_STAMP = [{ "anything-but": { prefix: STAMP.slice(0, -1) } }];
const TAKES_ROLE = ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"];

/** Everything that is watched, what matters most first. */
export function watches(options: WatchOptions = {}): readonly Watch[] {
  const { protectedRoles = DEFAULT_PROTECTED, breakGlassRoles = DEFAULT_BREAK_GLASS } = options;
  const { policyRoot = "/sentinel/", logGroup } = options;
  for (const [pattern, role] of [[protectedRoles, "protected"], [breakGlassRoles, "break-glass"]]) {
    checkRolePattern(pattern ?? "", `${role} roles`, WHAT);
    // EventBridge's wildcard is the asterisk alone, and two in a row are an error.
    if (/\?|\*\*/.test(pattern ?? "")) {
      throw misuse(WHAT, "found ? or ** in a pattern, want * alone");
    }
  }
  if (!/^(?:\/[\w.-]+)+\/?$/.test(policyRoot)) {
    throw misuse(
      WHAT,
      "found another policy root than a folder, want one such as /sentinel/policies",
    );
  }
  if (logGroup !== undefined && !/^[\w.\/#-]{1,512}$/.test(logGroup)) {
    throw misuse(WHAT, "found another log group than a name, want one of A-Z a-z 0-9 _ . / # -");
  }
  const root = policyRoot.endsWith("/") ? policyRoot : `${policyRoot}/`;
  const all = [
    unstamped(protectedRoles),
    refused(protectedRoles),
    breakGlass(breakGlassRoles),
    policies(root),
    roleChanges(protectedRoles, breakGlassRoles),
    organisation(),
    blinding(),
    rootUser(),
  ];
  if (logGroup === undefined) return all;
  const found = filters(protectedRoles, breakGlassRoles, root);
  return all.map((watch) => {
    const filter = found[watch.id];
    return filter === undefined ? watch : { ...watch, filter };
  });
}

const roleArn = (pattern: string) => ({ wildcard: `arn:*:role/${pattern}` });

/** STS through CloudTrail. */
const sts = (detail: Readonly<Record<string, unknown>>) => ({
  source: ["aws.sts"],
  "detail-type": FROM_TRAIL,
  detail: { eventSource: ["sts.amazonaws.com"], ...detail },
});

/**
 * A session has a stamp if the call sets one or its caller carries one (IAM User Guide, "Monitor and
 * control actions taken with assumed roles"). `anything-but` asks for a field that is there, so that
 * "none" and "another's" are two branches. Each branch says its fields in full: alternatives of one
 * field stand in `$or`, the rest beside it.
 */
function unstamped(roles: string): Watch {
  const role = { roleArn: [roleArn(roles)] };
  const person = { type: [{ "anything-but": "AWSService" }] };
  const carried = (sourceIdentity: unknown) => ({ ...person, sessionContext: { sourceIdentity } });
  return {
    id: "unstamped",
    sees: "A protected role was taken without a stamp of Sentinel's",
    pattern: sts({
      errorCode: NOT_THERE,
      $or: [
        {
          eventName: ["AssumeRole"],
          requestParameters: { ...role, sourceIdentity: NOT_THERE },
          userIdentity: carried(NOT_THERE),
        },
        {
          eventName: ["AssumeRole"],
          requestParameters: { ...role, sourceIdentity: NO_STAMP },
          userIdentity: person,
        },
        {
          eventName: ["AssumeRole"],
          requestParameters: role,
          userIdentity: carried(NO_STAMP),
        },
        // A stamp can't come this way: the trust policies that we write let nobody in by it.
        { eventName: TAKES_ROLE.slice(1), requestParameters: role },
      ],
    }),
  };
}

/** A refused call is often recorded without its parameters: the role then stands in the message. */
function refused(roles: string): Watch {
  return {
    id: "refused",
    sees: "AWS refused somebody a protected role: a trust policy, an SCP or an RCP at work",
    pattern: sts({
      eventName: TAKES_ROLE,
      errorCode: ["AccessDenied"],
      $or: [
        { requestParameters: { roleArn: [roleArn(roles)] } },
        { errorMessage: [{ wildcard: `*:role/${roles.replace(/\*$/, "")}*` }] },
      ],
    }),
  };
}

/** Grants by break-glass are marked `bg-` in the stamp, those of software agents `a.bg-`. */
function breakGlass(roles: string): Watch {
  const marks = ["sentinel=*=bg-*", "sentinel=*=a.bg-*"];
  return {
    id: "break-glass",
    sees: "Break-glass: a grant of Sentinel's so marked, or an emergency role",
    pattern: sts({
      eventName: TAKES_ROLE,
      $or: [
        { requestParameters: { sourceIdentity: marks.map((wildcard) => ({ wildcard })) } },
        { requestParameters: { roleArn: [roleArn(roles)] } },
      ],
    }),
  };
}

/** Several names in one call stand in `names`; a name may be a whole ARN. */
function policies(root: string): Watch {
  const name = [{ prefix: root }, { wildcard: `arn:*:parameter${root}*` }];
  return {
    id: "policy-changes",
    sees: "A policy in Parameter Store was written or deleted",
    pattern: {
      source: ["aws.ssm"],
      "detail-type": FROM_TRAIL,
      detail: {
        eventSource: ["ssm.amazonaws.com"],
        eventName: [
          "PutParameter",
          "DeleteParameter",
          "DeleteParameters",
          "LabelParameterVersion",
          "UnlabelParameterVersion",
        ],
        $or: [{ requestParameters: { name } }, { requestParameters: { names: name } }],
      },
    },
  };
}

function roleChanges(protectedRoles: string, breakGlassRoles: string): Watch {
  // A role's name comes without its path.
  const names = [protectedRoles, breakGlassRoles].map((pattern) => ({
    wildcard: pattern.slice(pattern.lastIndexOf("/") + 1),
  }));
  return {
    id: "role-changes",
    sees: "A protected or an emergency role was made, trusted otherwise, widened or deleted",
    pattern: {
      source: ["aws.iam"],
      "detail-type": FROM_TRAIL,
      detail: {
        eventSource: ["iam.amazonaws.com"],
        eventName: [
          "CreateRole",
          "UpdateRole",
          "UpdateAssumeRolePolicy",
          "AttachRolePolicy",
          "DetachRolePolicy",
          "PutRolePolicy",
          "DeleteRolePolicy",
          "PutRolePermissionsBoundary",
          "DeleteRolePermissionsBoundary",
          "DeleteRole",
        ],
        requestParameters: { roleName: names },
      },
    },
  };
}

function organisation(): Watch {
  return {
    id: "organisation-changes",
    sees: "A policy of the organisation (SCP, RCP) was changed, detached or switched off",
    pattern: {
      source: ["aws.organizations"],
      "detail-type": FROM_TRAIL,
      detail: {
        eventSource: ["organizations.amazonaws.com"],
        eventName: ["UpdatePolicy", "DetachPolicy", "DeletePolicy", "DisablePolicyType"],
      },
    },
  };
}

/** Whoever wants to go unseen does this first. */
function blinding(): Watch {
  const mine = [{ prefix: "sentinel-" }];
  return {
    id: "blinding",
    sees: "The trail was stopped or narrowed, or a rule of this text changed",
    pattern: {
      source: ["aws.cloudtrail", "aws.events"],
      "detail-type": FROM_TRAIL,
      detail: {
        $or: [
          {
            eventSource: ["cloudtrail.amazonaws.com"],
            eventName: ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"],
          },
          {
            eventSource: ["events.amazonaws.com"],
            eventName: ["DisableRule", "DeleteRule", "PutRule"],
            requestParameters: { name: mine },
          },
          {
            eventSource: ["events.amazonaws.com"],
            eventName: ["RemoveTargets", "PutTargets"],
            requestParameters: { rule: mine },
          },
        ],
      },
    },
  };
}

/** The root user stands above trust policies of its account, and no stamp names it. */
function rootUser(): Watch {
  return {
    id: "root-user",
    sees: "The account's root user signed in or called",
    pattern: {
      "detail-type": [...FROM_TRAIL, "AWS Console Sign In via CloudTrail"],
      detail: {
        userIdentity: { type: ["Root"], invokedBy: NOT_THERE },
        eventType: [{ "anything-but": "AwsServiceEvent" }],
      },
    },
  };
}
