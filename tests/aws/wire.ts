// aws tests: signed calls of services for which no SDK is at hand, one function a protocol.
import { AwsClient } from "aws4fetch";

type Fields = Readonly<Record<string, unknown>>;

/** What came back. */
export interface Reply {
  status: number;
  /** Parsed where it is JSON, else the text as it came. */
  body: Fields;
  text: string;
  /** The error's code without its name space; `null` = served. */
  code: string | null;
  /** The error's words. */
  message: string;
}

/** Calls by one pair of keys. */
export interface Wire {
  dynamodb(action: string, input: Fields): Promise<Reply>;
  sns(action: string, form: Readonly<Record<string, string>>): Promise<Reply>;
  ses(method: string, path: string, input?: Fields): Promise<Reply>;
}

/** A pair of keys that signs. */
export interface Signer {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Calls of the AWS at `endpoint` by these keys. */
export function wireBy(endpoint: string, region: string, keys: Signer): Wire {
  const send = async (service: string, path: string, init: RequestInit): Promise<Reply> => {
    const client = new AwsClient({ ...keys, service, region, retries: 0 });
    const request = await client.sign(endpoint + path, init);
    const response = await fetch(request);
    return replyOf(response, await response.text());
  };
  return {
    dynamodb: (action, input) =>
      send("dynamodb", "/", {
        method: "POST",
        body: JSON.stringify(input),
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `DynamoDB_20120810.${action}`,
        },
      }),
    sns: (action, form) =>
      send("sns", "/", {
        method: "POST",
        body: new URLSearchParams({ Action: action, Version: "2010-03-31", ...form }).toString(),
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      }),
    ses: (method, path, input) =>
      send("ses", path, {
        method,
        ...(input && { body: JSON.stringify(input) }),
        headers: { "content-type": "application/json" },
      }),
  };
}

function replyOf(response: Response, text: string): Reply {
  const isXml = text.startsWith("<");
  const body: Fields = isXml || text === "" ? {} : JSON.parse(text);
  const type = body["__type"] ?? response.headers.get("x-amzn-errortype") ?? "unnamed";
  const code = isXml ? element(text, "Code") : String(type).split("#").at(-1) ?? "";
  const message = isXml ? element(text, "Message") : body["message"] ?? body["Message"] ?? "";
  return {
    status: response.status,
    body,
    text,
    code: response.ok ? null : code,
    message: String(message),
  };
}

/** The text of an element; empty when there is none. */
export function element(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
}
