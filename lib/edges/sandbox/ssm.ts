// sandbox: Systems Manager's Parameter Store, by its table of actions.
import { AwsError } from "./aws_error.ts";
import type { Answer, Call, Service } from "./call.ts";
import { callerArn } from "./caller.ts";
import { flag, optionalInteger, optionalText, requiredText, textList } from "./fields.ts";
import { permit } from "./judge.ts";
import { findKey, permitKey, sealText, SSM_KEY } from "./kms_keys.ts";
import type { Parameter, State } from "./state.ts";

/** Parameter Store. SecureString values are sealed by the sandbox's KMS. */
export const ssm: Service = {
  protocol: "json",
  namespace: "",
  actions: {
    GetParameter: { readOnly: true, run: getParameter },
    GetParameters: { readOnly: true, run: getParameters },
    GetParametersByPath: { readOnly: true, run: getParametersByPath },
    PutParameter: { readOnly: false, hide: ["Value"], run: putParameter },
    DeleteParameter: { readOnly: false, run: deleteParameter },
  },
};

const TYPES = ["String", "StringList", "SecureString"] as const;
/** Bytes that a parameter may hold, by tier. */
const TIERS: Readonly<Record<string, number>> = { Standard: 4096, Advanced: 8192 };

function parameterArn(state: State, name: string): string {
  const path = name.startsWith("/") ? name : `/${name}`;
  return `arn:aws:ssm:${state.region}:${state.account}:parameter${path}`;
}

/** `name`, `name:version` or a whole ARN of either, taken apart. */
function readName(call: Call, asked: string): { name: string; version: number | null } {
  const head = parameterArn(call.state, "/").slice(0, -1);
  const local = asked.startsWith("arn:") ? localName(call, asked, head) : asked;
  const [name = "", selector] = local.split(":");
  if (selector !== undefined && !/^[1-9]\d*$/.test(selector)) {
    throw new AwsError("ParameterVersionNotFound", `no version ${selector} of ${name}`);
  }
  return { name, version: selector === undefined ? null : Number(selector) };
}

function localName(call: Call, arn: string, head: string): string {
  const path = arn.slice(head.length);
  if (arn.startsWith(`${head}/`)) {
    return call.state.parameters.has(path.split(":")[0] ?? "") ? path : path.slice(1);
  }
  throw new AwsError("ParameterNotFound", `the sandbox holds no parameter ${arn}`);
}

async function getParameter(call: Call): Promise<Answer> {
  const asked = requiredText(call.input, "Name", { min: 1, max: 2048 });
  const { name, version } = readName(call, asked);
  permit(call, { action: "ssm:GetParameter", resource: parameterArn(call.state, name) });
  const parameter = call.state.parameters.get(name);
  if (parameter === undefined) throw new AwsError("ParameterNotFound", "");
  return { result: { Parameter: await show(call, parameter, version) } };
}

async function getParameters(call: Call): Promise<Answer> {
  const names = textList(call.input, "Names");
  if (names.length < 1 || names.length > 10) {
    throw new AwsError("ValidationError", "'names' must have 1 to 10 items");
  }
  const read = names.map((asked) => ({ asked, ...readName(call, asked) }));
  for (const { name } of read) {
    permit(call, { action: "ssm:GetParameters", resource: parameterArn(call.state, name) });
  }
  const found: Record<string, unknown>[] = [];
  const missing: string[] = [];
  for (const { asked, name, version } of read) {
    const parameter = call.state.parameters.get(name);
    if (parameter === undefined || version !== null && !parameter.versions[version - 1]) {
      missing.push(asked);
    } else found.push(await show(call, parameter, version));
  }
  return { result: { Parameters: found, InvalidParameters: missing } };
}

async function getParametersByPath(call: Call): Promise<Answer> {
  const path = requiredText(call.input, "Path", { min: 1, max: 2048, pattern: "\\/.*" });
  permit(call, { action: "ssm:GetParametersByPath", resource: parameterArn(call.state, path) });
  const size = optionalInteger(call.input, "MaxResults", 1, 10) ?? 10;
  const start = Number(optionalText(call.input, "NextToken", { pattern: "\\d+" }) ?? "0");
  const folder = path.endsWith("/") ? path : `${path}/`;
  const deep = flag(call.input, "Recursive");
  const inside = [...call.state.parameters.values()]
    .filter(({ name }) =>
      name.startsWith(folder) && (deep || !name.slice(folder.length).includes("/"))
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = inside.slice(start, start + size);
  const more = start + size < inside.length ? { NextToken: String(start + size) } : {};
  const shown = await Promise.all(page.map((parameter) => show(call, parameter, null)));
  return { result: { Parameters: shown, ...more } };
}

async function show(
  call: Call,
  parameter: Parameter,
  wanted: number | null,
): Promise<Record<string, unknown>> {
  const number = wanted ?? parameter.versions.length;
  const version = parameter.versions[number - 1];
  if (version === undefined) {
    throw new AwsError(
      "ParameterVersionNotFound",
      `Systems Manager could not find version ${number} of ${parameter.name}.`,
    );
  }
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: await open(call, parameter, version),
    Version: number,
    LastModifiedDate: new Date(version.modified),
    ARN: parameterArn(call.state, parameter.name),
    DataType: "text",
    ...(wanted === null ? {} : { Selector: `:${wanted}` }),
  };
}

/** The value for who may decrypt and asks for it, its seal for who doesn't ask. */
function open(
  call: Call,
  parameter: Parameter,
  version: Parameter["versions"][number],
): string | Promise<string> {
  if (version.keyId === null) return version.value;
  const key = findKey(call.state, version.keyId);
  if (!flag(call.input, "WithDecryption")) {
    return sealText(key, version.value, parameterArn(call.state, parameter.name), call.state);
  }
  // AWS's own key for SSM lets everybody of the account in who may read the parameter.
  if (key.alias !== SSM_KEY) {
    permitKey(call, "Decrypt", key, throughSsm(call, parameter.name));
  }
  return version.value;
}

/** What KMS sees of a call that Parameter Store makes for its caller ("AWS KMS condition keys"). */
function throughSsm({ state }: Call, name: string): Record<string, string | readonly string[]> {
  return {
    "kms:ViaService": `ssm.${state.region}.amazonaws.com`,
    "kms:CallerAccount": state.account,
    "kms:EncryptionContext:PARAMETER_ARN": parameterArn(state, name),
    "kms:EncryptionContextKeys": ["PARAMETER_ARN"],
  };
}

function putParameter(call: Call): Answer {
  const { input, state } = call;
  const name = requiredText(input, "Name", { min: 1, max: 2048, pattern: "[a-zA-Z0-9_.\\-/]+" });
  permit(call, { action: "ssm:PutParameter", resource: parameterArn(state, name) });
  const value = requiredText(input, "Value", { min: 1 });
  const tier = optionalText(input, "Tier") ?? "Standard";
  const most = TIERS[tier] ?? 4096;
  if (new TextEncoder().encode(value).length > most) {
    throw new AwsError(
      "ValidationError",
      `${tier} tier parameters support a maximum parameter value of ${most} characters.`,
    );
  }
  const before = state.parameters.get(name);
  if (before !== undefined && !flag(input, "Overwrite")) {
    throw new AwsError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  }
  const type = readType(optionalText(input, "Type") ?? before?.type ?? null);
  const keyId = type === "SecureString" ? optionalText(input, "KeyId") ?? SSM_KEY : null;
  if (keyId !== null && findKey(state, keyId).alias !== SSM_KEY) {
    permitKey(call, "Encrypt", findKey(state, keyId), throughSsm(call, name));
  }
  const version = { value, keyId, modified: state.time(), by: callerArn(call) };
  const versions = [...before?.versions ?? [], version];
  state.parameters.set(name, { name, type, versions });
  const answered = { Version: versions.length, Tier: tier };
  return { result: answered, elements: { version: versions.length, tier } };
}

function readType(type: string | null): Parameter["type"] {
  const known = TYPES.find((candidate) => candidate === type);
  if (known !== undefined) return known;
  throw new AwsError(
    "ValidationError",
    "A parameter type is required when you create a parameter: String, StringList, SecureString.",
  );
}

function deleteParameter(call: Call): Answer {
  const name = requiredText(call.input, "Name", { min: 1, max: 2048 });
  permit(call, { action: "ssm:DeleteParameter", resource: parameterArn(call.state, name) });
  if (!call.state.parameters.delete(name)) throw new AwsError("ParameterNotFound", "");
  return { result: {} };
}
