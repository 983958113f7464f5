// sandbox: how services speak: what a request asks, and how results and errors are written.
import type { AwsError } from "./aws_error.ts";
import type { Service } from "./call.ts";
import { jsonCode, jsonStatus, printJson, printJsonError, readJson } from "./json_protocol.ts";
import { printError, printResult, readForm } from "./query_protocol.ts";
import { readRest } from "./rest_protocol.ts";

/** What a request asks. */
export interface Named {
  /** Empty when it names none. */
  action: string;
  input: Readonly<Record<string, unknown>>;
}

/** A request as it came. */
export interface Raw {
  request: Request;
  url: URL;
  body: Uint8Array<ArrayBuffer>;
}

/** A served call, for whom its result is written. */
export interface Served extends Named {
  service: Service;
  requestId: string;
}

/** One way to speak. */
export interface Protocol {
  contentType: string;
  /** @throws {AwsError} when it can't be read */
  read(raw: Raw, service: Service): Named;
  print(served: Served, result: Readonly<Record<string, unknown>>): string;
  refuse(error: AwsError, service: Service, requestId: string): Refused;
}

interface Refused {
  text: string;
  status: number;
  headers: Readonly<Record<string, string>>;
}

const query: Protocol = {
  contentType: "text/xml",
  read: ({ request, url, body }) => {
    const form = request.method === "POST"
      ? new URLSearchParams(new TextDecoder().decode(body))
      : url.searchParams;
    return { action: form.get("Action") ?? "", input: readForm(form) };
  },
  print: ({ action, service, requestId }, result) =>
    printResult(action, result, service.namespace, requestId),
  refuse: (error, { namespace }, requestId) => ({
    text: printError(error, namespace, requestId),
    status: error.status,
    headers: {},
  }),
};

const json: Protocol = {
  contentType: "application/x-amz-json-1.1",
  read: ({ request, body }) => ({
    action: request.headers.get("x-amz-target")?.split(".").at(-1) ?? "",
    input: readJson(body),
  }),
  print: (_, result) => printJson(result),
  refuse: (error, { namespace }) => ({
    text: printJsonError(error, namespace),
    status: jsonStatus(error),
    headers: {},
  }),
};

/** Every protocol. */
export const PROTOCOLS: Readonly<Record<Service["protocol"], Protocol>> = {
  query,
  json,
  "json-1.0": { ...json, contentType: "application/x-amz-json-1.0" },
  "rest-json": {
    contentType: "application/json",
    read: readRest,
    print: json.print,
    refuse: (error) => ({
      text: printJson({ message: error.message }),
      status: error.status,
      headers: { "x-amzn-errortype": jsonCode(error) },
    }),
  },
};
