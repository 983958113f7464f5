// policy: what the files say at one instant: branches, their obligations, and the strictest of them.
import { candidates } from "./compile.ts";
import type { CompiledFile, CompiledPolicy, CompiledRule } from "./document.ts";
import { judgeRule } from "./match.ts";
import type { Obligation, ObligationState, PolicyRequest, RuleId, Truth } from "./types.ts";

/** What a rule comes to: refuse, or grant at the price of obligations. */
type Meaning = "deny" | readonly Obligation["kind"][];

/** One way in which a file may turn out. `rule` is `null` where no rule matches. */
export interface Branch {
  rule: CompiledRule | null;
  meaning: Meaning;
}

/** What a request gets at an instant. Where `refusedBy` is set there is no grant. */
export interface Verdict {
  refusedBy: Branch | null;
  grant: Grant | null;
}

/** A grant before it has an end. */
export interface Grant {
  rule: CompiledRule;
  state: "met" | "open";
  obligations: readonly ObligationState[];
  maxServerDuration: number | null;
  sessionTable: string | null;
  unstamped: boolean;
}

/** Told of each rule that was looked at. */
export type See = (rule: CompiledRule, matched: Truth) => void;

/**
 * Judges a request at an instant. First the guardrails: a `deny` that matches or can't be ruled out
 * ends it, the others bind. Then the policy: its first matching rule; where a rule before it can't
 * be judged, both continuations count and the stricter wins.
 */
export function judge(
  compiled: CompiledPolicy,
  request: PolicyRequest,
  instant: number,
  see: See = () => {},
): Verdict {
  const bonds: Branch[] = [];
  let refusedBy: Branch | null = null;
  for (const file of compiled.guardrails) {
    for (const branch of branchesOf(file, request, instant, see)) {
      if (branch.meaning === "deny") refusedBy ??= branch;
      else if (branch.rule !== null) bonds.push(branch);
    }
  }
  const branches = compiled.policy === null
    ? [NOTHING]
    : branchesOf(compiled.policy, request, instant, see);
  refusedBy ??= branches.find(({ rule, meaning }) => rule !== null && meaning === "deny") ??
    branches.find(({ meaning }) => meaning === "deny") ?? null;
  if (refusedBy !== null) return { refusedBy, grant: null };
  return { refusedBy: null, grant: strictest(branches, bonds, request) };
}

/** No rule matches: in a policy that refuses, in a guardrail it binds nobody. */
const NOTHING: Branch = { rule: null, meaning: "deny" };
const UNBOUND: Branch = { rule: null, meaning: [] };

/** Every rule that may be the first to match, up to the first that surely does. */
function branchesOf(
  file: CompiledFile,
  request: PolicyRequest,
  instant: number,
  see: See,
): Branch[] {
  const branches: Branch[] = [];
  for (const index of candidates(file, request.profile, request.user)) {
    const rule = file.rules[index];
    if (rule === undefined) {
      throw new RangeError(`Cannot decide: ${file.file} has no rule ${index}`);
    }
    const matched = judgeRule(rule, request, instant);
    see(rule, matched);
    if (matched === false) continue;
    branches.push({ rule, meaning: meaningOf(rule, file.kind) });
    if (matched === true) return branches;
  }
  return [...branches, file.kind === "guardrail" ? UNBOUND : NOTHING];
}

/** What is none of the known effects denies, whatever a damaged compiled form says. */
function meaningOf(rule: CompiledRule, kind: CompiledFile["kind"]): Meaning {
  switch (rule.effect) {
    case "allow":
      return kind === "policy" ? [] : "deny";
    case "require_approval":
      return ["approval"];
    case "require_server":
      return ["server"];
    case "require_server_session":
      return ["server", "session"];
    case "deny":
      return "deny";
    default:
      return "deny";
  }
}

/** Each branch's grant with all bonds on it, put together: no more than any of them alone. */
function strictest(
  branches: readonly Branch[],
  bonds: readonly Branch[],
  request: PolicyRequest,
): Grant | null {
  let least: Grant | null = null;
  for (const branch of branches) {
    const grant = grantOf(branch, bonds, request);
    if (grant === null) return null;
    least = least === null ? grant : meet(least, grant);
  }
  return least;
}

function grantOf(
  { rule, meaning }: Branch,
  bonds: readonly Branch[],
  request: PolicyRequest,
): Grant | null {
  if (rule === null || meaning === "deny") return null;
  const table = rule.sessionTable ?? request.sessionTable;
  const obligations = meaning.map((kind) => stateOf(kind, rule.id, request, table));
  let cap = rule.maxServerDuration;
  const tables: string[] = [];
  for (const bond of bonds) {
    if (bond.rule === null || bond.meaning === "deny") continue;
    const { id, sessionTable, maxServerDuration } = bond.rule;
    if (sessionTable !== null) tables.push(sessionTable);
    cap = smaller(cap, maxServerDuration);
    for (const kind of bond.meaning) {
      obligations.push(stateOf(kind, id, request, sessionTable ?? table));
    }
  }
  const merged = merge(obligations);
  return {
    rule,
    state: merged.every(({ state }) => state === "met") ? "met" : "open",
    obligations: merged,
    maxServerDuration: cap,
    // The order of guardrail files must not choose the table, so their names do.
    sessionTable: tables.sort()[0] ?? table,
    unstamped: rule.unstamped,
  };
}

function meet(a: Grant, b: Grant): Grant {
  const worse = a.state === "open" && b.state === "met" ? a : b;
  return {
    rule: worse.rule,
    state: worse.state,
    obligations: merge([...a.obligations, ...b.obligations]),
    maxServerDuration: smaller(a.maxServerDuration, b.maxServerDuration),
    sessionTable: a.sessionTable ?? b.sessionTable,
    unstamped: a.unstamped && b.unstamped,
  };
}

function smaller(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

/** One obligation a kind: the worst state, from all rules that ask for it. */
function merge(obligations: readonly ObligationState[]): ObligationState[] {
  const byKind = new Map<string, ObligationState>();
  for (const next of obligations) {
    const known = byKind.get(next.obligation.kind);
    const worse = known === undefined || (known.state === "met" && next.state !== "met");
    const from = [...new Set<RuleId>([...known?.from ?? [], ...next.from])];
    byKind.set(next.obligation.kind, { ...(worse ? next : known), from });
  }
  return [...byKind.values()];
}

function stateOf(
  kind: Obligation["kind"],
  from: RuleId,
  request: PolicyRequest,
  table: string | null,
): ObligationState {
  const server = request.mode === "server";
  const state = (met: boolean, why: string): ObligationState => ({
    obligation: { kind },
    state: met ? "met" : "open",
    from: [from],
    why,
  });
  switch (kind) {
    case "server":
      return state(
        server,
        server
          ? "this is server mode"
          : "this needs server mode, which this version does not have yet",
      );
    case "session":
      if (!server) {
        return state(
          false,
          "this needs server mode with a tracked session, which this version does not have yet",
        );
      }
      return table === null
        ? state(false, "this needs a tracked session, and no session table is set")
        : state(true, `the session is tracked in ${table}`);
    case "approval":
      return request.approval
        ? state(true, `request ${request.approval.id} is approved`)
        : state(false, "this needs an approved request");
  }
}
