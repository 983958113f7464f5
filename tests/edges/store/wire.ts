// store tests: the wire between a store and its DynamoDB: counted, cut, throttled, answered falsely.

/** One call that went out. */
export interface Seen {
  action: string;
  input: Record<string, unknown>;
  url: string;
}

/** A `fetch` that keeps what it saw. */
export interface Wire {
  fetch: typeof fetch;
  seen: Seen[];
  /** Actions, in order. */
  actions(): string[];
}

type Trick = (seen: Seen, send: () => Promise<Response>) => Promise<Response>;

/** @param tricks one a call, in turn; none left: the call goes through */
export function wire(...tricks: Trick[]): Wire {
  const seen: Seen[] = [];
  let calls = 0;
  return {
    seen,
    actions: () => seen.map(({ action }) => action),
    async fetch(url, init) {
      const action = new Headers(init?.headers).get("x-amz-target")?.split(".")[1] ?? "";
      const one = { action, input: JSON.parse(String(init?.body)), url: String(url) };
      seen.push(one);
      const send = () => fetch(url, init);
      return await (tricks[calls++]?.(one, send) ?? send());
    },
  };
}

/** The call arrives and is done; its answer is lost on the way back. */
export const lost: Trick = lostThen(() => Promise.resolve());

/** The call is done, its answer is lost, and then somebody else is at work. */
export function lostThen(meanwhile: () => Promise<unknown>): Trick {
  return async (_, send) => {
    await (await send()).body?.cancel();
    await meanwhile();
    throw new TypeError("error reading a body from connection");
  };
}

/** The call never arrives, and somebody else is at work before the next try. */
export function unsentThen(meanwhile: () => Promise<unknown>): Trick {
  return async () => {
    await meanwhile();
    throw new TypeError("connection reset");
  };
}

/** Turned away before anything was done. */
export function refused(code: string, status = 400, message = "no"): Trick {
  const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message });
  return () => Promise.resolve(new Response(body, { status }));
}

/** An answer that something gives in DynamoDB's place. */
export function answered(text: string, status = 200): Trick {
  return () => Promise.resolve(new Response(text, { status }));
}
