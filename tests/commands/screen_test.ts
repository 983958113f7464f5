// commands tests: when a screen is drawn, and when it has colours.
import { strict as assert } from "node:assert";
import { type Base, processBase } from "../../commands/base.ts";
import { Session } from "../../commands/context.ts";
import { drawsScreen, isColoured } from "../../commands/screen.ts";

/** A session on a terminal, or not, with these variables and no files. */
function session(env: Record<string, string>, hasScreen: boolean, flags: object): Session {
  const base: Base = {
    ...processBase("test", false),
    env: (name) => ({ SENTINEL_HOME: "/nonexistent", TERM: "xterm", ...env })[name],
    hasScreen: () => hasScreen,
    pinsPath: "/nonexistent/pins.yaml",
  };
  return new Session(base, flags);
}

interface Row {
  name: string;
  env?: Record<string, string>;
  terminal?: boolean;
  flags?: object;
  plain?: boolean;
  want: boolean;
}

const DRAWS: readonly Row[] = [
  { name: "on a terminal", want: true },
  { name: "not without one", terminal: false, want: false },
  { name: "not with --plain", plain: true, want: false },
  { name: "not with --json", flags: { json: true }, want: false },
  { name: "not with SENTINEL_JSON", env: { SENTINEL_JSON: "true" }, want: false },
  { name: "with SENTINEL_JSON=false", env: { SENTINEL_JSON: "false" }, want: true },
  { name: "not where TERM is dumb", env: { TERM: "dumb" }, want: false },
  { name: "without colours too", env: { NO_COLOR: "1" }, want: true },
];

for (const { name, env = {}, terminal = true, flags = {}, plain = false, want } of DRAWS) {
  Deno.test(`drawsScreen: ${name}: ${want}`, async () => {
    assert.equal(await drawsScreen(session(env, terminal, flags), plain), want);
  });
}

const COLOURS: readonly Row[] = [
  { name: "on a terminal", want: true },
  { name: "not with NO_COLOR", env: { NO_COLOR: "1" }, want: false },
  { name: "with an empty NO_COLOR", env: { NO_COLOR: "" }, want: true },
  { name: "not with --no-color", flags: { noColor: true }, want: false },
  { name: "not with SENTINEL_NO_COLOR", env: { SENTINEL_NO_COLOR: "1" }, want: false },
];

for (const { name, env = {}, flags = {}, want } of COLOURS) {
  Deno.test(`isColoured: ${name}: ${want}`, async () => {
    assert.equal(await isColoured(session(env, true, flags)), want);
  });
}

Deno.test("withVariables: other variables for a while, then what was there, also after a failure", async () => {
  const base = processBase("test", false);
  const [there, missing] = ["SENTINEL_TEST_THERE", "SENTINEL_TEST_MISSING"];
  Deno.env.set(there, "before");
  try {
    const seen = await base.withVariables(
      { [there]: null, [missing]: "x" },
      () => Promise.resolve([Deno.env.get(there), Deno.env.get(missing)]),
    );
    assert.deepEqual(seen, [undefined, "x"]);
    await assert.rejects(
      base.withVariables({ [there]: "y" }, () => Promise.reject(new Error("z"))),
    );
    assert.deepEqual([Deno.env.get(there), Deno.env.get(missing)], ["before", undefined]);
  } finally {
    Deno.env.delete(there);
  }
});

Deno.test("endCallsWith: a call that is under way ends with the signal, and so does every later one", async () => {
  const { fetch } = globalThis;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Promise<Response>(() => {}),
  );
  const ended = new AbortController();
  try {
    processBase("test", false).endCallsWith(ended.signal);
    const url = `http://127.0.0.1:${server.addr.port}/`;
    const asked = assert.rejects(globalThis.fetch(url), { name: "AbortError" });
    ended.abort();
    await asked;
    await assert.rejects(globalThis.fetch(url, { signal: AbortSignal.timeout(5_000) }), {
      name: "AbortError",
    });
  } finally {
    globalThis.fetch = fetch;
    await server.shutdown();
  }
});
