// notify: where a webhook may go: every way into one's own network that has a name, refused.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { closedBy, judgeAddresses, readTarget } from "../../../lib/core/notify/mod.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "500");
const refused = { code: "TARGET_REFUSED" };

for (
  const [name, address] of [
    ["loopback", "127.0.0.1"],
    ["loopback's end", "127.255.255.255"],
    ["loopback, IPv6", "::1"],
    ["unspecified", "0.0.0.0"],
    ["unspecified, IPv6", "::"],
    ["private, 10", "10.0.0.1"],
    ["private, 172.16", "172.16.0.1"],
    ["private, 172.31", "172.31.255.255"],
    ["private, 192.168", "192.168.1.1"],
    ["carrier NAT", "100.64.0.1"],
    ["Alibaba's metadata", "100.100.100.200"],
    ["link-local and metadata", "169.254.169.254"],
    ["ECS's credentials", "169.254.170.2"],
    ["Azure's wire server", "168.63.129.16"],
    ["Oracle's metadata", "192.0.0.192"],
    ["EC2's metadata, IPv6", "fd00:ec2::254"],
    ["unique local", "fc00::1"],
    ["link-local, IPv6", "fe80::1"],
    ["link-local with a zone", "fe80::1%eth0"],
    ["site-local", "fec0::1"],
    ["IPv4-mapped loopback", "::ffff:127.0.0.1"],
    ["IPv4-mapped loopback in hex", "::ffff:7f00:1"],
    ["IPv4-mapped public", "::ffff:93.184.216.34"],
    ["IPv4-compatible", "::127.0.0.1"],
    ["NAT64", "64:ff9b::7f00:1"],
    ["NAT64 of a public host", "64:ff9b::5db8:d822"],
    ["local NAT64", "64:ff9b:1::a00:1"],
    ["6to4 of loopback", "2002:7f00:1::"],
    ["6to4 of private", "2002:c0a8:101::1"],
    ["Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    ["documentation", "192.0.2.1"],
    ["documentation, IPv6", "2001:db8::1"],
    ["documentation, newer", "3fff::1"],
    ["benchmarks", "198.18.0.1"],
    ["multicast", "224.0.0.1"],
    ["multicast, IPv6", "ff02::1"],
    ["broadcast", "255.255.255.255"],
    ["discard", "100::1"],
    ["unassigned, IPv6", "4000::1"],
    ["no address", "example.com"],
    ["octal", "0177.0.0.1"],
    ["nothing", ""],
  ]
) {
  Deno.test(`trap: no notification goes to ${name} (${address})`, () => {
    assert.notEqual(closedBy(address ?? ""), null);
    const target = readTarget("https://hooks.example.com/x");
    assert.throws(() => judgeAddresses(target, [address ?? ""]), refused);
    assert.throws(() => judgeAddresses(target, ["93.184.216.34", address ?? ""]), refused);
  });
}

for (
  const address of [
    "93.184.216.34",
    "1.1.1.1",
    "172.15.255.255",
    "172.32.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "2606:4700::1111",
    "2a00:1450:4001::200e",
  ]
) {
  Deno.test(`${address} is a public host's address`, () => {
    assert.equal(closedBy(address), null);
    judgeAddresses(readTarget("https://hooks.example.com/x"), [address]);
  });
}

for (
  const url of [
    "http://hooks.example.com/x",
    "ftp://hooks.example.com/x",
    "file:///etc/passwd",
    "hooks.example.com",
    "",
    "https://",
    "https://user@hooks.example.com/",
    "https://user:pw@hooks.example.com/",
    "https://:pw@hooks.example.com/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://metadata.google.internal/",
    "https://metadata/",
    "https://printer.local/",
    "https://box.home.arpa/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.0.0.1./",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://１２７.0.0.1/",
    "https://ⓛocalhost/",
    `https://hooks.example.com/${"x".repeat(3000)}`,
  ]
) {
  Deno.test(`trap: ${url.slice(0, 50)} is no target`, () => {
    assert.throws(() => readTarget(url), refused);
  });
}

Deno.test("a target is read with its host and port; the path, which may be a secret, is not shown", () => {
  const secret = "/services/T0/B0/s3cret?token=s3cret";
  const { host, port, shown, url } = readTarget(`https://Hooks.Slack.com:8443${secret}`);
  assert.deepEqual([host, port, shown], ["hooks.slack.com", 8443, "https://hooks.slack.com:8443"]);
  assert.equal(url.pathname + url.search, secret);
  assert.equal(readTarget("https://example.com").port, 443);
});

Deno.test("trap: the secret in a target's URL is in no message", () => {
  const urls = [
    "http://example.com/s3cret",
    "https://s3cret:s3cret@example.com/",
    "https://localhost/s3cret",
  ];
  for (const url of urls) {
    assert.throws(
      () => readTarget(url),
      (error) =>
        hasCode(error, "TARGET_REFUSED") && !`${error.message}${error.hint}`.includes("s3cret"),
    );
  }
  const target = readTarget("https://example.com/s3cret");
  assert.throws(
    () => judgeAddresses(target, ["10.0.0.1"]),
    (error) => hasCode(error, "TARGET_REFUSED") && !error.message.includes("s3cret"),
  );
});

Deno.test("trap: a name that resolves to nothing, or to one closed address among others, is refused", () => {
  const target = readTarget("https://hooks.example.com/x");
  assert.throws(() => judgeAddresses(target, []), refused);
  assert.throws(() => judgeAddresses(target, ["1.1.1.1", "::1"]), refused);
  judgeAddresses(target, ["1.1.1.1", "2606:4700::1111"]);
});

const octet = fc.integer({ min: 0, max: 255 });

/** The registry's rows once more, by arithmetic instead of blocks. */
function isPublicV4(a: number, b: number, c: number, d: number): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b < 128) return false;
  if (a === 169 && b === 254) return false;
  if (a === 172 && b >= 16 && b < 32) return false;
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99))) {
    return false;
  }
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false;
  if (a === 203 && b === 0 && c === 113) return false;
  return !(a === 168 && b === 63 && c === 129 && d === 16);
}

Deno.test("closedBy() of any IPv4 address is what the registry says", () => {
  const first = fc.oneof(
    octet,
    fc.constantFrom(0, 10, 100, 127, 168, 169, 172, 192, 198, 203, 224),
  );
  const rest = fc.oneof(
    octet,
    fc.constantFrom(0, 2, 16, 18, 51, 63, 88, 99, 100, 113, 129, 168, 254),
  );
  fc.assert(
    fc.property(first, rest, rest, octet, (a, b, c, d) => {
      assert.equal(closedBy(`${a}.${b}.${c}.${d}`) === null, isPublicV4(a, b, c, d));
    }),
    { seed: 92, numRuns: RUNS * 4 },
  );
});

Deno.test("no IPv6 address that carries an IPv4 one inside is ever public, and none outside 2000::/3", () => {
  const hex = (a: number, b: number) => (a * 256 + b).toString(16);
  fc.assert(
    fc.property(octet, octet, octet, octet, (a, b, c, d) => {
      const [high, low] = [hex(a, b), hex(c, d)];
      for (
        const text of [
          `::ffff:${high}:${low}`,
          `::${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `2002:${high}:${low}::1`,
          `2001:0:${high}:${low}::1`,
        ]
      ) {
        assert.notEqual(closedBy(text), null, text);
      }
      const any = `${hex(a, b)}:${low}::1`;
      if (a < 0x20 || a >= 0x40) assert.notEqual(closedBy(any), null, any);
    }),
    { seed: 93, numRuns: RUNS },
  );
});

Deno.test("readTarget() gives an https target without a closed literal, or TARGET_REFUSED, for any text", () => {
  const part = fc.constantFrom(
    "https:",
    "http:",
    "//",
    "/",
    "@",
    ":",
    "[",
    "]",
    "::1",
    "127.0.0.1",
    "a.b",
    "localhost",
    ".",
    "%",
    "？",
    "\\",
    "user",
    "443",
  );
  const text = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.array(part, { maxLength: 8 }).map((p) => p.join("")),
  );
  fc.assert(
    fc.property(text, (source) => {
      try {
        const { url, host } = readTarget(source);
        assert.equal(url.protocol, "https:");
        assert.equal(url.username + url.password, "");
        assert.ok(host.includes(".") || closedBy(host) === null);
      } catch (error) {
        assert.ok(hasCode(error, "TARGET_REFUSED"), String(error));
      }
    }),
    { seed: 94, numRuns: RUNS },
  );
});

for (
  const [address, why] of [
    ["0.1.2.3", "this network"],
    ["10.1.2.3", "private"],
    ["100.127.0.1", "shared address space, cloud metadata"],
    ["127.1.2.3", "loopback"],
    ["168.63.129.16", "a cloud's own service"],
    ["169.254.1.2", "link-local, cloud metadata"],
    ["172.20.1.2", "private"],
    ["192.0.0.8", "protocol assignments, cloud metadata"],
    ["192.0.2.8", "documentation"],
    ["192.88.99.1", "6to4 relays"],
    ["192.168.1.2", "private"],
    ["198.19.1.2", "benchmarks"],
    ["198.51.100.2", "documentation"],
    ["203.0.113.2", "documentation"],
    ["239.1.2.3", "multicast"],
    ["240.0.0.1", "reserved, broadcast"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["::ffff:1.2.3.4", "IPv4-mapped"],
    ["::1.2.3.4", "IPv4-compatible"],
    ["64:ff9b::1", "NAT64"],
    ["64:ff9b:1::1", "local NAT64"],
    ["100::2", "discard"],
    ["2001::2", "Teredo"],
    ["2001:10::1", "protocol assignments"],
    ["2001:db8::2", "documentation"],
    ["2002::1", "6to4"],
    ["3fff:fff::1", "documentation"],
    ["fd00::1", "private, cloud metadata"],
    ["febf::1", "link-local"],
    ["feff::1", "site-local"],
    ["ff0e::1", "multicast"],
    ["5f00::1", "not global"],
    ["fe00::1", "not global"],
    ["x", "no address"],
  ]
) {
  Deno.test(`closedBy() says why: ${address} is ${why}`, () => {
    assert.equal(closedBy(address ?? ""), why);
  });
}

for (
  const [url, found] of [
    ["nonsense", ": found what is no URL"],
    ["http://a.example.com/x", ' to "https://a.example.com": found http:'],
    ["https://u:p@a.example.com/x", ' to "https://a.example.com": found a user or password in it'],
    ["https://box.local/x", ' to "https://box.local": found a name of this machine or network'],
    ["https://10.0.0.1/x", ' to "https://10.0.0.1": found the address "10.0.0.1" (private)'],
  ]
) {
  Deno.test(`who names ${url} reads why it is no target`, () => {
    const message = `Cannot send notification${found}, want https to a public host`;
    assert.throws(() => readTarget(url ?? ""), { code: "TARGET_REFUSED", message });
  });
}
