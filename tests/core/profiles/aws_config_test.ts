// profiles: AWS's files, read as botocore reads them or refused with a place.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { type AwsConfig, parseAwsConfig } from "../../../lib/core/profiles/mod.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "500");

const config = (text: string): AwsConfig => parseAwsConfig({ config: { file: "config", text } });
const both = (text: string, credentials: string): AwsConfig =>
  parseAwsConfig({
    config: { file: "config", text },
    credentials: { file: "credentials", text: credentials },
  });
const plain = (map: AwsConfig["profiles"]) =>
  [...map].map(([name, { values }]) => [name, [...values].map(([key, { text }]) => [key, text])]);

const READS: { name: string; text: string; want: unknown }[] = [
  { name: "nothing", text: "", want: [] },
  {
    name: "[default] and [profile x] in file order",
    text: "[default]\nregion = a\n[profile x]\nregion=b\n",
    want: [["default", [["region", "a"]]], ["x", [["region", "b"]]]],
  },
  {
    name: "quoted names",
    text: `[profile "my prod"]\na=1\n[profile 'it']\nb=2\n[  profile   spaced  ]\nc=3`,
    want: [["my prod", [["a", "1"]]], ["it", [["b", "2"]]], ["spaced", [["c", "3"]]]],
  },
  {
    name: "sections of other tools as no profiles",
    text: "[preview]\na=1\n[plugins]\n[profilex]\nb=2\n[profile]\nc=3\n[x]\n",
    want: [],
  },
  {
    name: "comments and blank lines",
    text: "# one\n; two\n[profile x] # three\n\n  # four\na = b ; five\nc = d # six\ne = f#7;8\n",
    want: [["x", [["a", "b"], ["c", "d"], ["e", "f#7;8"]]]],
  },
  {
    name: "a value that is all comment as empty",
    text: "[profile x]\na = # nothing\n",
    want: [["x", [["a", ""]]]],
  },
  {
    name: "keys in any case",
    text: "[profile x]\nRegion = EU\nROLE_ARN = Arn\n",
    want: [["x", [["region", "EU"], ["role_arn", "Arn"]]]],
  },
  {
    name: "an indented section as plain keys",
    text: "[profile x]\n  a = 1\n  b = 2\n c = 3\n",
    want: [["x", [["a", "1"], ["b", "2"], ["c", "3"]]]],
  },
  {
    name: "a colon for the equals sign, whichever comes first",
    text: "[profile x]\na: b = c\nd = e: f\n",
    want: [["x", [["a", "b = c"], ["d", "e: f"]]]],
  },
  {
    name: "Windows' line ends, a byte order mark, no last line end",
    text: "\ufeff[profile x]\r\na = 1\r\nb = 2",
    want: [["x", [["a", "1"], ["b", "2"]]]],
  },
  {
    name: "names that are traps in objects",
    text: "[profile __proto__]\n__proto__ = 1\nconstructor = 2\n[profile constructor]\n",
    want: [["__proto__", [["__proto__", "1"], ["constructor", "2"]]], ["constructor", []]],
  },
];
for (const c of READS) {
  Deno.test(`parseAwsConfig() reads ${c.name}`, () => {
    assert.deepEqual(plain(config(c.text).profiles), c.want);
  });
}

Deno.test("parseAwsConfig() reads nested values, and says where each value is", () => {
  const { services, profiles } = config(
    "[services dev]\nsts =\n  endpoint_url = http://x # note\n\n  Other = 1\nssm =\n" +
      "\tendpoint_url = http://y\n[profile x]\nregion = a\n",
  );
  const sts = services.get("dev")?.values.get("sts");
  assert.deepEqual([...sts?.nested ?? []], [["endpoint_url", "http://x"], ["Other", "1"]]);
  const ssm = services.get("dev")?.values.get("ssm");
  assert.deepEqual([...ssm?.nested ?? []], [["endpoint_url", "http://y"]]);
  assert.deepEqual(profiles.get("x")?.values.get("region"), { text: "a", file: "config", line: 9 });
});

Deno.test("parseAwsConfig() keeps sso-session and services apart from profiles", () => {
  const read = config("[sso-session x]\na=1\n[services x]\nb=2\n[profile x]\nc=3\n");
  assert.deepEqual(plain(read.ssoSessions), [["x", [["a", "1"]]]]);
  assert.deepEqual(plain(read.services), [["x", [["b", "2"]]]]);
  assert.deepEqual(plain(read.profiles), [["x", [["c", "3"]]]]);
});

Deno.test("parseAwsConfig() merges the credentials file over the config file, key by key", () => {
  const read = both(
    "[profile x]\nregion = a\noutput = json\n[default]\nregion = d\n",
    "[y]\naws_access_key_id = 1\n[x]\nregion = b\n[default]\naws_access_key_id = 2\n",
  );
  assert.deepEqual(plain(read.profiles), [
    ["x", [["region", "b"], ["output", "json"]]],
    ["default", [["region", "d"], ["aws_access_key_id", "2"]]],
    ["y", [["aws_access_key_id", "1"]]],
  ]);
  assert.equal(read.profiles.get("x")?.values.get("region")?.file, "credentials");
});

const REFUSES: { name: string; text: string; line: number }[] = [
  { name: "a section twice", text: "[profile x]\n[profile y]\n[profile x]\n", line: 3 },
  { name: "a section twice in other words", text: "[default]\n[profile default]\n", line: 2 },
  { name: "a section twice, once quoted", text: '[profile x]\n[profile "x"]\n', line: 2 },
  { name: "a key twice", text: "[profile x]\na = 1\nA = 2\n", line: 3 },
  { name: "a nested key twice", text: "[services x]\ns =\n  a = 1\n  a = 2\n", line: 4 },
  { name: "a key before the first section", text: "a = 1\n", line: 1 },
  { name: "a line without =", text: "[profile x]\nrole_arn\n", line: 2 },
  { name: "a value without a key", text: "[profile x]\n= 1\n", line: 2 },
  { name: "a nested line without =", text: "[profile x]\ns3 =\n  nothing\n", line: 3 },
  { name: "a nested line under a value", text: "[profile x]\nrole_arn = a\n  b = c\n", line: 3 },
  { name: "an open bracket", text: "[profile x\na = 1\n", line: 1 },
  { name: "text after a header", text: "[profile x] y\n", line: 1 },
  { name: "an open quote", text: '[profile "x]\n', line: 1 },
  { name: "an empty quoted name", text: '[profile ""]\n', line: 1 },
  { name: "a bare name with a space", text: "[profile my prod]\n", line: 1 },
  { name: "a backslash in a name", text: "[profile a\\b]\n", line: 1 },
  { name: "[DEFAULT]", text: "[profile x]\n[DEFAULT]\nrole_arn = a\n", line: 2 },
  { name: "NUL", text: "[profile x]\na = b\0c\n", line: 2 },
  { name: "an escape character", text: "[profile x]\na = \u001b[31m\n", line: 2 },
  { name: "a lone carriage return", text: "[profile x]\na = 1\rrole_arn = b\n", line: 2 },
  { name: "a line separator", text: "[profile x]\na = 1\u2028role_arn = b\n", line: 2 },
  { name: "a bidi mark in a name", text: "[profile x\u202e]\n", line: 1 },
  { name: "a zero-width character in a value", text: "[profile x]\na = 1\u200b\n", line: 2 },
];
for (const c of REFUSES) {
  Deno.test(`parseAwsConfig() refuses ${c.name}, with its line`, () => {
    assert.throws(() => config(c.text), (e) => {
      assert.ok(hasCode(e, "AWS_CONFIG_INVALID"), String(e));
      assert.ok(e.message.includes(`config:${c.line}: `), e.message);
      return true;
    });
  });
}

Deno.test("parseAwsConfig() refuses a broken credentials file, and shows no value of it", () => {
  const secret = "wJalrXUtnFEMI";
  for (
    const text of [
      `[x]\naws_secret_access_key = a\naws_secret_access_key = ${secret}\n`,
      `[x]\n${secret}\n`,
      `[x]\naws_secret_access_key = ${secret}\u0007\n`,
      `[x]\na = 1\n[x]\naws_secret_access_key = ${secret}\n`,
      `[DEFAULT]\naws_secret_access_key = ${secret}\n`,
      `[]\naws_secret_access_key = ${secret}\n`,
    ]
  ) {
    assert.throws(() => both("", text), (e) => {
      assert.ok(hasCode(e, "AWS_CONFIG_INVALID"));
      assert.ok(e.message.includes("credentials:"), e.message);
      assert.ok(!e.message.includes(secret), e.message);
      return true;
    });
  }
});

Deno.test("parseAwsConfig() reads 100,000 profiles in linear time", () => {
  const text = Array.from(
    { length: 100_000 },
    (_, i) => `[profile p${i}]\nregion = eu-central-1\nrole_arn = arn:aws:iam::111122223333:role/R`,
  ).join("\n");
  const started = performance.now();
  assert.equal(config(text).profiles.size, 100_000);
  assert.ok(performance.now() - started < 5_000);
});

Deno.test("parseAwsConfig() is not slowed down by one line of a megabyte", () => {
  const started = performance.now();
  for (const filler of [" ", "[", "]", "=", '"', "#", " #", "a", "\t "]) {
    const long = filler.repeat(1_000_000 / filler.length);
    for (const text of [`[${long}`, `[profile x]\na =${long}b`, `[profile ${long}x]`]) {
      try {
        config(text);
      } catch (e) {
        assert.ok(hasCode(e, "AWS_CONFIG_INVALID"));
        assert.ok(e.message.length < 1_000);
      }
    }
  }
  assert.ok(performance.now() - started < 5_000);
});

Deno.test("parseAwsConfig() gives a value or AWS_CONFIG_INVALID for whatever it reads", () => {
  const piece = fc.constantFrom(
    "[profile x]",
    "[default]",
    "[sso-session s]",
    "\n",
    "\r\n",
    " ",
    "=",
    ":",
    "#",
    ";",
    '"',
    "]",
    "[",
    "role_arn",
    "__proto__",
    "\u0000",
    "\u202e",
  );
  const any = fc.array(fc.oneof(piece, fc.string({ maxLength: 6 })), { maxLength: 40 });
  fc.assert(
    fc.property(any, any, (a, b) => {
      try {
        const read = both(a.join(""), b.join(""));
        for (const [name, section] of read.profiles) assert.equal(section.name, name);
        assert.equal(Object.hasOwn(Object.prototype, "role_arn"), false);
      } catch (e) {
        assert.ok(e instanceof SentinelError, String(e));
        assert.equal(e.code, "AWS_CONFIG_INVALID");
      }
    }),
    { seed: 3, numRuns: RUNS },
  );
});

Deno.test("parseAwsConfig() reads back every profile that is written to it", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
  const text = fc.stringMatching(/^[A-Za-z0-9:/._-]{1,20}$/);
  const values = fc.dictionary(word, text, { maxKeys: 5, noNullPrototype: true });
  fc.assert(
    fc.property(fc.dictionary(word, values, { maxKeys: 5, noNullPrototype: true }), (profiles) => {
      const sections = Object.entries(profiles).filter(([name]) => name !== "default");
      const written = sections.map(([name, section]) =>
        `[profile ${name}]\n${Object.entries(section).map(([k, v]) => `${k} = ${v}\n`).join("")}`
      ).join("\n");
      assert.deepEqual(
        plain(config(written).profiles),
        sections.map(([name, section]) => [name, Object.entries(section)]),
      );
    }),
    { seed: 3, numRuns: RUNS },
  );
});
