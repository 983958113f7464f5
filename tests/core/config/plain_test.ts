// config: what the plain reader reads means the same to the YAML reader; all else it leaves alone.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { plainConfig } from "../../../lib/core/config/plain.ts";
import { readConfig } from "../../../lib/core/config/read.ts";
import type { ReadConfig } from "../../../lib/core/config/mod.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "3000");

/** As plain JSON: the YAML reader's records have no prototype. */
function jsonOf(read: ReadConfig | null): unknown {
  return JSON.parse(JSON.stringify(read));
}

const MINE: Record<string, string> = {
  "the sandbox's own": `issuer: { iam_users: "111122223333" }\n`,
  "no newline at its end": `region: eu-central-1`,
  "every key":
    `# ours\nissuer: {identity_center: {accounts: ["111122223333", "444455556666"]}} # two\n\n` +
    `policy: ssm:/sentinel/policy\naws_profile: "mara"\nregion: eu-central-1\nduration: 1h30m\n` +
    `lease: live\njournal: /var/log/sentinel.jsonl\njournal_key: keys/head.pem\njson: true\n` +
    `no_color: false\nquiet: true\ndebug: false\n`,
  "an ARN": `policy: arn:aws:ssm:eu-central-1:111122223333:parameter/p\n`,
};

for (const [name, text] of Object.entries(MINE)) {
  Deno.test(`plain: ${name}`, () => {
    const read = plainConfig(text, "config.yaml");
    assert.notEqual(read, null);
    assert.deepEqual(jsonOf(read), jsonOf(readConfig(text, "config.yaml")));
  });
}

const NOT_MINE: Record<string, string> = {
  "nothing": "",
  "comments alone": "# nothing\n",
  "a block": `issuer:\n  iam_users: "111122223333"\n`,
  "a key that nobody knows": "regoin: eu-central-1\n",
  "a key of every object": "constructor: x\n",
  "a key twice": "lease: calm\nlease: live\n",
  "an account without quotes": "issuer: { iam_users: 111122223333 }\n",
  "two issuers": `issuer: { iam_users: "111122223333", identity_center: { accounts: ["1"] } }\n`,
  "a duration that is too short": "duration: 1m\n",
  "a duration of nothing": "duration: 0s\n",
  "a duration without units": "duration: 3600\n",
  "nothing, in YAML": "aws_profile: null\n",
  "truth where text must be": "aws_profile: True\n",
  "text where truth must be": "json: yes\n",
  "a line that goes on": "aws_profile: mara\n  and more\n",
  "a map in a text": "aws_profile: mara: x\n",
  "an escape": `aws_profile: "m\\u0061ra"\n`,
  "an alias": "aws_profile: *mara\n",
  "a tag": "aws_profile: !!str mara\n",
  "a second document": "lease: calm\n---\nlease: live\n",
  "tabs": "lease:\tcalm\n",
  "beyond ASCII": "aws_profile: mära\n",
  "a carriage return": "lease: calm\r\n",
  "a region that is none": "region: nowhere\n",
  "a text that is too long": `aws_profile: ${"a".repeat(257)}\n`,
};

for (const [name, text] of Object.entries(NOT_MINE)) {
  Deno.test(`not plain: ${name}`, () => assert.equal(plainConfig(text, "config.yaml"), null));
}

const key = fc.constantFrom(
  ..."issuer policy aws_profile region duration lease journal journal_key json no_color quiet debug x"
    .split(" "),
);
const word = fc.constantFrom(
  ..."true false null ~ calm live mara eu-central-1 12h 900s 1d 0m 900 1e3 0x1f .inf NaN /etc/x file:/x a: a:b"
    .split(" "),
);
const piece = fc.constantFrom(..."abz09_-./:@+=,#\"'\\{}[]!&*|>%?~ ~".split(""), "\n", "  ", "---");
const loose = fc.array(fc.oneof(piece, word), { maxLength: 5 }).map((all) => all.join(""));
const account = fc.constantFrom(`"111122223333"`, "111122223333", `"1"`, `'111122223333'`);
const issuer = fc.oneof(
  account.map((one) => `{ iam_users: ${one} }`),
  fc.array(account, { maxLength: 3 }).map((all) =>
    `{identity_center: { accounts: [${all.join(", ")}] }}`
  ),
);
const value = fc.oneof(word, loose, issuer, fc.oneof(word, loose).map((text) => `"${text}"`));
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(key, fc.constantFrom(": ", ":  ", ":", " : "), value) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("", "#", " #", "  "), loose) },
).map((parts) => parts.join(""));
const tail = fc.constantFrom("", " ", " # why", "#", " #");
const loosely = fc.array(fc.tuple(line, tail).map((parts) => parts.join("")), { maxLength: 4 });

// Good ones in any order, and then one piece put in anywhere: what is nearly plain is where two
// readers could differ.
const good = fc.shuffledSubarray((MINE["every key"] ?? "").split("\n"), { minLength: 1 });
const nearly = fc.tuple(good, fc.nat(), fc.oneof(piece, word, fc.constant("")))
  .map(([lines, at, more]) => {
    const whole = lines.join("\n");
    const cut = at % (whole.length + 1);
    return [whole.slice(0, cut) + more + whole.slice(cut)];
  });
const text = fc.oneof(loosely, nearly).map((lines) => lines.map((one) => `${one}\n`).join(""));

Deno.test("whatever the plain reader takes the YAML reader takes, and it means the same", () => {
  let taken = 0;
  fc.assert(
    fc.property(text, (said) => {
      const plain = plainConfig(said, "config.yaml");
      if (plain === null) return;
      taken++;
      assert.deepEqual(jsonOf(plain), jsonOf(readConfig(said, "config.yaml")));
    }),
    { seed: 20261124, numRuns: RUNS },
  );
  assert.ok(taken > RUNS / 20, `the property looked at ${taken} texts only`);
});
