// sandbox tests: the control endpoint; time, faults, events.
import { strict as assert } from "node:assert";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { defaultWorld, type Sandbox, startSandbox } from "../../../lib/edges/sandbox/mod.ts";
import {
  client,
  controlSandbox,
  failure,
  keysFrom,
  keysOf,
  random,
  roleArn,
  wireOf,
  withSandbox,
} from "./fixture.ts";
import { type Reply, type Wire, wireBy } from "../../aws/wire.ts";

const OURS = "[ours]";

async function whoAmI(sandbox: Sandbox, attempts = 1): Promise<string> {
  const sts = client.sts(sandbox, keysOf(sandbox, "mara"), attempts);
  try {
    return (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? "";
  } finally {
    sts.destroy();
  }
}

const MARA = "arn:aws:iam::111122223333:user/mara";

Deno.test(`${OURS} the control path is a secret of each start`, () =>
  withSandbox(async (sandbox) => {
    assert.match(sandbox.control, /^http:\/\/127\.0\.0\.1:\d+\/_sandbox\/[0-9a-f]{32}$/);
    for (const path of ["/_sandbox/clock", `/_sandbox/${"0".repeat(32)}/clock`]) {
      const response = await fetch(sandbox.endpoint + path);
      assert.equal(response.status, 403);
      assert.match(await response.text(), /MissingAuthenticationToken/);
    }
    const other = await startSandbox({ port: 0, world: defaultWorld(), now: Date.now, random });
    assert.notEqual(new URL(other.control).pathname, new URL(sandbox.control).pathname);
    assert.notDeepEqual(keysOf(other, "mara"), keysOf(sandbox, "mara"));
    await other.stop();
  }));

const BAD: readonly {
  name: string;
  method: string;
  path: string;
  body?: string;
  status: number;
}[] = [
  { name: "an unknown operation", method: "POST", path: "/nothing", body: "{}", status: 404 },
  { name: "an operation of Object", method: "POST", path: "/toString", body: "{}", status: 404 },
  { name: "another method", method: "PUT", path: "/clock", body: "{}", status: 404 },
  { name: "a body that is no JSON", method: "POST", path: "/clock", body: "{", status: 400 },
  { name: "a body that is a list", method: "POST", path: "/clock", body: "[]", status: 400 },
  {
    name: "an offset that is text",
    method: "POST",
    path: "/clock",
    body: '{"offset":"1"}',
    status: 400,
  },
  {
    name: "an unknown kind",
    method: "POST",
    path: "/fault",
    body: '{"kind":"maybe"}',
    status: 400,
  },
  { name: "no lifetime", method: "POST", path: "/sts", body: '{"lifetime":0}', status: 400 },
];

for (const { name, method, path, body, status } of BAD) {
  Deno.test(`${OURS} ${name} is refused with ${status}`, () =>
    withSandbox(async (sandbox) => {
      const response = await fetch(sandbox.control + path, { method, ...(body && { body }) });
      assert.equal(response.status, status);
      assert.equal(typeof (await response.json()).error, "string");
    }));
}

Deno.test(`${OURS} the clock moves AWS's time, and says by how much`, () =>
  withSandbox(async (sandbox) => {
    const offset = async () => (await (await fetch(`${sandbox.control}/clock`)).json()).offset;
    assert.equal(await offset(), 0);
    await controlSandbox(sandbox, "clock", { offset: 240 });
    assert.equal(await offset(), 240);
    await whoAmI(sandbox);
    const at = Date.parse(String(sandbox.events()[0]?.["eventTime"]));
    assert.ok(at - Date.now() > 235_000 && at - Date.now() <= 240_000, `found ${at}`);
    await controlSandbox(sandbox, "clock", { offset: -7200 });
    assert.equal((await failure(whoAmI(sandbox))).code, "SignatureDoesNotMatch");
  }));

Deno.test(`${OURS} sessions end, and say so, after the lifetime that was asked for`, () => {
  let clock = Date.now();
  return run(async (sandbox) => {
    await controlSandbox(sandbox, "sts", { lifetime: 3 });
    const sts = client.sts(sandbox, keysOf(sandbox, "mara"));
    const answer = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn("Dev"),
        RoleSessionName: "mara-1",
        SourceIdentity: "sentinel=mara=direct=0123456789abcdef",
      }),
    );
    const left = (answer.Credentials?.Expiration?.getTime() ?? 0) - clock;
    assert.ok(left > 2000 && left <= 3000, `found ${left} ms`);
    const session = client.sts(sandbox, keysFrom(answer));
    await session.send(new GetCallerIdentityCommand({}));
    clock += 3000;
    const ended = await failure(session.send(new GetCallerIdentityCommand({})));
    assert.match(ended.code, /^ExpiredToken/);
    sts.destroy();
    session.destroy();
  }, () => clock);
});

async function run(test: (sandbox: Sandbox) => Promise<void>, now: () => number): Promise<void> {
  const sandbox = await startSandbox({ port: 0, world: defaultWorld(), now, random });
  try {
    await test(sandbox);
  } finally {
    await sandbox.stop();
  }
}

Deno.test(`${OURS} events and counts are told`, () =>
  withSandbox(async (sandbox) => {
    await whoAmI(sandbox);
    await controlSandbox(sandbox, "fault", { service: "sts", action: "*", kind: "5xx" });
    await failure(whoAmI(sandbox));
    const told = await (await fetch(`${sandbox.control}/events`)).json();
    assert.deepEqual(told.counts, { "sts:GetCallerIdentity": 2 });
    assert.deepEqual(told.events.map((event: { eventName: string }) => event.eventName), [
      "GetCallerIdentity",
    ]);
  }));

const FAULTS: readonly { kind: string; rest?: Record<string, unknown>; wanted: RegExp }[] = [
  { kind: "error", wanted: /^InternalFailure$/ },
  {
    kind: "error",
    rest: { code: "RegionDisabledException", status: 403 },
    wanted: /^RegionDisabledException$/,
  },
  { kind: "throttle", wanted: /^Throttling$/ },
  { kind: "5xx", wanted: /^ServiceUnavailable$/ },
  { kind: "rubbish", wanted: /./ },
  { kind: "half", wanted: /./ },
  { kind: "redirect", wanted: /./ },
];

for (const { kind, rest = {}, wanted } of FAULTS) {
  const title = `${kind} ${Object.values(rest).join(" ")}`.trim();
  Deno.test(`${OURS} the fault ${title} hits its action as often as it was asked to`, () =>
    withSandbox(async (sandbox) => {
      const fault = { service: "sts", action: "GetCallerIdentity", kind, times: 2, ...rest };
      await controlSandbox(sandbox, "fault", fault);
      const ssm = client.ssm(sandbox, keysOf(sandbox, "mara"));
      await ssm.send(new GetParameterCommand({ Name: "/sentinel/policies/dev" }));
      ssm.destroy();
      for (let i = 0; i < 2; i++) assert.match((await failure(whoAmI(sandbox))).code, wanted);
      assert.equal(await whoAmI(sandbox), MARA);
    }));
}

const CALLS: readonly { service: string; action: string; call: (wire: Wire) => Promise<Reply> }[] =
  [
    {
      service: "dynamodb",
      action: "ListTables",
      call: ({ dynamodb }) => dynamodb("ListTables", {}),
    },
    { service: "sns", action: "ListTopics", call: ({ sns }) => sns("ListTopics", {}) },
    {
      service: "ses",
      action: "ListEmailIdentities",
      call: ({ ses }) => ses("GET", "/v2/email/identities"),
    },
  ];

const TOLD: readonly { kind: string; rest?: Fields; status: number; code: RegExp }[] = [
  { kind: "throttle", status: 400, code: /^Throttling(Exception)?$/ },
  { kind: "5xx", status: 503, code: /^ServiceUnavailable$/ },
  { kind: "error", rest: { code: "Strange", status: 418 }, status: 418, code: /^Strange$/ },
];
type Fields = Readonly<Record<string, unknown>>;

for (const { service, action, call } of CALLS) {
  for (const { kind, rest = {}, status, code } of TOLD) {
    Deno.test(`${OURS} the fault ${kind} hits ${service}'s ${action} once, in its own form`, () =>
      withSandbox(async (sandbox) => {
        const sam = wireOf(sandbox, "sam");
        await controlSandbox(sandbox, "fault", { service, action, kind, ...rest });
        const hit = await call(sam);
        // The JSON services give 400 to whatever is the caller's fault.
        assert.equal(hit.status, service === "dynamodb" && status < 500 ? 400 : status);
        assert.match(hit.code ?? "", code);
        assert.equal((await call(sam)).code, null);
        const { counts } = await (await fetch(`${sandbox.control}/events`)).json();
        assert.deepEqual(counts, { [`${service}:${action}`]: 2 });
      }));
  }

  Deno.test(`${OURS} ${service} takes no signature but a right one, and says so in its own form`, () =>
    withSandbox(async (sandbox) => {
      const { secretAccessKey: _, ...keys } = keysOf(sandbox, "sam");
      const forger = wireBy(sandbox.endpoint, "eu-central-1", {
        ...keys,
        secretAccessKey: "another",
      });
      assert.match((await call(forger)).code ?? "", /^(SignatureDoesNotMatch|InvalidSignature)/);
      assert.deepEqual(sandbox.events(), []);
    }));
}

Deno.test(`${OURS} faults are taken back by times 0`, () =>
  withSandbox(async (sandbox) => {
    const fault = { service: "sts", action: "*", kind: "5xx" };
    await controlSandbox(sandbox, "fault", { ...fault, times: 100 });
    await failure(whoAmI(sandbox));
    await controlSandbox(sandbox, "fault", { ...fault, times: 0 });
    assert.equal(await whoAmI(sandbox), MARA);
  }));

Deno.test(`${OURS} the real SDK gets over one throttled call`, () =>
  withSandbox(async (sandbox) => {
    await controlSandbox(sandbox, "fault", { service: "sts", kind: "throttle" });
    assert.equal(await whoAmI(sandbox, 2), MARA);
  }));

Deno.test(`${OURS} a hanging call goes on after its seconds`, () =>
  withSandbox(async (sandbox) => {
    await controlSandbox(sandbox, "fault", { service: "sts", kind: "hang", seconds: 0.05 });
    assert.equal(await whoAmI(sandbox), MARA);
  }));

Deno.test(`${OURS} stop() ends calls that hang for ever`, async () => {
  const sandbox = await startSandbox({ port: 0, world: defaultWorld(), now: Date.now, random });
  await controlSandbox(sandbox, "fault", { service: "sts", kind: "hang" });
  const hanging = failure(whoAmI(sandbox));
  while (true) {
    const told = await (await fetch(`${sandbox.control}/events`)).json();
    if (told.counts["sts:GetCallerIdentity"] === 1) break;
  }
  await sandbox.stop();
  await hanging;
  await assert.rejects(fetch(sandbox.endpoint));
});

Deno.test(`${OURS} a caller who gives up doesn't hold up the next one`, () =>
  withSandbox(async (sandbox) => {
    await controlSandbox(sandbox, "fault", { service: "sts", kind: "hang" });
    const sts = client.sts(sandbox, keysOf(sandbox, "mara"));
    const abortSignal = AbortSignal.timeout(100);
    const given = await failure(sts.send(new GetCallerIdentityCommand({}), { abortSignal }));
    assert.equal(given.code, "AbortError");
    assert.equal(await whoAmI(sandbox), MARA);
    sts.destroy();
  }));
