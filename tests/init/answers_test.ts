// init: what flags, files and questions come to.
import { strict as assert } from "node:assert";
import {
  answersFrom,
  type AskPerson,
  questionText,
  type SetupFlags,
} from "../../commands/setup_answers.ts";
import { hasCode } from "../../lib/core/errors/mod.ts";
import { parseAwsConfig } from "../../lib/core/profiles/mod.ts";
import type { Answers } from "../../lib/core/setup/mod.ts";

const ROLE = "arn:aws-cn:iam::111122223333:role/R";
const CONFIG = parseAwsConfig({
  config: {
    file: "c",
    text: `[profile gated]
sentinel_role_arn = ${ROLE}
[profile mara]
region = eu-central-1
[profile entry]
sso_account_id = 444455556666
sso_role_name = SentinelEntry
`,
  },
});

const from = (flags: SetupFlags, ask: AskPerson = null, awsProfile: string | null = null) =>
  answersFrom({ profile: "dev", role: ROLE, ...flags }, CONFIG, { ask, awsProfile });

const users = (...names: string[]): Answers["callers"] => ({
  kind: "iam-users",
  users: names.map((name) => `arn:aws-cn:iam::111122223333:user/${name}`),
});
const center = (account = "444455556666"): Answers["callers"] => ({
  kind: "permission-set",
  account,
  name: "SentinelEntry",
  partition: "aws-cn",
});

const ROWS: readonly {
  name: string;
  flags: SetupFlags;
  awsProfile?: string;
  want: Partial<Answers>;
}[] = [
  {
    name: "a bare user is one of the role's account and partition; the region is the source's",
    flags: { source: "mara", user: ["zoe"] },
    want: { callers: users("zoe"), region: "eu-central-1", crew: "solo" },
  },
  {
    name: "a whole ARN stays",
    flags: { source: "mara", user: ["arn:aws:iam::999988887777:user/x/zoe"] },
    want: { callers: { kind: "iam-users", users: ["arn:aws:iam::999988887777:user/x/zoe"] } },
  },
  {
    name: "without a user the source's name is one",
    flags: { source: "mara", team: true },
    want: { callers: users("mara"), crew: "team" },
  },
  {
    name: "a source of Identity Center brings its permission set and account",
    flags: { source: "entry", region: "us-east-1" },
    want: { callers: center(), region: "us-east-1", source: { kind: "profile", name: "entry" } },
  },
  {
    name: "AWS_PROFILE is the source when nothing else is said",
    flags: {},
    awsProfile: "mara",
    want: { source: { kind: "profile", name: "mara" } },
  },
  {
    name: "a start URL makes the source, by the names that are usual",
    flags: { ssoStartUrl: "https://x", ssoRegion: "eu-west-1", account: "123456789012" },
    want: {
      callers: center("123456789012"),
      source: {
        kind: "sso",
        name: "entry",
        session: "sentinel",
        startUrl: "https://x",
        region: "eu-west-1",
        account: "123456789012",
        permissionSet: "SentinelEntry",
      },
    },
  },
];

for (const { name, flags, awsProfile, want } of ROWS) {
  Deno.test(`answersFrom(): ${name}`, async () => {
    const answers = await from(flags, null, awsProfile ?? null);
    assert.deepEqual({ ...answers, ...want }, answers);
  });
}

const REFUSED: readonly {
  name: string;
  flags: SetupFlags;
  awsProfile?: string;
  missing: RegExp;
}[] = [
  { name: "nothing", flags: {}, missing: /want --source, --user,/ },
  { name: "a gated AWS_PROFILE", flags: {}, awsProfile: "gated", missing: /want --source/ },
  {
    name: "half of Identity Center",
    flags: { ssoStartUrl: "https://x" },
    missing: /want --sso-region, --account,/,
  },
  {
    name: "a permission set without account",
    flags: { source: "mara", permissionSet: "E" },
    missing: /want --account,/,
  },
];

for (const { name, flags, awsProfile, missing } of REFUSED) {
  Deno.test(`answersFrom() with ${name} names all that is missing`, async () => {
    await assert.rejects(
      from(flags, null, awsProfile ?? null),
      (error) => hasCode(error, "USAGE") && missing.test(error.message),
    );
  });
}

for (const other of [{ permissionSet: "E" }, { ssoStartUrl: "https://x" }]) {
  Deno.test(`answersFrom() takes no user beside ${Object.keys(other)[0]}: one would go unheard`, async () => {
    const both = { source: "mara", account: "123456789012", ssoRegion: "eu-west-1", user: ["zoe"] };
    await assert.rejects(
      from({ ...both, ...other }),
      (error) => hasCode(error, "USAGE") && /one kind of callers/.test(error.message),
    );
  });
}

for (
  const { name, flags, says, hint } of [
    {
      name: "a user's ARN for the role",
      flags: { role: "arn:aws:iam::111122223333:user/x", source: "mara" },
      says: /found "arn:aws:iam::111122223333:user\/x", want the ARN of an IAM role/,
      hint: "--role arn:aws:iam::111122223333:role/SentinelProtected-Dev",
    },
    {
      name: "an account of eleven digits",
      flags: { role: "arn:aws:iam::11112222333:role/X", source: "mara" },
      says: /want the ARN of an IAM role/,
      hint: "--role arn:aws:iam::111122223333:role/SentinelProtected-Dev",
    },
    {
      name: "a source that there isn't",
      flags: { source: "maria" },
      says: /found no profile "maria" in the AWS config/,
      hint: "aws configure --profile maria",
    },
    {
      name: "a role among the users",
      flags: { source: "mara", user: ["mara", ROLE] },
      says: /found "arn:.*", want names or ARNs of IAM users/,
      hint: "--user mara, or --user arn:aws:iam::111122223333:user/mara",
    },
  ] as const
) {
  Deno.test(`answersFrom() tells of ${name} at once`, async () => {
    await assert.rejects(
      from(flags),
      (error) => hasCode(error, "USAGE") && says.test(error.message) && error.hint === hint,
    );
  });
}

Deno.test("answersFrom() asks again after a wrong answer, says why, and gives up after three", async () => {
  const given = (answers: string[]) => {
    const asked: string[] = [];
    const ask: AskPerson = (question) => {
      asked.push(question);
      return Promise.resolve(answers.shift() ?? "nobody");
    };
    return { asked, ask };
  };
  const { asked, ask } = given(["maria", "mara"]);
  const { source } = await from({ user: ["zoe"] }, ask);
  assert.equal(source.name, "mara");
  assert.deepEqual(asked.map((question) => question.slice(0, 23)), [
    "Profile that has the ba",
    'Found no profile "maria',
  ]);
  const never = given([]);
  await assert.rejects(
    from({ user: ["zoe"] }, never.ask),
    (error) => hasCode(error, "USAGE") && /no profile "nobody"/.test(error.message),
  );
  assert.equal(never.asked.length, 3);
});

Deno.test("answersFrom() asks what is missing and nothing else, with what it would take", async () => {
  const asked: string[] = [];
  const ask: AskPerson = (question, fallback) => {
    asked.push(questionText(question, fallback));
    return Promise.resolve(
      question.startsWith("Start URL")
        ? "https://x"
        : question.startsWith("Profile")
        ? "sso"
        : fallback ?? "1",
    );
  };
  const { source } = await from({ region: "eu-central-1" }, ask, "mara");
  assert.equal(source.kind, "sso");
  assert.deepEqual(asked, [
    "Profile that has the base credentials (or sso, for Identity Center) [mara]: ",
    "Start URL of Identity Center: ",
    "Region of Identity Center: ",
    "Account of the entry permission set: ",
  ]);
});
