// sandbox: AWS's Query protocol (STS, IAM, SNS): form in, XML out.
import { AwsError } from "./aws_error.ts";

type Tree = { [name: string]: unknown };

/** Deeper than any request of AWS's, far from the depth that a stack bears. */
const MAX_DEPTH = 20;

/**
 * A form's dotted names as a structure: `Tags.member.1.Key=a` becomes `{Tags: [{Key: "a"}]}`, and so
 * does a map's `Tags.entry.1.Key=a`.
 * @throws {AwsError} `MalformedQueryString`
 */
export function readForm(form: URLSearchParams): Readonly<Record<string, unknown>> {
  const root: Tree = Object.create(null);
  for (const [name, value] of form) {
    const path = name.split(".");
    if (path.length > MAX_DEPTH) throw new AwsError("MalformedQueryString", "Too many levels");
    let node = root;
    for (const step of path.slice(0, -1)) {
      const next = node[step];
      node = isTree(next) ? next : (node[step] = Object.create(null) as Tree);
    }
    node[path.at(-1) ?? ""] = value;
  }
  return foldLists(root) as Readonly<Record<string, unknown>>;
}

function foldLists(value: unknown): unknown {
  if (!isTree(value)) return value;
  const names = Object.keys(value);
  // A map comes as a list of its entries.
  const members = value["member"] ?? value["entry"];
  if (names.length === 1 && isTree(members)) {
    return Object.keys(members).sort((a, b) => Number(a) - Number(b)).map((n) =>
      foldLists(members[n])
    );
  }
  return Object.fromEntries(names.map((name) => [name, foldLists(value[name])]));
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A result as the XML answer of a Query service. */
export function printResult(
  action: string,
  result: Readonly<Record<string, unknown>>,
  namespace: string,
  requestId: string,
): string {
  return `<${action}Response xmlns="${namespace}"><${action}Result>${printFields(result)}` +
    `</${action}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>` +
    `</${action}Response>`;
}

/** An error as the XML answer of a Query service. */
export function printError(error: AwsError, namespace: string, requestId: string): string {
  const type = error.status < 500 ? "Sender" : "Receiver";
  const fields = printFields({ Type: type, Code: error.code, Message: error.message });
  return `<ErrorResponse xmlns="${namespace}"><Error>${fields}</Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function printFields(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields).map(([name, value]) =>
    value === undefined || value === null ? "" : `<${name}>${printValue(value)}</${name}>`
  ).join("");
}

function printValue(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((item) => `<member>${printValue(item)}</member>`).join("");
  }
  if (value instanceof Map) {
    return [...value].map(([key, inner]) =>
      `<entry><key>${escape(String(key))}</key><value>${printValue(inner)}</value></entry>`
    ).join("");
  }
  if (value instanceof Date) return value.toISOString().replace(/\.\d{3}Z$/, "Z");
  if (isTree(value)) return printFields(value);
  return escape(String(value));
}

function escape(text: string): string {
  const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (c) => named[c] ?? c)
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u001f]/g, (c) => `&#x${c.charCodeAt(0).toString(16)};`);
}
