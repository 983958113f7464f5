// commands: `request --wait`: ends with the decision, with the time, or with Ctrl-C, and says which.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { createContext } from "../../commands/context.ts";
import { waitFor } from "../../commands/request/waiting.ts";
import { withSandbox } from "../../commands/sandbox/start.ts";
import {
  type Clerk,
  type DeskPorts,
  judgeRequest,
  parseApprovalPolicy,
  requestOf,
  submit,
  withdraw,
} from "../../lib/core/approvals/mod.ts";
import type { EntryBody } from "../../lib/core/journal/types.ts";
import { emptyWorld } from "../docs/parsing.ts";
import { memoryStore } from "../edges/store/memory.ts";
import { denoDir } from "../e2e/transcript.ts";
import { runIn } from "../e2e/tools.ts";

const NOW = Date.parse("2026-01-05T09:00:00.000Z");
const ID = "a1b2c3d4e5f60718";
const clerk = (user: string): Clerk => ({ id: `id-of-${user}`, user, aliases: [], arn: user });

/** A desk with one request of mara's. The clock runs `jump` ms on with each look. */
async function desk(jump = 0): Promise<{ ports: DeskPorts; entries: EntryBody[] }> {
  let now = NOW;
  const entries: EntryBody[] = [];
  const append = (body: EntryBody) => {
    entries.push(body);
    return Promise.resolve({ seq: entries.length, hash: "0".repeat(64) });
  };
  const text = `version: "1"\nrules: [{ name: prod, approvers: [lea, sam], within: 1m }]\n`;
  const ports: DeskPorts = {
    store: memoryStore(),
    journal: { append, appendIf: () => Promise.reject(new Error("unplanned")) },
    now: () => new Date(now += jump),
    policies: [parseApprovalPolicy(text, "approval.yaml")],
    sign: null,
    about: { pins: "unpinned", version: "test" },
  };
  const wish = {
    ...{ id: ID, profile: "prod", role: null, durationSeconds: 3600, ticket: null },
    ...{ reason: "restart the queue", notBefore: null, sessionPolicyDigest: null },
  };
  await submit(ports, wish, clerk("mara"));
  return { ports, entries };
}

async function waited(ports: DeskPorts, person = false) {
  const said = { code: 0, out: "", err: "" };
  const base = { ...emptyWorld(said, { HOME: "/nonexistent" }), talksToPerson: person };
  const ended = await waitFor(createContext(base).open({}), ports, { id: ID });
  assert.ok(ended !== "interrupted");
  return { code: ended.code, state: ended.request.state, err: said.err };
}

const DECISIONS: readonly { name: string; code: number; decide: (ports: DeskPorts) => unknown }[] =
  [
    {
      name: "approved",
      code: 0,
      decide: (p) => judgeRequest(p, ID, "approve", clerk("lea"), null),
    },
    { name: "denied", code: 3, decide: (p) => judgeRequest(p, ID, "deny", clerk("lea"), null) },
    { name: "cancelled", code: 3, decide: (p) => withdraw(p, ID, clerk("mara"), null) },
  ];

for (const { name, code, decide } of DECISIONS) {
  Deno.test(`waitFor() ends with ${code} when it is ${name}, and says nothing to programs`, async () => {
    const { ports } = await desk();
    const waiting = waited(ports);
    await decide(ports);
    assert.deepEqual(await waiting, { code, state: name, err: "" });
  });
}

Deno.test("waitFor() ends with 4 when the time is up, tells a person how long, puts it on record", async () => {
  const { ports, entries } = await desk(25_000);
  const { code, state, err } = await waited(ports, true);
  assert.deepEqual([code, state], [4, "expired"]);
  assert.ok(err.startsWith("\r\x1b[Kwaiting for a decision on a1b2c3d4e5f60718: "), err);
  assert.match(err, /: \d+s left, Ctrl-C leaves it open/);
  assert.ok(err.endsWith("\r\x1b[K"), "the line is taken away again");
  assert.equal((await requestOf(ports.store, ID)).state, "expired");
  assert.deepEqual(
    entries.slice(-2).map((entry) => entry.kind === "approval" && [entry.event, entry.result]),
    [["request.expired", "about"], ["request.expired", "done"]],
  );
});

Deno.test("Ctrl-C leaves the request alive, says how to take it back, and ends with 130", async () => {
  const options = { port: 0, world: undefined, as: undefined };
  await withSandbox(processBase("test", false), options, async ({ home, env }) => {
    const all = { HOME: home, LANG: "C.UTF-8", ...denoDir(), ...env };
    const words = ["request", "--profile", "prod", "--reason", "worth waiting for", "--wait"];
    const child = new Deno.Command(`${home}/bin/sentinel`, {
      ...{ args: words, cwd: home, env: all, clearEnv: true },
      ...{ stdin: "null", stdout: "piped", stderr: "piped" },
    }).spawn();
    const list = () => runIn(home, env, "sentinel", "request", "list", "--json");
    let open = "";
    while (open === "") open = (await list()).out;
    // Filed is not yet waiting: a moment for what comes between.
    await new Promise((done) => setTimeout(done, 1_000));
    child.kill("SIGINT");
    const { code, stdout, stderr } = await child.output();
    const { id } = JSON.parse(open);
    const err = new TextDecoder().decode(stderr);
    assert.deepEqual([code, new TextDecoder().decode(stdout)], [130, ""]);
    assert.ok(
      err.endsWith(
        `sentinel: request ${id} stays open; to take it back: sentinel request cancel ${id}\n`,
      ),
      err,
    );
    assert.equal(JSON.parse((await list()).out).state, "pending");
    return 0;
  });
});
