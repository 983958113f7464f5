// doctor: what is shown is fit to be pasted: no secret, no key, no account id, nobody's name.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { examine, type Facts, maskOf, reportOf, reportText } from "../../lib/core/doctor/mod.ts";
import { maskFor } from "../../lib/core/doctor/mask.ts";
import { awsFile, facts, profile } from "./facts.ts";

const NUM_RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "150");

const known = {
  home: "/home/mara",
  people: ["mara", "root", "x", "sentinel", "home", "aws"],
  profiles: ["corp-sso"],
  secrets: ["hunter2hunter2", "-----BEGIN\u001bKEY-----\nabcd"],
  showNames: false,
};

const ROWS = [
  { name: "home", text: "/home/mara/.aws/config:3", shown: "~/.aws/config:3" },
  { name: "another home that begins alike", text: "/home/maraschino", shown: "/home/maraschino" },
  { name: "an account", text: "in 111122223333!", shown: "in ACCOUNT-1!" },
  { name: "thirteen digits", text: "1111222233334", shown: "1111222233334" },
  {
    name: "a user's ARN with a path",
    text: "arn:aws:iam::111122223333:user/dev/zoe",
    shown: "arn:aws:iam::ACCOUNT-1:user/dev/USER-1",
  },
  {
    name: "a session's ARN, the role left",
    text: "arn:aws:sts::111122223333:assumed-role/Admin/zoe@corp.example",
    shown: "arn:aws:sts::ACCOUNT-1:assumed-role/Admin/USER-1",
  },
  { name: "a name in whatever case", text: "Mara's", shown: "USER-1's" },
  { name: "a name within a word, left", text: "marathon", shown: "marathon" },
  { name: "everybody's name, left", text: "root x", shown: "root x" },
  {
    name: "our own words, left",
    text: "sentinel list, SENTINEL_HOME, aws sso login",
    shown: "sentinel list, SENTINEL_HOME, aws sso login",
  },
  { name: "a base profile", text: '"corp-sso"', shown: '"PROFILE-1"' },
  { name: "a base profile within a name, left", text: "corp-sso-admin", shown: "corp-sso-admin" },
  { name: "a mail address", text: "<a.b@corp.example>", shown: "<USER-1>" },
  { name: "an access key", text: "AKIAIOSFODNN7EXAMPLE", shown: "AKIA…MPLE" },
  { name: "a known secret", text: "=hunter2hunter2", shown: "=[secret]" },
  {
    name: "what looks like a secret key",
    text: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    shown: "[secret]",
  },
  {
    name: "a secret that can't be printed as it is",
    text: "x -----BEGIN\u001bKEY-----\nabcd y",
    shown: "x [secret] y",
  },
  {
    name: "a secret where a long text is cut",
    text: `${"-".repeat(1995)}hunter2hunter2`,
    shown: `${"-".repeat(1995)}[secr…[cut 3]`,
  },
  { name: "a message of two lines", text: "found 1\nat 2", shown: "found 1; at 2" },
  { name: "a control character", text: "a\u001b[31m", shown: "a\\u{1b}[31m" },
];

for (const { name, text, shown } of ROWS) {
  Deno.test(`maskFor() masks ${name}`, () => assert.equal(maskFor(known)(text), shown));
}

Deno.test("maskFor() gives the same name the same word, another another", () => {
  const mask = maskFor(known);
  assert.equal(mask("111122223333 444455556666 111122223333"), "ACCOUNT-1 ACCOUNT-2 ACCOUNT-1");
});

Deno.test("maskFor() with --show-names shows names and accounts, and no secret", () => {
  const mask = maskFor({ ...known, showNames: true });
  assert.equal(
    mask("mara 111122223333 hunter2hunter2 AKIAIOSFODNN7EXAMPLE"),
    "mara 111122223333 [secret] AKIA…MPLE",
  );
});

const digit = fc.constantFrom(..."0123456789");
const account = fc.string({ unit: digit, minLength: 12, maxLength: 12 });
const person = fc.string({ unit: fc.constantFrom(..."qzxjk"), minLength: 5, maxLength: 12 });
const base64 = fc.constantFrom(
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
);
const secret = fc.string({ unit: base64, minLength: 40, maxLength: 40 });
const accessKey = fc.string({
  unit: fc.constantFrom(..."ABCDEFGH234567"),
  minLength: 16,
  maxLength: 16,
})
  .map((rest) => `AKIA${rest}`);

/** Facts in which every place that can hold others' words holds something private. */
function planted(id: string, name: string, hidden: string, key: string): Facts {
  const says =
    `Cannot read "${hidden}" of ${name} in ${id}: found ${key}, and mail ${name}@corp.example`;
  const why = {
    code: "AWS_REFUSED",
    message: says,
    hint: `aws configure --profile ${name} # ${key}`,
  };
  const arn = `arn:aws:iam::${id}:user/${name}`;
  const home = `/home/${name}`;
  const gated = `[profile dev]\nsentinel_role_arn = arn:aws:iam::${id}:role/R\n` +
    `credential_process = sentinel credentials --profile ${name} --mfa-code ${hidden}\nsentinel_zzz = ${hidden}\n`;
  return facts({
    home,
    people: [name],
    secrets: [hidden],
    paths: [{
      role: "policy",
      path: `${home}/${id}/policy.yaml`,
      found: { kind: "file", mode: 0o666, owner: "other", bytes: 1, link: false },
    }, { role: "config.yaml", path: `${home}/x`, found: { kind: "unseen", why: says } }],
    aws: [
      awsFile(`[profile ${name}]\nregion = x\n${gated}`),
      awsFile(
        `[${name}]\naws_access_key_id = ${key}\naws_secret_access_key = ${hidden}\n`,
        "credentials",
      ),
    ],
    config: { state: "failed", why },
    pins: { state: "failed", why, path: `${home}/pins.yaml` },
    awsTrouble: why,
    shell: {
      shell: "zsh",
      rc: `${home}/.zshrc`,
      findings: [{
        id: "shell-rc-other",
        message: `${home}/.zshrc of ${id}`,
        fix: `sentinel shell init zsh --rc ${home}/x`,
      }],
      note: says,
      trouble: null,
    },
    onPath: [{ path: `${home}/bin/sentinel`, real: `${home}/s` }, {
      path: `/opt/${name}/sentinel`,
      real: "/o",
    }],
    programs: [{ path: `${home}/gone`, runs: false }],
    journal: { ...facts().journal, directory: `${home}/journal`, trouble: why },
    cache: { directory: `${home}/cache`, files: 0 },
    environment: new Map([["AWS_ENDPOINT_URL", `https://${name}.example`], [
      `SENTINEL_REASON`,
      hidden,
    ]]),
    profiles: [
      profile({ broken: why }),
      profile({ name: "b", caller: { state: "failed", why }, policy: { state: "failed", why } }),
      profile({
        name: "c",
        seal: "key file",
        policy: {
          state: "read",
          source: `file:${home}/p.yaml + ssm:arn:aws:ssm:x:${id}:parameter/p`,
          signature: "unsigned",
          answer: { outcome: "deny", rule: `policy.yaml/${name}` },
        },
        caller: { state: "asked", arn, account: id, name, user: name, kind: "root" },
      }),
      profile({ name, policy: { state: "not read", why: says } }),
    ],
  });
}

Deno.test("planted secrets, keys, account ids and names never occur, as text or as JSON", () => {
  fc.assert(
    fc.property(account, person, secret, accessKey, (id, name, hidden, key) => {
      const found = planted(id, name, hidden, key);
      const report = reportOf(examine(found), maskOf(found, false));
      assert.ok(report.lines.length > 30, "too little was said for anything to be hidden");
      for (const text of [reportText(report), JSON.stringify(report)]) {
        for (const private_ of [id, name, hidden, key]) {
          assert.ok(!text.toLowerCase().includes(private_.toLowerCase()), `${private_}\n${text}`);
        }
      }
    }),
    { seed: 51, numRuns: NUM_RUNS },
  );
});

Deno.test("planted secrets and keys never occur with --show-names either", () => {
  fc.assert(
    fc.property(account, person, secret, accessKey, (id, name, hidden, key) => {
      const found = planted(id, name, hidden, key);
      const text = reportText(reportOf(examine(found), maskOf(found, true)));
      assert.ok(text.includes(id) && text.includes(name), "nothing was shown");
      for (const private_ of [hidden, key]) assert.ok(!text.includes(private_), text);
    }),
    { seed: 52, numRuns: NUM_RUNS },
  );
});

Deno.test("maskFor() takes any name, and a name by itself is never shown", () => {
  const name = fc.string({ unit: "grapheme-ascii", minLength: 6, maxLength: 20 })
    .filter((text) => /[A-Za-z]/.test(text) && text.trim() === text);
  fc.assert(
    fc.property(name, (person) => {
      fc.pre(!/^(user|profile|account)-?\d*$/i.test(person));
      const shown = maskFor({ ...known, people: [person] })(`of ${person} !`);
      assert.ok(!shown.includes(` ${person} `), shown);
    }),
    { seed: 53, numRuns: NUM_RUNS },
  );
});
