// aws: Parameter Store. What it answers may be a policy, so nothing but the caller says who is asked.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { type Answer, rubbish } from "./call.ts";
import { asObject, objectOf } from "./json.ts";
import { callJson, type JsonOptions } from "./json_call.ts";

/** Which parameter, asked for by whom and where. */
export interface ParameterRequest extends JsonOptions {
  /** Name or full ARN. */
  name: string;
}

/** A parameter's value, decrypted, and which one it is. */
export interface ParameterValue {
  value: string;
  version: number;
  arn: string;
}

/**
 * Reads a parameter (GetParameter, with decryption).
 *
 * @throws {SentinelError} `POLICY_MISSING` when there is none of that name, and what
 * `callAws` throws
 */
export function getParameter(request: ParameterRequest): Promise<ParameterValue> {
  const doing = `read parameter ${quoted(request.name)}`;
  const input = { Name: request.name, WithDecryption: true };
  return callSsm(request, doing, "GetParameter", input, (answer) => valueOf(doing, answer));
}

/**
 * True for a parameter that is sealed with a key (GetParameter; nothing is decrypted).
 *
 * @throws {SentinelError} as {@link getParameter}
 */
export function isSealed(request: ParameterRequest): Promise<boolean> {
  const doing = `look at parameter ${quoted(request.name)}`;
  const input = { Name: request.name, WithDecryption: false };
  return callSsm(request, doing, "GetParameter", input, ({ text }) => {
    const type = asObject(objectOf(text)?.["Parameter"])?.["Type"];
    if (typeof type !== "string") throw rubbish({ doing }, "an answer without a type");
    return type === "SecureString";
  });
}

/** Which folder of parameters, asked for by whom and where. */
export interface PathRequest extends JsonOptions {
  /** With a slash at its front: `/sentinel/policies`. */
  path: string;
}

/** More pages than this are no folder of policies. */
const MOST_PAGES = 1000;

/**
 * Full names of the parameters right below a path (GetParametersByPath, all pages, nothing decrypted).
 *
 * @throws {SentinelError} `AWS_RUBBISH` for pages without end, and what `callAws` throws
 */
export async function parameterNames(request: PathRequest): Promise<string[]> {
  const doing = `list parameters below ${quoted(request.path)}`;
  const names: string[] = [];
  let token: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const input: Record<string, unknown> = {
      Path: request.path,
      Recursive: false,
      WithDecryption: false,
      MaxResults: 10,
      ...(token !== null && { NextToken: token }),
    };
    const read = (answer: Answer) => pageOf(doing, answer);
    const answer: Page = await callSsm(request, doing, "GetParametersByPath", input, read);
    names.push(...answer.names);
    if (answer.next === null) return names;
    if (answer.next === token) break;
    token = answer.next;
  }
  throw rubbish({ doing }, "pages without end");
}

interface Page {
  names: string[];
  next: string | null;
}

function pageOf(doing: string, { text }: Answer): Page {
  const answer = objectOf(text);
  const { Parameters: list, NextToken: next } = answer ?? {};
  if (!Array.isArray(list)) throw rubbish({ doing }, "no answer of this call");
  const names = list.map((one) => asObject(one)?.["Name"]);
  if (!names.every((name) => typeof name === "string")) {
    throw rubbish({ doing }, "a parameter without a name");
  }
  return { names, next: typeof next === "string" && next !== "" ? next : null };
}

function callSsm<T>(
  request: JsonOptions,
  doing: string,
  action: string,
  input: Readonly<Record<string, unknown>>,
  read: (answer: Answer) => T,
): Promise<T> {
  const meaning = (code: string) => code === "ParameterNotFound" ? missing(doing) : null;
  const target = `AmazonSSM.${action}`;
  return callJson({ service: "ssm", target, doing, input, read, meaning }, request);
}

function valueOf(doing: string, { text }: Answer): ParameterValue {
  const answer = objectOf(text);
  if (answer === null) throw rubbish({ doing }, "no answer of this call");
  const { Value: value, Version: version, ARN: arn } = asObject(answer["Parameter"]) ?? {};
  if (typeof value !== "string" || typeof version !== "number" || typeof arn !== "string") {
    throw rubbish({ doing }, "an answer without value, version or ARN");
  }
  return { value, version, arn };
}

function missing(doing: string): SentinelError {
  return new SentinelError("POLICY_MISSING", `Cannot ${doing}: there is none of that name`, {
    hint: "check its name, region and account",
  });
}
