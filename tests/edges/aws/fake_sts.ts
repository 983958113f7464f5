// aws: a server on loopback that answers what a test tells it to, and remembers what it was asked.

/** One request as it came. */
export interface Asked {
  url: string;
  headers: Headers;
  form: URLSearchParams;
}

/** Runs `use` against a server that answers with `answer(how often it was asked before)`. */
export async function withServer(
  answer: (times: number, stop: AbortSignal) => Response | Promise<Response>,
  use: (endpoint: string, asked: Asked[]) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  const stop = new AbortController();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {}, onError: () => new Response(null) },
    async (request) => {
      const form = new URLSearchParams(await request.text());
      asked.push({ url: request.url, headers: request.headers, form });
      return await answer(asked.length - 1, stop.signal);
    },
  );
  try {
    await use(`http://127.0.0.1:${server.addr.port}/`, asked);
  } finally {
    stop.abort();
    await server.shutdown();
  }
}

/** An answer that comes only when the test is over. */
export function hang(stop: AbortSignal): Promise<Response> {
  return new Promise((resolve) => {
    stop.addEventListener("abort", () => resolve(new Response(null, { status: 500 })));
  });
}

const headers = { "content-type": "text/xml" };

/** A successful answer of the Query protocol. */
export function ok(action: string, result: string, more: Record<string, string> = {}): Response {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response ` +
    `xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${result}</${action}Result>` +
    `<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>\n`;
  return new Response(xml, { headers: { ...headers, ...more } });
}

/** An error of the Query protocol. */
export function fail(status: number, code: string, message: string): Response {
  return new Response(
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>` +
      `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
    { status, headers },
  );
}
