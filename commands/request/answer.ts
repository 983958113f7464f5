// commands: a request as text for people and as JSON for programs.
import {
  type AccessRequest,
  approvalDigest,
  type ApprovalPlan,
  type ApprovalPolicy,
  type Decision,
  isSamePerson,
  knownAs,
  type Person,
  personNamed,
  planFor,
  requesterOf,
  type RequestState,
  rightOf,
  stateAt,
  statementOf,
} from "../../lib/core/approvals/mod.ts";
import { printable, quoted, shellWord } from "../../lib/core/text/printable.ts";
import { formatDuration } from "../../lib/core/time/duration.ts";
import { table } from "../table.ts";

/** Who may say yes under one rule, and how many of them must. */
export interface Approvers {
  rule: string;
  count: number;
  approvers: readonly string[];
}

/** A request as `--json` has it. */
export interface RequestAnswer extends AccessRequest {
  /** What an approver says yes to: SHA-256, hex. */
  digest: string;
  /** By today's policy, without the requester; empty when nobody may. */
  mayApprove: readonly Approvers[];
  next: readonly string[];
}

/** All there is to say of a request at `now`. */
export async function answerOf(
  request: AccessRequest,
  policies: readonly ApprovalPolicy[],
  now: Date,
): Promise<RequestAnswer> {
  const state = stateAt(request, now);
  return {
    ...request,
    state,
    digest: await approvalDigest(statementOf(request)),
    mayApprove: approversOf(request, planFor(policies, request.profile)),
    next: nextSteps(request, state),
  };
}

/** Whether `person` may decide about a request by today's policy. */
export function mayDecide(
  person: Person,
  request: AccessRequest,
  policies: readonly ApprovalPolicy[],
): boolean {
  const plan = planFor(policies, request.profile);
  const [asked, asker] = [person, requesterOf(request)].map((one) =>
    knownAs(one, plan?.people ?? [])
  );
  return asked !== undefined && asker !== undefined &&
    rightOf(asked, asker, plan?.requirements ?? []) === null;
}

function approversOf(request: AccessRequest, plan: ApprovalPlan | null): Approvers[] {
  const people = plan?.people ?? [];
  const requester = knownAs(requesterOf(request), people);
  return (plan?.requirements ?? []).map(({ rule, count, approvers }) => ({
    rule,
    count,
    approvers: approvers.filter((name) =>
      !isSamePerson(knownAs(personNamed(name), people), requester)
    ),
  }));
}

function nextSteps({ id, profile }: AccessRequest, state: RequestState): string[] {
  const target = shellWord(profile);
  switch (state) {
    case "pending":
      return [`sentinel approve ${id}`, `sentinel deny ${id}`, `sentinel request cancel ${id}`];
    case "approved":
      return [`sentinel credentials --profile ${target}`, `sentinel deny ${id} --comment TEXT`];
    default:
      return [`sentinel request --profile ${target} --reason TEXT`];
  }
}

/** `lea or sam`; `2 of lea, sam and max, and 1 of kim`. */
export function approversText(rules: readonly Approvers[]): string {
  const told = rules.map(({ count, approvers }) => {
    const names = approvers.map((name) => printable(name));
    return count === 1 ? listed(names, "or") : `${count} of ${listed(names, "and")}`;
  });
  return told.length === 0 ? "nobody: no approval policy has a rule for it" : told.join(", and ");
}

function listed(names: readonly string[], word: string): string {
  const last = names.at(-1) ?? "nobody";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} ${word} ${last}`;
}

/** What came of a call: one line on the request, one on what it waits for or what it opened. */
export function shortText(answer: RequestAnswer): string {
  const { id, state } = answer;
  const end = endOf(answer);
  const rows = [["request", id], ["state", state], ...end === null ? [] : [end]];
  const yes = answer.decisions.filter(({ verdict }) => verdict === "approve");
  if (state === "pending") {
    if (yes.length > 0) rows.push(["yes so far", yes.map(decisionText).join("; ")]);
    rows.push(["may approve", approversText(answer.mayApprove)]);
  }
  return table(rows);
}

/** Everything about a request. */
export function longText(answer: RequestAnswer): string {
  return table([
    ["request", answer.id],
    ["state", answer.state],
    ...wishRows(answer),
    ["filed", answer.createdAt],
    ["decide until", answer.expiresAt],
    ["may approve", approversText(answer.mayApprove)],
    ...answer.mayApprove.map(({ rule }) => ["rule", printable(rule)]),
    ...answer.decisions.map((one) => [one.verdict === "approve" ? "yes" : "no", decisionText(one)]),
    ...rowOf("window ends", answer.windowEndsAt),
    ...rowOf("closed by", answer.closedBy === null ? null : closedText(answer)),
    ...rowOf("used", answer.usedAt === null ? null : `${answer.usedAt} by ${answer.usedBy ?? "-"}`),
    ["digest", answer.digest],
    ...answer.next.map((command) => ["next", command]),
  ]);
}

/** What is asked for: what an approver must see. */
export function wishRows(request: AccessRequest): string[][] {
  const use = request.use === "once" ? "for one use" : "for any number of uses";
  return [
    ["requester", `${printable(request.requesterUser)} (${printable(request.requester)})`],
    ["profile", printable(request.profile)],
    ["role", printable(request.role ?? "none")],
    ["how long", `${formatDuration(request.durationSeconds)} from the approval, ${use}`],
    ...rowOf("not before", request.notBefore),
    ["reason", printable(request.reason, 500)],
    ...rowOf("ticket", request.ticket),
  ];
}

function rowOf(name: string, value: string | null): string[][] {
  return value === null ? [] : [[name, printable(value, 1000)]];
}

function endOf(answer: RequestAnswer): string[] | null {
  if (answer.state === "pending") return ["waits until", answer.expiresAt];
  if (answer.state === "approved") return ["window ends", answer.windowEndsAt ?? "-"];
  return answer.closedBy === null ? null : ["by", closedText(answer)];
}

function closedText({ closedBy, closedReason }: AccessRequest): string {
  const why = closedReason === null ? "" : `: ${quoted(closedReason, 1000)}`;
  return `${printable(closedBy ?? "-")}${why}`;
}

function decisionText({ approver, at, automatic, comment, signature }: Decision): string {
  const who = automatic ? "the approval policy itself" : printable(approver);
  const signed = signature === null ? "" : `, signed with ${signature.key.slice(0, 16)}`;
  const said = comment === null || automatic ? "" : `: ${quoted(comment, 500)}`;
  return `${who} at ${at}${signed}${said}`;
}
