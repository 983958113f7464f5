// aws: IAM, as far as `permissions check` asks it: a role's ARN, and what a principal may.
import { SentinelError } from "../../core/errors/mod.ts";
import type {
  Simulation,
  SimulationPort,
  SimulationResult,
} from "../../core/permissions/simulation.ts";
import { quoted } from "../../core/text/printable.ts";
import { type CallLimits, rubbish } from "./call.ts";
import { query, type QueryAnswer, type QueryCall, type QueryService } from "./query.ts";
import type { SigningKeys } from "./sign.ts";
import { elementAt, textAt, type XmlElement, XmlError } from "./xml.ts";

const IAM: QueryService = { name: "iam", version: "2010-05-08" };

/** How IAM is asked. */
export interface IamOptions extends CallLimits {
  credentials: SigningKeys;
  /** The caller's, as STS says it. */
  partition: string;
  /** `null` = AWS's own. */
  endpoint: string | null;
}

/**
 * IAM has one endpoint a partition, signed for one region ("AWS Identity and Access Management
 * endpoints and quotas").
 */
const PLACES: Readonly<Record<string, readonly [host: string, region: string]>> = {
  "aws": ["iam.amazonaws.com", "us-east-1"],
  "aws-cn": ["iam.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  "aws-us-gov": ["iam.us-gov.amazonaws.com", "us-gov-west-1"],
  "aws-iso": ["iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"],
  "aws-iso-b": ["iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"],
  "aws-iso-e": ["iam.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"],
  "aws-iso-f": ["iam.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"],
  "aws-eusc": ["iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"],
};

/** More pages than this are no answer to what a check asks. */
const MOST_PAGES = 100;

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\x21-\x7e]{1,576}$/;

/**
 * IAM for a check. Calls throw what `query` throws.
 * @throws {SentinelError} `AWS_CONFIG_INVALID` for a partition whose endpoint is not known
 */
export function iamSimulation(options: IamOptions): SimulationPort {
  const found = PLACES[options.partition];
  if (found === undefined && options.endpoint === null) {
    throw new SentinelError(
      "AWS_CONFIG_INVALID",
      `Cannot ask IAM: found the partition ${
        quoted(options.partition)
      }, whose endpoint is not known`,
      { hint: "name it: AWS_ENDPOINT_URL_IAM" },
    );
  }
  const [host, region] = found ?? ["", "us-east-1"];
  const place = { ...options, region, endpoint: options.endpoint ?? `https://${host}/` };
  return {
    roleArn: (name) => roleArn(name, place),
    simulate: (ask) => simulate(ask, place),
  };
}

type Asking = Parameters<typeof query>[2];

/** Makes a call whose `NoSuchEntity` is an answer. */
async function orNone(call: QueryCall, options: Asking): Promise<QueryAnswer | null> {
  const none = new SentinelError("AWS_REFUSED", `Cannot ${call.doing}: there is none`);
  const meaning = (code: string) =>
    code === "NoSuchEntity" || code === "NoSuchEntityException" ? none : null;
  try {
    return await query(IAM, { ...call, meaning }, options);
  } catch (error) {
    if (error === none) return null;
    throw error;
  }
}

async function roleArn(name: string, options: Asking): Promise<string | null> {
  const call: QueryCall = {
    action: "GetRole",
    fields: [["RoleName", name]],
    doing: `ask IAM for the role ${quoted(name, 64)}`,
    secrets: [],
    repeat: "always",
  };
  const answer = await orNone(call, options);
  if (answer === null) return null;
  const arn = reading(call, () => textAt(answer.xml, ["GetRoleResult", "Role", "Arn"]));
  if (arn === null || !ROLE_ARN.test(arn)) throw rubbish(call, "no ARN of a role");
  return arn;
}

async function simulate(
  ask: Simulation,
  options: Asking,
): Promise<readonly SimulationResult[] | null> {
  const results: SimulationResult[] = [];
  let marker: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const call = simulationCall(ask, marker);
    const answer = await orNone(call, options);
    if (answer === null) return null;
    const read = reading(call, () => readPage(answer.xml));
    if (read === null) throw rubbish(call, "no answer of this call");
    results.push(...read.results);
    if (read.marker === null) return results;
    marker = read.marker;
  }
  throw rubbish(simulationCall(ask, null), "pages without end");
}

function simulationCall(
  { principal, actions, resources, context }: Simulation,
  marker: string | null,
): QueryCall {
  const list = (name: string, values: readonly string[]) =>
    values.map((value, index): [string, string] => [`${name}.member.${index + 1}`, value]);
  return {
    action: "SimulatePrincipalPolicy",
    fields: [
      ["PolicySourceArn", principal],
      ...list("ActionNames", actions),
      ...list("ResourceArns", resources),
      ...context.flatMap(({ key, type, values }, index) => {
        const entry = `ContextEntries.member.${index + 1}`;
        return [
          [`${entry}.ContextKeyName`, key] as const,
          [`${entry}.ContextKeyType`, type] as const,
          ...list(`${entry}.ContextKeyValues`, values),
        ];
      }),
      ...(marker === null ? [] : [["Marker", marker] as const]),
    ],
    doing: `simulate the policies of ${quoted(principal)}`,
    secrets: [],
    repeat: "always",
  };
}

/** An answer of another shape than AWS's is rubbish, with none of it in the message. */
function reading<T>(call: QueryCall, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof XmlError) throw rubbish(call, "an answer of another shape");
    throw error;
  }
}

function readPage(
  xml: XmlElement,
): { results: SimulationResult[]; marker: string | null } | null {
  const result = elementAt(xml, ["SimulatePrincipalPolicyResult"]);
  const list = result && elementAt(result, ["EvaluationResults"]);
  if (result === null || list === null) return null;
  const more = textAt(result, ["IsTruncated"]) === "true";
  const marker = more ? textAt(result, ["Marker"]) : null;
  if (more && (marker === null || marker === "")) throw new XmlError("a page without its next");
  return { results: members(list).flatMap(readResult), marker };
}

function members(list: XmlElement | null): readonly XmlElement[] {
  return list?.children.filter(({ name }) => name === "member") ?? [];
}

const DECISIONS: ReadonlyMap<string | null, SimulationResult["decision"]> = new Map([
  ["allowed", "allowed"],
  ["explicitDeny", "explicit-deny"],
  ["implicitDeny", "implicit-deny"],
]);

/**
 * One action's results. With resources named, each has its own answer below
 * `ResourceSpecificResults`; the one above is the action's alone (IAM API Reference,
 * EvaluationResult).
 */
function readResult(element: XmlElement): SimulationResult[] {
  const action = textAt(element, ["EvalActionName"]);
  if (action === null) throw new XmlError("a result without its action");
  const organisation = truth(element, ["OrganizationsDecisionDetail", "AllowedByOrganizations"]);
  const specific = members(elementAt(element, ["ResourceSpecificResults"]));
  const rows = specific.length > 0
    ? specific.map((row) => ({ row, decision: textAt(row, ["EvalResourceDecision"]) }))
    : [{ row: element, decision: textAt(element, ["EvalDecision"]) }];
  return rows.map(({ row, decision: said }) => {
    const decision = DECISIONS.get(said);
    const resource = textAt(row, ["EvalResourceName"]);
    if (decision === undefined || resource === null) throw new XmlError("a result without answer");
    return {
      action,
      resource,
      decision,
      organisation,
      boundary: truth(row, ["PermissionsBoundaryDecisionDetail", "AllowedByPermissionsBoundary"]),
      policies: policiesOf(row),
      allowing: allowingOf(row),
      missing: members(elementAt(row, ["MissingContextValues"])).map(({ text }) => text.trim()),
    };
  });
}

function policiesOf(row: XmlElement): string[] {
  const ids = members(elementAt(row, ["MatchedStatements"]))
    .map((statement) => textAt(statement, ["SourcePolicyId"]) ?? "")
    .filter((id) => id !== "");
  return [...new Set(ids)];
}

/** Entries of `EvalDecisionDetails`, a map of kinds of policy to what each says alone. */
function allowingOf(row: XmlElement): string[] {
  const entries = elementAt(row, ["EvalDecisionDetails"])?.children ?? [];
  return entries.filter((entry) => textAt(entry, ["value"]) === "allowed")
    .map((entry) => textAt(entry, ["key"]) ?? "");
}

function truth(element: XmlElement, path: readonly string[]): boolean | null {
  const said = textAt(element, path);
  return said === null ? null : said === "true";
}
