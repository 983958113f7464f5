// templates: what is watched, as filters over the trail's log group (Amazon CloudWatch Logs User Guide,
// "Filter pattern syntax for metric filters"). An asterisk stands at the ends of a text alone: nothing
// is said there of one in the middle.
import { misuse } from "./text.ts";

/** A metric filter, and when its alarm rings. */
export interface Filter {
  pattern: string;
  /** So many within five minutes. */
  threshold: number;
}

const both = (...terms: readonly string[]): string => terms.join(" && ");
const either = (...terms: readonly string[]): string => `(${terms.join(" || ")})`;
const is = (path: string, value: string): string => `($.${path} = "${value}")`;
/** Also where the field isn't there: a comparison alone might ask for one. */
const isNot = (path: string, value: string): string =>
  either(`($.${path} NOT EXISTS)`, `($.${path} != "${value}")`);
const missing = (path: string): string => `($.${path} NOT EXISTS)`;

const ROLE = "requestParameters.roleArn";
const SET = "requestParameters.sourceIdentity";
const CARRIED = "userIdentity.sessionContext.sourceIdentity";
const NAME = "requestParameters.name";
const STAMPED = "sentinel=*";

/**
 * Filters by what they watch. Fewer than EventBridge's rules: what few people do, rules alone see.
 *
 * @param policyRoot with a slash at its end
 * @throws {SentinelError} `USAGE` for a pattern with an asterisk elsewhere than at its end
 */
export function filters(
  protectedRoles: string,
  breakGlassRoles: string,
  policyRoot: string,
): Readonly<Record<string, Filter>> {
  for (const pattern of [protectedRoles, breakGlassRoles]) {
    if (!/\*./.test(pattern)) continue;
    throw misuse(
      "monitoring",
      "found * in the middle of a pattern, want it at the end (--log-group)",
    );
  }
  const takes = both(is("eventSource", "sts.amazonaws.com"), is("eventName", "AssumeRole*"));
  const byToken = either(
    is("eventName", "AssumeRoleWithSAML"),
    is("eventName", "AssumeRoleWithWebIdentity"),
  );
  const filter = (pattern: string, threshold = 1): Filter => ({
    pattern: `{ ${pattern} }`,
    threshold,
  });
  return {
    "unstamped": filter(both(
      takes,
      missing("errorCode"),
      is(ROLE, `*:role/${protectedRoles}`),
      isNot("userIdentity.type", "AWSService"),
      either(byToken, `(${both(isNot(SET, STAMPED), isNot(CARRIED, STAMPED))})`),
    )),
    "refused": filter(
      both(
        takes,
        is("errorCode", "AccessDenied"),
        either(
          is(ROLE, `*:role/${protectedRoles}`),
          is("errorMessage", `*:role/${protectedRoles.replace(/\*$/, "")}*`),
        ),
      ),
      5,
    ),
    "break-glass": filter(both(
      takes,
      either(
        is(SET, "*=bg-*"),
        is(SET, "*=a.bg-*"),
        is(ROLE, `*:role/${breakGlassRoles}`),
      ),
    )),
    "policy-changes": filter(both(
      is("eventSource", "ssm.amazonaws.com"),
      either(is("eventName", "PutParameter"), is("eventName", "DeleteParameter*")),
      either(
        is(NAME, `${policyRoot}*`),
        is(NAME, `*:parameter${policyRoot}*`),
        // Several in one call stand in a list; a filter asks for one place of it.
        is("requestParameters.names[0]", `${policyRoot}*`),
      ),
    )),
    "root-user": filter(both(
      is("userIdentity.type", "Root"),
      missing("userIdentity.invokedBy"),
      isNot("eventType", "AwsServiceEvent"),
    )),
  };
}
