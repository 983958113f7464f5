// sandbox: the fields of a request, read with AWS's constraints and in AWS's words.
import { AwsError, invalidField } from "./aws_error.ts";

type Input = Readonly<Record<string, unknown>>;

/** What a text field must look like. */
export interface TextRule {
  min?: number;
  max?: number;
  /** Whole-text pattern, as AWS's page prints it. */
  pattern?: string;
}

/** A text field, or `null` when absent. @throws {AwsError} `ValidationError` */
export function optionalText(input: Input, name: string, rule: TextRule = {}): string | null {
  const value = input[name];
  if (value === undefined || value === null) return null;
  const field = lowerFirst(name);
  if (typeof value !== "string") throw new AwsError("ValidationError", `'${field}' is no string`);
  if (rule.min !== undefined && value.length < rule.min) {
    throw invalidField(value, field, `have length greater than or equal to ${rule.min}`);
  }
  if (rule.max !== undefined && value.length > rule.max) {
    throw invalidField(value, field, `have length less than or equal to ${rule.max}`);
  }
  if (rule.pattern !== undefined && !new RegExp(`^(?:${rule.pattern})$`, "u").test(value)) {
    throw invalidField(value, field, `satisfy regular expression pattern: ${rule.pattern}`);
  }
  return value;
}

/** A text field that must be there. @throws {AwsError} `ValidationError` */
export function requiredText(input: Input, name: string, rule: TextRule = {}): string {
  const value = optionalText(input, name, rule);
  if (value === null) throw invalidField("null", lowerFirst(name), "not be null");
  return value;
}

/** A whole number within bounds, or `null` when absent. @throws {AwsError} `ValidationError` */
export function optionalInteger(
  input: Input,
  name: string,
  min: number,
  max: number,
): number | null {
  const value = input[name];
  if (value === undefined || value === null) return null;
  const field = lowerFirst(name);
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) {
    throw new AwsError("ValidationError", `'${field}' is no integer`);
  }
  if (number < min) {
    throw invalidField(number, field, `have value greater than or equal to ${min}`);
  }
  if (number > max) throw invalidField(number, field, `have value less than or equal to ${max}`);
  return number;
}

/** A flag; absent is false. Query services send it as text. */
export function flag(input: Input, name: string): boolean {
  return input[name] === true || input[name] === "true";
}

/** A list of texts; absent is empty. @throws {AwsError} `ValidationError` */
export function textList(input: Input, name: string): string[] {
  return list(input, name).map((value) => {
    if (typeof value === "string") return value;
    throw new AwsError("ValidationError", `'${lowerFirst(name)}' is no list of strings`);
  });
}

/** A list of structures; absent is empty. @throws {AwsError} `ValidationError` */
export function structureList(input: Input, name: string): Input[] {
  return list(input, name).map((value) => {
    if (typeof value === "object" && value !== null) return value as Input;
    throw new AwsError("ValidationError", `'${lowerFirst(name)}' is no list of structures`);
  });
}

/** A structure, or `null` when absent. @throws {AwsError} `ValidationError` */
export function optionalStructure(input: Input, name: string): Input | null {
  const value = input[name];
  if (value === undefined || value === null) return null;
  if (typeof value === "object" && !Array.isArray(value)) return value as Input;
  throw new AwsError("ValidationError", `'${lowerFirst(name)}' is no structure`);
}

function list(input: Input, name: string): unknown[] {
  const value = input[name];
  // An empty list is an empty text in the Query protocol.
  if (value === undefined || value === null || value === "") return [];
  if (Array.isArray(value)) return value;
  throw new AwsError("ValidationError", `'${lowerFirst(name)}' is no list`);
}

/** `RoleArn` as CloudTrail and the validation messages write it: `roleArn`. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
