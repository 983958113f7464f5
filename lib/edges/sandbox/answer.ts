// sandbox: from an HTTP request to one call of one service, and back.
import { AwsError } from "./aws_error.ts";
import type { Action, Answer, Call, Service } from "./call.ts";
import { roleSession } from "./caller.ts";
import { cutInHalf, faultError, pause, takeFault } from "./faults.ts";
import { type Named, PROTOCOLS } from "./protocols.ts";
import { checkSignature, checkSkew, type Claim, readClaim } from "./sigv4.ts";
import { newUuid } from "./random.ts";
import type { Credential, Fault, State } from "./state.ts";
import { trailRecord } from "./trail.ts";

/** Services by the name in the credential scope. */
export type Services = Readonly<Record<string, Service>>;

/** What the wire gave, before anybody is believed. */
interface Arrived {
  request: Request;
  url: URL;
  body: Uint8Array<ArrayBuffer>;
  sourceIp: string;
  requestId: string;
}

/** Longest body that is read, in bytes. */
const MAX_BODY = 1 << 20;

/**
 * Serve one request as AWS would.
 * @param stopped ends calls that a fault made hang
 */
export async function answer(
  state: State,
  services: Services,
  request: Request,
  sourceIp: string,
  stopped: AbortSignal,
): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer());
  const url = new URL(request.url);
  const arrived = { request, url, body, sourceIp, requestId: newUuid(state.random) };
  let service = guessService(request, services);
  try {
    if (body.length > MAX_BODY) throw new AwsError("RequestEntityTooLarge", "Body too large", 413);
    const claim = readClaim(request.headers);
    service = Object.hasOwn(services, claim.service) ? services[claim.service] ?? service : service;
    const named = readCall(arrived, claim, service, services);
    const key = `${claim.service}:${named.action}`;
    state.counts.set(key, (state.counts.get(key) ?? 0) + 1);
    const fault = takeFault(state, claim.service, named.action);
    const failed = fault === null ? null : await spoil(arrived, fault, stopped);
    if (failed !== null) return failed;
    const credential = await authenticate(state, arrived, claim);
    const call = makeCall(state, arrived, claim, named, credential);
    const { result } = await run(call, service);
    const { requestId } = arrived;
    const text = PROTOCOLS[service.protocol].print({ service, ...named, requestId }, result);
    const headers = headersFor(state, service, requestId);
    return fault?.kind === "half" ? cutInHalf(text, headers) : new Response(text, { headers });
  } catch (error) {
    return refuse(state, service, error, arrived);
  }
}

/** For requests that can't be read: whose error form fits? */
function guessService(request: Request, services: Services): Service {
  const type = request.headers.get("content-type") ?? "";
  const protocol = /^application\/(x-amz-)?json/.test(type) ? "json" : "query";
  const found = Object.values(services).find((service) => service.protocol === protocol);
  return found ?? { protocol, namespace: "", actions: {} };
}

function readCall(arrived: Arrived, claim: Claim, service: Service, services: Services): Named {
  if (!Object.hasOwn(services, claim.service)) {
    throw new AwsError("InvalidAction", `The sandbox has no service '${claim.service}'`);
  }
  const { request, body, url } = arrived;
  const named = PROTOCOLS[service.protocol].read({ request, body, url }, service);
  if (Object.hasOwn(service.actions, named.action)) return named;
  throw new AwsError(
    "InvalidAction",
    `Could not find operation ${named.action} in the sandbox's ${claim.service}`,
  );
}

async function authenticate(state: State, arrived: Arrived, claim: Claim): Promise<Credential> {
  const credential = state.credentials.get(claim.accessKeyId);
  const token = arrived.request.headers.get("x-amz-security-token");
  if (credential === undefined || credential.token !== token || isGone(state, credential)) {
    throw new AwsError(
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
      403,
    );
  }
  const { request, url, body } = arrived;
  checkSkew(claim, state.time());
  const parts = { method: request.method, url, headers: request.headers, body };
  await checkSignature(claim, parts, credential.secretAccessKey);
  if (credential.expires !== null && credential.expires <= state.time()) {
    throw new AwsError(
      "ExpiredToken",
      "The security token included in the request is expired",
      403,
    );
  }
  return credential;
}

/** Sessions of a deleted role are worth nothing, even if a new one bears its name. */
function isGone(state: State, credential: Credential): boolean {
  const session = roleSession(credential);
  return session !== null && state.roles.get(session.role.name) !== session.role;
}

function makeCall(
  state: State,
  arrived: Arrived,
  claim: Claim,
  named: Named,
  credential: Credential,
): Call {
  return {
    service: claim.service,
    ...named,
    credential,
    region: claim.region,
    state,
    sourceIp: arrived.sourceIp,
    userAgent: arrived.request.headers.get("user-agent") ?? "",
    requestId: arrived.requestId,
  };
}

function record(call: Call, action: Action, outcome: Answer | AwsError): void {
  if (action.data !== true) call.state.events.push(trailRecord(call, action, outcome));
}

/** Run the action; whatever it answers, CloudTrail has seen it. */
async function run(call: Call, service: Service): Promise<Answer> {
  const action = service.actions[call.action];
  if (action === undefined) throw new AwsError("InvalidAction", `no ${call.action}`);
  try {
    const answered = await action.run(call);
    record(call, action, answered);
    return answered;
  } catch (error) {
    if (error instanceof AwsError) record(call, action, error);
    throw error;
  }
}

/** What a fault does before the call is looked at; `null` = the call goes on. */
async function spoil(
  arrived: Arrived,
  fault: Fault,
  stopped: AbortSignal,
): Promise<Response | null> {
  const error = faultError(fault);
  if (error !== null) throw error;
  if (fault.kind === "rubbish") return new Response("<<< this is no answer of AWS >>>");
  if (fault.kind === "redirect") {
    const location = new URL("/elsewhere", arrived.url).href;
    return new Response(null, { status: 307, headers: { location } });
  }
  if (fault.kind === "hang") {
    // Not the request's own signal: Deno warns on stderr where one is used. A caller who gave up
    // leaves a promise behind until the sandbox stops.
    await pause(fault.seconds === null ? null : fault.seconds * 1000, stopped);
    if (fault.seconds === null) return new Response(null, { status: 503 });
  }
  return null;
}

function refuse(state: State, service: Service, error: unknown, arrived: Arrived): Response {
  if (!(error instanceof AwsError)) {
    // A defect of the sandbox: the client sees AWS's word for it, the person who runs it the cause.
    console.error("sandbox:", error);
    return refuse(state, service, new AwsError("InternalFailure", "sandbox defect", 500), arrived);
  }
  const { requestId } = arrived;
  const { text, status, headers } = PROTOCOLS[service.protocol].refuse(error, service, requestId);
  return new Response(text, {
    status,
    headers: { ...headersFor(state, service, requestId), ...headers },
  });
}

function headersFor(state: State, service: Service, requestId: string): Record<string, string> {
  return {
    "content-type": PROTOCOLS[service.protocol].contentType,
    // SDKs read AWS's clock from here when a signature is too old.
    date: new Date(state.time()).toUTCString(),
    "x-amzn-requestid": requestId,
  };
}
