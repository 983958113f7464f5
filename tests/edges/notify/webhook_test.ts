// notify: webhooks against real servers: whom they reach, whom they never reach, what each answer means.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import {
  envelopeText,
  isSignedBody,
  readTarget,
  type Sending,
} from "../../../lib/core/notify/mod.ts";
import { MAX_HEAD_BYTES } from "../../../lib/edges/notify/head.ts";
import { machineNetwork, type Network, postPinned } from "../../../lib/edges/notify/pinned.ts";
import { sendWebhook } from "../../../lib/edges/notify/webhook.ts";
import { certificateFor } from "./certificate.ts";
import { ENVELOPE } from "./notices.ts";
import {
  type Answer,
  HOST,
  networkTo,
  PUBLIC,
  status,
  withReceiver,
  withTrap,
} from "./receiver.ts";

const SECRET = "a secret of 16 characters or more";
const PATH = "/services/T000/s3cret-p4th?key=s3cret-qu3ry";
const NOW = new Date("2026-01-05T08:00:00.000Z");

function send(network: Network, url = `https://${HOST}${PATH}`, timeoutMs = 3000) {
  return sendWebhook({ url, secret: SECRET }, ENVELOPE, { network, now: () => NOW, timeoutMs });
}

/** It fails with this code, and no word of it has anything of the URL's path. */
async function refused(sending: Promise<unknown>, code: ErrorCode, words = /./): Promise<void> {
  await assert.rejects(sending, (error) => {
    assert.ok(error instanceof SentinelError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    for (let at: unknown = error; at instanceof Error; at = at.cause) {
      assert.doesNotMatch(Deno.inspect(at), /s3cret|16 characters or more/);
    }
    return true;
  });
}

Deno.test("a webhook gets the envelope, signed, under the event's id, at a judged address", async () => {
  await withReceiver(() => status("200 OK"), async (port, received) => {
    const network = networkTo(port);
    assert.deepEqual(await send(network), { kind: "sent" });
    const [{ path, headers, body } = assert.fail()] = received;
    assert.equal(path, PATH);
    assert.equal(body, envelopeText(ENVELOPE));
    assert.equal(headers.get("host"), HOST);
    assert.equal(headers.get("content-type"), "application/json");
    assert.equal(headers.get("x-sentinel-event"), "request.created");
    assert.equal(headers.get("x-sentinel-delivery"), ENVELOPE.event_id);
    const signature = headers.get("x-sentinel-signature") ?? "";
    assert.ok(await isSignedBody(signature, SECRET, body, NOW));
    assert.ok(!await isSignedBody(signature, SECRET, `${body} `, NOW));
    assert.deepEqual([network.asked, network.connected], [[HOST], [PUBLIC]]);
    assert.equal(received.length, 1);
  });
});

const LOCAL = [
  ["loopback", "127.0.0.1"],
  ["all of loopback", "127.8.9.10"],
  ["this machine by its unspecified address", "0.0.0.0"],
  ["IPv6 loopback", "::1"],
  ["the IPv6 unspecified address", "::"],
  ["IPv4-mapped loopback", "::ffff:127.0.0.1"],
  ["IPv4-mapped loopback in hex", "::ffff:7f00:1"],
  ["link-local", "169.254.10.10"],
  ["the metadata address", "169.254.169.254"],
  ["the metadata address, IPv4-mapped", "::ffff:169.254.169.254"],
  ["the IPv6 metadata address", "fd00:ec2::254"],
  ["IPv6 link-local", "fe80::1"],
  ["a private network", "10.1.2.3"],
  ["NAT64 of loopback", "64:ff9b::7f00:1"],
  ["6to4 of loopback", "2002:7f00:1::"],
  ["what is no address", "0177.0.0.1"],
] as const;

Deno.test("trap: SSRF: a name of an address that is not public is not connected to", () =>
  withTrap(async (port, caught) => {
    for (const [name, address] of LOCAL) {
      const url = `https://${HOST}:${port}${PATH}`;
      for (const addresses of [[address], [PUBLIC, address]]) {
        const network = { ...machineNetwork, resolve: () => Promise.resolve(addresses) };
        await refused(send(network, url), "TARGET_REFUSED", /address/);
        assert.equal(caught(), 0, name);
      }
    }
    // The trap works: whoever connects is caught.
    (await machineNetwork.connect("127.0.0.1", port, new AbortController().signal)).close();
    while (caught() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }));

const URLS = [
  "https://127.0.0.1:PORT",
  "https://127.1:PORT",
  "https://2130706433:PORT",
  "https://0x7f.0.0.1:PORT",
  "https://[::1]:PORT",
  "https://[::ffff:127.0.0.1]:PORT",
  "https://[::ffff:7f00:1]:PORT",
  "https://localhost:PORT",
  "https://a.localhost.:PORT",
  "https://169.254.169.254",
  `http://${HOST}:PORT`,
  `https://mara:s3cret@${HOST}:PORT`,
];

Deno.test("trap: SSRF: a URL that names this machine or clear text is refused unasked", () =>
  withTrap(async (port, caught) => {
    let asked = 0;
    const resolve = () => {
      asked++;
      return Promise.resolve(["127.0.0.1"]);
    };
    for (const url of URLS) {
      const whole = url.replace("PORT", String(port)) + PATH;
      await refused(send({ ...machineNetwork, resolve }, whole), "TARGET_REFUSED");
    }
    assert.deepEqual([caught(), asked], [0, 0]);
  }));

Deno.test("trap: SSRF: DNS that changes its answer moves nothing: it is asked once", () =>
  withTrap((trap, caught) =>
    withReceiver(() => status("200 OK"), async (port, received) => {
      const network = networkTo(port, (times) => times === 0 ? [PUBLIC] : ["127.0.0.1"]);
      const url = `https://${HOST}:${trap}${PATH}`;
      assert.deepEqual(await send(network, url), { kind: "sent" });
      assert.equal(network.asked.length, 1);
      await refused(send(network, url), "TARGET_REFUSED", /loopback/);
      assert.deepEqual(network.connected, [PUBLIC], "only what was judged is connected to");
      assert.deepEqual([received.length, caught()], [1, 0]);
    })
  ));

Deno.test("trap: SSRF: a redirect to loopback is not followed", () =>
  withTrap(async (trap, caught) => {
    for (const code of [301, 302, 303, 307, 308]) {
      const answer = status(`${code} Moved`, `Location: https://127.0.0.1:${trap}/`);
      await withReceiver(() => answer, async (port) => {
        const why = `the target answered ${code}: redirects are not followed`;
        assert.deepEqual(await send(networkTo(port)), { kind: "refused", why });
      });
    }
    assert.equal(caught(), 0);
  }));

const retry = (code: number, retryAfterSeconds: number | null = null): Sending => ({
  kind: "retry",
  why: `the target answered ${code}`,
  retryAfterSeconds,
});
const ANSWERS: readonly { name: string; answer: Answer; want: Sending }[] = [
  { name: "202", answer: status("202 Accepted"), want: { kind: "sent" } },
  { name: "a status without a reason", answer: status("204"), want: { kind: "sent" } },
  { name: "429", answer: status("429 Slow", "rEtry-After:  7 "), want: retry(429, 7) },
  { name: "500", answer: status("500 Oops"), want: retry(500) },
  {
    name: "503 with a date",
    answer: status("503 No", "Retry-After: Mon, 05 Jan 2026 08:00:30 GMT"),
    want: retry(503, 30),
  },
  {
    name: "404",
    answer: status("404 Not Found"),
    want: { kind: "refused", why: "the target answered 404" },
  },
  {
    name: "an interim answer before",
    answer: { bytes: `HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n${status("200 OK").bytes}` },
    want: { kind: "sent" },
  },
  {
    name: "a body that never ends",
    answer: { bytes: "HTTP/1.1 200 OK\r\n\r\nbody", then: "repeat" },
    want: { kind: "sent" },
  },
  {
    name: "a connection that stays open",
    answer: { ...status("200 OK"), then: "hang" },
    want: { kind: "sent" },
  },
];

for (const { name, answer, want } of ANSWERS) {
  Deno.test(`an answer of a webhook: ${name}: ${want.kind}`, () =>
    withReceiver(
      () => answer,
      async (port) => assert.deepEqual(await send(networkTo(port)), want),
    ));
}

const FAULTS: readonly { name: string; answer: Answer; words: RegExp }[] = [
  { name: "none", answer: { bytes: "" }, words: /found no answer/ },
  { name: "half a head", answer: { bytes: "HTTP/1.1 200 OK\r\nA" }, words: /half an answer/ },
  { name: "no HTTP", answer: { bytes: "220 smtp\r\n\r\n" }, words: /no HTTP\/1 answer/ },
  {
    name: "a head without end",
    answer: { bytes: `HTTP/1.1 200 OK\r\nA: ${"a".repeat(MAX_HEAD_BYTES)}`, then: "repeat" },
    words: /over 16384 bytes/,
  },
  {
    name: "interim answers without end",
    answer: { bytes: "HTTP/1.1 100 Continue\r\n\r\n", then: "repeat" },
    words: /over 16384 bytes/,
  },
  {
    name: "one that hangs",
    answer: { bytes: "HTTP/1.1 200", then: "hang" },
    words: /no answer within 0\.4 s/,
  },
];

for (const { name, answer, words } of FAULTS) {
  Deno.test(`an answer of a webhook that is none: ${name}`, () =>
    withReceiver(
      () => answer,
      (port) => refused(send(networkTo(port), undefined, 400), "TARGET_UNREACHABLE", words),
    ));
}

Deno.test("a certificate for another name, or of nobody that is trusted, is not talked to", async () => {
  const other = await certificateFor("other.example.com");
  await withReceiver(() => status("200 OK"), async (port, received) => {
    const words = /certificate/;
    await refused(send(networkTo(port, undefined, other)), "TARGET_UNREACHABLE", words);
    await refused(send({ ...networkTo(port), caCerts: [] }), "TARGET_UNREACHABLE", words);
    assert.deepEqual(received, [], "nothing of the message was said");
  }, other);
});

Deno.test("a server without TLS, one that is silent, and none at all: each in its time", async () => {
  await withTrap((port) => refused(send(networkTo(port)), "TARGET_UNREACHABLE"));
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr;
  await refused(send(networkTo(port), undefined, 200), "TARGET_UNREACHABLE", /within 0\.2 s/);
  silent.close();
  await refused(send(networkTo(port)), "TARGET_UNREACHABLE", /no connection/);
});

Deno.test("names: none, nobody who knows, and a look-up that hangs are tried again later", async () => {
  const network = networkTo(1);
  const row = (resolve: Network["resolve"], words: RegExp) =>
    refused(send({ ...network, resolve }, undefined, 100), "TARGET_UNREACHABLE", words);
  await row(() => Promise.resolve([]), /no address of that name/);
  await row(() =>
    Promise.reject(new Error(`${HOST}${PATH}`)).catch(() => {
      throw new Error("look-up failed");
    }), /no connection/);
  await row(() => new Promise(() => {}), /within 0\.1 s/);
  assert.deepEqual(network.connected, []);
});

Deno.test("the next judged address is tried where one doesn't connect or hangs", async () => {
  await withReceiver(() => status("200 OK"), async (port) => {
    const second = "2600:1406:bc00:53::b81e:94ce";
    const there = networkTo(port, () => [PUBLIC, second]);
    const connect: Network["connect"] = (address, to, stop) =>
      address === second ? there.connect(address, to, stop) : new Promise((_, reject) => {
        stop.addEventListener("abort", () => reject(new Error("stopped")));
      });
    const sent = await send({ ...there, connect }, undefined, 1000);
    assert.deepEqual([sent, there.connected], [{ kind: "sent" }, [second]]);
  });
});

Deno.test("a secret too short to sign with sends nothing", async () => {
  const network = networkTo(1);
  const options = { network, now: () => NOW, timeoutMs: 100 };
  const webhook = { url: `https://${HOST}${PATH}`, secret: "short" };
  await refused(sendWebhook(webhook, ENVELOPE, options), "CONFIG_INVALID");
  assert.deepEqual(network.asked, []);
});

Deno.test("a header's value that would begin another header is never sent", async () => {
  const network = networkTo(1);
  const target = readTarget(`https://${HOST}${PATH}`);
  for (const value of ["a\r\nX: y", "a\nX: y", "\u00e4", "\0"]) {
    const post = { headers: { "X-Sentinel-Event": value }, body: "{}" };
    await assert.rejects(postPinned(target, post, network, 100), RangeError);
  }
  assert.deepEqual(network.asked, []);
});
