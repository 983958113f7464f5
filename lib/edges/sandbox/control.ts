// sandbox: the control endpoint; who knows its address may move time and break calls.
import { FAULT_KINDS } from "./faults.ts";
import type { Fault, FaultKind, State } from "./state.ts";

/** A request that the control endpoint can't follow. */
class ControlError extends Error {
  override readonly name: string = "ControlError";
}

type Body = Readonly<Record<string, unknown>>;
type Operation = (state: State, body: Body) => unknown;

const POST: Readonly<Record<string, Operation>> = {
  clock: (state, body) => {
    state.offset = number(body, "offset");
    return { offset: state.offset };
  },
  sts: (state, body) => {
    state.lifetime = body["lifetime"] === null ? null : positive(body, "lifetime");
    return { lifetime: state.lifetime };
  },
  fault: (state, body) => {
    const fault = readFault(body);
    if (fault.left > 0) state.faults.push(fault);
    else dropFaults(state, fault);
    return { faults: state.faults };
  },
};

const GET: Readonly<Record<string, Operation>> = {
  clock: (state) => ({ offset: state.offset }),
  messages: (state) => ({ messages: state.messages }),
  events: (state) => ({
    events: state.events,
    counts: Object.fromEntries(state.counts),
    rights: Object.fromEntries(state.rights),
  }),
};

/**
 * Answer `POST <control>/<operation>` with a JSON body, or `GET <control>/<operation>`.
 * @param operation the path after the token
 */
export async function control(
  state: State,
  request: Request,
  operation: string,
): Promise<Response> {
  const table = request.method === "POST" ? POST : request.method === "GET" ? GET : {};
  const run = Object.hasOwn(table, operation) ? table[operation] : undefined;
  const text = await request.text();
  if (run === undefined) {
    const known = `POST ${Object.keys(POST).join("|")}, GET ${Object.keys(GET).join("|")}`;
    return Response.json({ error: `no such operation, want ${known}` }, { status: 404 });
  }
  try {
    return Response.json(run(state, readBody(text)));
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return Response.json({ error: error.message }, { status: 400 });
  }
}

function readBody(text: string): Body {
  if (text === "") return {};
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Body;
  } catch { /* said below */ }
  throw new ControlError("found a body that is no JSON object");
}

function readFault(body: Body): Fault {
  const kind = FAULT_KINDS.find((known) => known === body["kind"]) as FaultKind | undefined;
  if (kind === undefined) throw new ControlError(`kind: want ${FAULT_KINDS.join(", ")}`);
  return {
    service: word(body, "service", "*"),
    action: word(body, "action", "*"),
    kind,
    left: body["times"] === undefined ? 1 : number(body, "times"),
    code: word(body, "code", "InternalFailure"),
    status: body["status"] === undefined ? 500 : number(body, "status"),
    seconds: body["seconds"] === undefined ? null : positive(body, "seconds"),
  };
}

/** `times: 0` takes faults back. */
function dropFaults(state: State, like: Fault): void {
  state.faults = state.faults.filter((fault) =>
    fault.service !== like.service || fault.action !== like.action || fault.kind !== like.kind
  );
}

function word(body: Body, name: string, otherwise: string): string {
  const value = body[name] ?? otherwise;
  if (typeof value === "string") return value;
  throw new ControlError(`${name}: want a text`);
}

function number(body: Body, name: string): number {
  const value = body[name];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new ControlError(`${name}: want a number`);
}

function positive(body: Body, name: string): number {
  const value = number(body, name);
  if (value > 0) return value;
  throw new ControlError(`${name}: want a number above 0`);
}
