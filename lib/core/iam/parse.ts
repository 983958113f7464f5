// iam: IAM policy documents read strictly from JSON values.
import { SentinelError } from "../errors/mod.ts";
import type { Condition, PolicyDocument, PrincipalElement, Statement } from "./types.ts";

/** A place in the document: the document's id and a JSON path. */
interface Place {
  readonly id: string;
  readonly path: string;
}

/**
 * Reads a policy document of any kind (IAM User Guide, "Grammar of the IAM JSON policy language").
 *
 * Unknown condition operators are kept: what they mean is unknown at evaluation. Doubled JSON
 * keys can't be seen here: `JSON.parse` has dropped them.
 *
 * @param json what `JSON.parse` gave
 * @param id what reasons call the document
 * @throws SentinelError IAM_POLICY_INVALID, with the place as a JSON path
 */
export function parsePolicyDocument(json: unknown, id: string): PolicyDocument {
  const place = { id, path: "$" };
  const object = readObject(json, place, ["Version", "Id", "Statement"]);
  if (object["Id"] !== undefined) readString(object["Id"], at(place, "Id"));
  const statements = readStatements(object["Statement"], at(place, "Statement"));
  return { version: readVersion(object["Version"], at(place, "Version")), id, statements };
}

/**
 * Reads a role's trust policy: as {@link parsePolicyDocument}, and each statement names a
 * Principal, and neither NotPrincipal nor a resource.
 *
 * @throws SentinelError IAM_POLICY_INVALID, with the place as a JSON path
 */
export function parseTrustPolicy(json: unknown, id: string): PolicyDocument {
  const document = parsePolicyDocument(json, id);
  for (const [index, statement] of document.statements.entries()) {
    const place = { id, path: `$.Statement[${index}]` };
    if (statement.principal === null) {
      fail(at(place, "Principal"), "nothing", "a Principal, as in every role trust policy");
    }
    if (statement.resources !== null || statement.notResources !== null) {
      fail(place, "a resource", "none, as in every role trust policy");
    }
  }
  return document;
}

function readVersion(value: unknown, place: Place): PolicyDocument["version"] {
  if (value === undefined) return "2008-10-17";
  if (value === "2012-10-17" || value === "2008-10-17") return value;
  return fail(place, show(value), '"2012-10-17" or "2008-10-17"');
}

function readStatements(value: unknown, place: Place): Statement[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) fail(place, "an empty list", "at least one statement");
  const sids = new Set<string>();
  return list.map((entry: unknown, index) => {
    const here = Array.isArray(value) ? element(place, index) : place;
    const statement = readStatement(entry, here);
    if (statement.sid !== null && sids.has(statement.sid)) {
      fail(at(here, "Sid"), `a second ${show(statement.sid)}`, "Sids that are unique");
    }
    if (statement.sid !== null) sids.add(statement.sid);
    return statement;
  });
}

const ELEMENTS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

function readStatement(value: unknown, place: Place): Statement {
  const object = readObject(value, place, ELEMENTS);
  const optional = <T>(key: string, read: (value: unknown, place: Place) => T): T | null =>
    object[key] === undefined ? null : read(object[key], at(place, key));
  refuseBoth(object, "Principal", "NotPrincipal", place);
  refuseBoth(object, "Action", "NotAction", place);
  refuseBoth(object, "Resource", "NotResource", place);
  const actions = optional("Action", readActions);
  const notActions = optional("NotAction", readActions);
  if (actions === null && notActions === null) {
    fail(at(place, "Action"), "nothing", "Action or NotAction");
  }
  return {
    sid: optional("Sid", readString) || null, // consoles write an empty Sid for none
    effect: readEffect(object["Effect"], at(place, "Effect")),
    principal: optional("Principal", readPrincipal),
    notPrincipal: optional("NotPrincipal", readPrincipal),
    actions,
    notActions,
    resources: optional("Resource", readResources),
    notResources: optional("NotResource", readResources),
    conditions: optional("Condition", readConditions) ?? [],
  };
}

function refuseBoth(
  object: Record<string, unknown>,
  one: string,
  other: string,
  place: Place,
): void {
  if (object[one] !== undefined && object[other] !== undefined) {
    fail(at(place, other), `${one} and ${other}`, "one of the two");
  }
}

function readEffect(value: unknown, place: Place): Statement["effect"] {
  if (value === "Allow" || value === "Deny") return value;
  return fail(place, show(value), '"Allow" or "Deny"');
}

function readActions(value: unknown, place: Place): string[] {
  return readList(value, place, (action, here) => {
    const text = readString(action, here);
    if (text === "*" || /^[a-z0-9-]+:[a-z0-9*?_-]+$/i.test(text)) return text;
    return fail(here, show(text), '"service:Action" or "*"');
  });
}

function readResources(value: unknown, place: Place): string[] {
  return readList(value, place, (resource, here) => {
    const text = readString(resource, here);
    const isArn = text.startsWith("arn:") && (text.split(":").length >= 6 || text.endsWith("*"));
    return text === "*" || isArn ? text : fail(here, show(text), 'an ARN or "*"');
  });
}

const PRINCIPAL_TYPES = ["AWS", "Service", "Federated", "CanonicalUser"] as const;

function readPrincipal(value: unknown, place: Place): PrincipalElement {
  if (value === "*") return "*";
  const object = readObject(value, place, PRINCIPAL_TYPES);
  const element: Partial<Record<typeof PRINCIPAL_TYPES[number], string[]>> = {};
  for (const type of PRINCIPAL_TYPES) {
    if (object[type] === undefined) continue;
    const read = type === "AWS" ? readAwsPrincipal : readString;
    element[type] = readList(object[type], at(place, type), read);
  }
  if (Object.keys(element).length === 0) fail(place, "an empty object", "at least one principal");
  return element;
}

const AWS_PRINCIPALS = [
  /^\*$/,
  /^\d{12}$/,
  /^arn:[^:*?]+:(iam|sts)::[^:*?]+:[^*?]+$/,
  /^A[A-Z0-9]{15,127}$/, // the unique id that stays when a named principal was deleted
];

/** No wildcard stands for a part of a name (IAM User Guide, "AWS JSON policy elements: Principal"). */
function readAwsPrincipal(value: unknown, place: Place): string {
  const text = readString(value, place);
  if (AWS_PRINCIPALS.some((form) => form.test(text))) return text;
  return fail(place, show(text), 'an account, a principal\'s ARN without wildcards, or "*"');
}

function readConditions(value: unknown, place: Place): Condition[] {
  return Object.entries(readObject(value, place, null)).flatMap(([operator, keys]) => {
    const here = at(place, operator);
    return Object.entries(readObject(keys, here, null)).map(([key, values]) => ({
      operator,
      key,
      values: readList(values, at(here, key), readScalar),
    }));
  });
}

/** Condition values may be written as JSON's booleans and numbers. */
function readScalar(value: unknown, place: Place): string {
  return typeof value === "boolean" || typeof value === "number"
    ? String(value)
    : readString(value, place);
}

function readList<T>(value: unknown, place: Place, read: (value: unknown, place: Place) => T): T[] {
  if (!Array.isArray(value)) return [read(value, place)];
  if (value.length === 0) fail(place, "an empty list", "at least one value");
  return value.map((entry: unknown, index) => read(entry, element(place, index)));
}

function readString(value: unknown, place: Place): string {
  return typeof value === "string" ? value : fail(place, show(value), "a string");
}

/** @param known the keys that may occur, or `null` for any */
function readObject(
  value: unknown,
  place: Place,
  known: readonly string[] | null,
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail(place, show(value), "an object");
  }
  for (const key of Object.keys(value)) {
    if (known !== null && !known.includes(key)) {
      fail(at(place, key), "an unknown element", known.join(", "));
    }
  }
  return Object.fromEntries(Object.entries(value));
}

function at(place: Place, key: string): Place {
  const step = /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  return { ...place, path: place.path + step };
}

function element(place: Place, index: number): Place {
  return { ...place, path: `${place.path}[${index}]` };
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function fail(place: Place, found: string, want: string): never {
  throw new SentinelError(
    "IAM_POLICY_INVALID",
    `Cannot read IAM policy "${place.id}": found ${found} at ${place.path}, want ${want}`,
  );
}
