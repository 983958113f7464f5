// iam: does a statement apply to the request, and if not, which element keeps it from it?
import { evaluateCondition } from "./conditions.ts";
import { type ContextValues, readContext } from "./context.ts";
import { type GlobToken, matchGlob, parseGlob } from "./glob.ts";
import { Grade, matchPrincipal } from "./principals.ts";
import { and, FALSE, known, not, or, type Tri, TRUE, unknown } from "./tri.ts";
import type { Condition, IamLayer, IamRequest, PolicyDocument, Statement } from "./types.ts";
import { expand } from "./variables.ts";

/** A request with its context read once. */
export interface Subject {
  readonly request: IamRequest;
  readonly values: ContextValues;
  /** Has the caller a permissions boundary? */
  readonly bounded: boolean;
}

/** How a statement relates to the request. */
export interface StatementMatch {
  readonly applies: Tri;
  /** How directly the caller is named; `Direct` in layers that name nobody. */
  readonly grade: Grade;
  /** How many elements held before the first that doesn't; the nearest miss has most. */
  readonly depth: number;
  /** The first element that doesn't hold, as the policy writes it; `null` if all may. */
  readonly failed: string | null;
}

/** Prepares a request for {@link matchStatement}. */
export function subjectOf(request: IamRequest, bounded: boolean): Subject {
  return { request, values: readContext(request.context), bounded };
}

/** Judges one statement of a document that stands in `layer`. */
export function matchStatement(
  statement: Statement,
  document: PolicyDocument,
  layer: IamLayer,
  subject: Subject,
): StatementMatch {
  const variables = document.version !== "2008-10-17";
  const principal = judgePrincipal(statement, layer, subject);
  const elements: [name: string, applies: Tri][] = [
    [statement.notActions === null ? "Action" : "NotAction", judgeAction(statement, subject)],
    [statement.notPrincipal === null ? "Principal" : "NotPrincipal", principal.applies],
    [
      statement.notResources === null ? "Resource" : "NotResource",
      judgeResource(statement, layer, subject, variables),
    ],
    ...statement.conditions.map((condition): [string, Tri] => [
      describe(condition),
      evaluateCondition(condition, { values: subject.values, variables }),
    ]),
  ];
  const depth = elements.findIndex(([, applies]) => applies.value === false);
  return {
    applies: and(elements.map(([, applies]) => applies)),
    grade: principal.grade,
    depth: depth < 0 ? elements.length : depth,
    failed: elements[depth]?.[0] ?? null,
  };
}

function describe(condition: Condition): string {
  return `Condition ${condition.operator} ${condition.key}`;
}

function judgePrincipal(
  statement: Statement,
  layer: IamLayer,
  subject: Subject,
): { applies: Tri; grade: Grade } {
  if (layer === "resource" || layer === "rcp") {
    const match = matchPrincipal(
      statement,
      subject.request.principal,
      subject.values,
      subject.bounded,
    );
    if (match.unknown !== null) return { applies: unknown(match.unknown), grade: match.grade };
    return { applies: known(match.grade !== Grade.None), grade: match.grade };
  }
  // The other layers name nobody, and AWS takes no such document: a Deny binds, an Allow doesn't.
  const misplaced = statement.principal !== null || statement.notPrincipal !== null;
  const applies = misplaced ? known(statement.effect === "Deny") : TRUE;
  return { applies, grade: Grade.Direct };
}

/** Case-insensitive (IAM User Guide, "IAM JSON policy elements: Action"). */
function judgeAction(statement: Statement, subject: Subject): Tri {
  const action = subject.request.action.toLowerCase();
  const covers = (patterns: readonly string[]) =>
    patterns.some((pattern) => matchGlob(parseGlob(pattern.toLowerCase()), action));
  return statement.notActions === null
    ? known(covers(statement.actions ?? []))
    : known(!covers(statement.notActions));
}

function judgeResource(
  statement: Statement,
  layer: IamLayer,
  subject: Subject,
  variables: boolean,
): Tri {
  const covers = (patterns: readonly string[], negated: boolean) =>
    or(patterns.map((pattern) => {
      const tokens = expand(pattern, subject.values, { variables, wildcards: true });
      if (tokens === "unresolved-variable" && !negated) return FALSE;
      if (typeof tokens === "string") return unknown(tokens);
      return matchResource(tokens, subject.request.resource);
    }));
  if (statement.resources !== null) return covers(statement.resources, false);
  if (statement.notResources !== null) return not(covers(statement.notResources, true));
  // A trust policy has none: the role is meant. Elsewhere it is an error: a Deny binds.
  return known(layer === "resource" || statement.effect === "Deny");
}

/**
 * IAM User Guide, "IAM JSON policy elements: Resource": wildcards work within a segment, and a `*`
 * that ends one goes on beyond the colon. What only a wildcard across colons would match is left
 * open: the guide doesn't say that it never does.
 */
function matchResource(tokens: readonly GlobToken[], resource: string): Tri {
  if (matchGlob(tokens, resource, true)) return TRUE;
  return matchGlob(tokens, resource) ? unknown("wildcard-across-colon") : FALSE;
}
