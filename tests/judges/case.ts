// judges: one case, as JSON that both sides can be given.
import type { IamPrincipal } from "../../lib/core/iam/mod.ts";

/** A policy document as JSON writes it. */
export interface Document {
  Version?: string;
  Statement: JsonStatement[];
}

/** A statement as JSON writes it. */
export interface JsonStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: JsonPrincipal;
  NotPrincipal?: JsonPrincipal;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, Scalar | Scalar[]>>;
}

/** Condition values may also be written as JSON's booleans and numbers. */
export type Scalar = string | number | boolean;

/** A principal element as JSON writes it. */
export type JsonPrincipal = "*" | Record<string, string | string[]>;

/** Everything that both sides are told. */
export interface Case {
  action: string;
  resource: string;
  resourceAccount: string;
  principal: IamPrincipal;
  context: Record<string, string | string[]>;
  identity: Document[];
  boundary: Document | null;
  session: Document | null;
  resourcePolicy: Document | null;
  /** Levels, root first; each level's documents. */
  scps: Document[][];
  /** The same; full access is in no list, both sides add it to each level. */
  rcps: Document[][];
}

/** The kinds of policy, as our evaluator names them. */
export type Layer =
  | "identity"
  | "boundary"
  | "session"
  | "resource"
  | "scp"
  | "rcp";

/** What either side says; `unknown` is ours alone. */
export type Verdict = "allowed" | "explicit-deny" | "implicit-deny" | "unknown";

/**
 * The case with each document's statements put through `change`.
 *
 * @param change gets the statement, its document and the layer that they stand in
 */
export function mapStatements(
  given: Case,
  change: (
    statement: JsonStatement,
    document: Document,
    layer: Layer,
  ) => JsonStatement[],
): Case {
  const one = (document: Document, layer: Layer): Document => ({
    ...document,
    Statement: document.Statement.flatMap((statement) => change(statement, document, layer)),
  });
  const maybe = (document: Document | null, layer: Layer) =>
    document === null ? null : one(document, layer);
  return {
    ...given,
    identity: given.identity.map((document) => one(document, "identity")),
    boundary: maybe(given.boundary, "boundary"),
    session: maybe(given.session, "session"),
    resourcePolicy: maybe(given.resourcePolicy, "resource"),
    scps: given.scps.map((level) => level.map((document) => one(document, "scp"))),
    rcps: given.rcps.map((level) => level.map((document) => one(document, "rcp"))),
  };
}

/** All statements of a case, with the document and layer that they stand in. */
export function statementsOf(given: Case): [JsonStatement, Document, Layer][] {
  const found: [JsonStatement, Document, Layer][] = [];
  mapStatements(given, (...entry) => {
    found.push(entry);
    return [entry[0]];
  });
  return found;
}
