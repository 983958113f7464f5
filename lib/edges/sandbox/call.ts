// sandbox: one call to a service, and what a service is.
import type { Credential, State } from "./state.ts";

/** A call whose signature holds. */
export interface Call {
  service: string;
  action: string;
  /** The request's own fields, as the API names them. */
  input: Readonly<Record<string, unknown>>;
  credential: Credential;
  region: string;
  state: State;
  sourceIp: string;
  userAgent: string;
  requestId: string;
}

/** What a served call answers. */
export interface Answer {
  /** The API's result structure. */
  result: Readonly<Record<string, unknown>>;
  /** `responseElements` of the CloudTrail record; none for calls that only read. */
  elements?: Readonly<Record<string, unknown>>;
  /** Resources that the CloudTrail record names. */
  resources?: readonly { arn: string; type: string }[];
}

/** One action of a service. */
export interface Action {
  readOnly: boolean;
  /** REST services only: method and path, as in `GET /v2/email/identities/{EmailIdentity}`. */
  route?: string;
  /** A data event: CloudTrail's event history doesn't hold it ("Logging data events"). */
  data?: boolean;
  /** Fields that CloudTrail never shows. */
  hide?: readonly string[];
  /** `requestParameters` of the CloudTrail record, where they are not just the request's fields. */
  show?(input: Call["input"]): Readonly<Record<string, unknown>>;
  run(call: Call): Answer | Promise<Answer>;
}

/** A service: how it speaks, and its table of actions. */
export interface Service {
  /** As AWS's models call them; `json-1.0` differs from `json` in its content type. */
  protocol: "query" | "json" | "json-1.0" | "rest-json";
  /** XML name space of a Query service, or of a JSON service's errors; may be empty. */
  namespace: string;
  actions: Readonly<Record<string, Action>>;
}
