// scripts: the demo: Sentinel's story in an AWS on loopback, by real processes, checking its own answers.
import { processBase } from "../commands/base.ts";
import { type Ready, withSandbox } from "../commands/sandbox/start.ts";
import { ROOT } from "./deno.ts";
import { Stage } from "./demo/stage.ts";

const DEV = "arn:aws:iam::111122223333:role/SentinelProtected-Dev";
const FORGED = "sentinel=mara=direct=00000000deadbeef";

/** A script of the demo's, as a command line. */
function script(name: string, ...args: string[]): string {
  const words = [Deno.execPath(), "run", "-A", "-q", "--config", `${ROOT}deno.json`];
  return [...words, `${ROOT}scripts/demo/${name}.ts`, ...args].map((w) => `'${w}'`).join(" ");
}

async function whoAndWhat(stage: Stage): Promise<void> {
  stage.tell("Who am I, to AWS and to policy?");
  await stage.show("sentinel whoami", { out: /policy user +mara\n/ });
  stage.tell("dev is allowed. The decision is on disk before AWS is asked.");
  await stage.show("sentinel credentials --profile dev", {
    out: /^\{"Version":1,"AccessKeyId":"ASIA/,
  });
  stage.tell("A program that knows nothing of Sentinel: the AWS config says credential_process.");
  await stage.show(
    script("whoami_sdk", "dev"),
    { out: /assumed-role\/SentinelProtected-Dev\/mara-[0-9a-f]{32}\n/ },
    "aws-sdk-js: sts.getCallerIdentity() with profile dev",
  );
  await stage.show(
    `sentinel exec --profile dev -- sh -c 'echo "$AWS_SENTINEL in $AWS_REGION, keys \${AWS_ACCESS_KEY_ID%%????????????????}…"'`,
    { out: /^dev in eu-central-1, keys ASIA…\n/ },
  );
}

async function oneChain(stage: Stage): Promise<void> {
  stage.tell(
    "CloudTrail and the journal name the same grant, and the session name is the entry's hash.",
  );
  const journal = await stage.show(
    'sentinel journal show --json | grep \'"kind":"intent"\' | tail -1',
    {
      out: /"sourceIdentity":"sentinel=mara=direct=[0-9a-f]{16}"/,
    },
  );
  const entry = JSON.parse(journal.out);
  const trail = await stage.show(script("trail", "sam"), {}, "cloudtrail lookup-events (as sam)");
  const event = trail.out.trim().split("\n").map((line) => JSON.parse(line)).at(-1);
  stage.check(event.sourceIdentity === entry.sourceIdentity, "the source identities differ");
  stage.check(
    event.session === `mara-${entry.hash.slice(0, 32)}`,
    "the session name proves nothing",
  );
}

async function refused(stage: Stage): Promise<void> {
  stage.tell("prod wants an approval: nothing on stdout, exit 4, the reason and the next command.");
  const { out } = await stage.show("sentinel credentials --profile prod", {
    code: 4,
    err: /error\[OBLIGATION_OPEN\].*\nhint: sentinel request --profile prod --reason TEXT\n/,
  });
  stage.check(out === "", "a refusal printed on stdout");
  await stage.show("sentinel policy explain prod", { out: /approval/ });
  await stage.show("sentinel list", { out: /dev .*allow/ });
}

async function approved(stage: Stage): Promise<void> {
  stage.tell("So mara asks. Who may say yes is said in approval.yaml: lea or sam.");
  await stage.show('sentinel request --profile prod --reason "restart the stuck queue"', {
    out: /state +pending\n/,
    err: /waits for lea or sam/,
  });
  const { out } = await stage.show("sentinel request list", { out: /pending .* mara +prod/ });
  const id = /^[0-9a-f]{16}/m.exec(out)?.[0] ?? "none";
  stage.tell("Not mara herself. lea is told what her yes gives, and gives it.");
  await stage.show(`sentinel approve ${id}`, {
    code: 3,
    err: /error\[APPROVER_REFUSED\].*nobody decides about a request of their own\n/,
  });
  await stage.show(`sentinel approve ${id} --aws-profile lea --comment "seen in the channel"`, {
    out: /state +approved\n/,
    err: /role +arn:aws:iam::111122223333:role\/SentinelProtected-Prod\n/,
  });
  const stamp = `sentinel=mara=ap-${id.slice(0, 8)}=`;
  await stage.show("sentinel credentials --profile prod", { out: /^\{"Version":1,/ });
  const trail = await stage.show(script("trail", "sam"), {}, "cloudtrail lookup-events (as sam)");
  stage.check(trail.out.includes(stamp), `CloudTrail has no source identity ${stamp}…`);
  stage.tell("The incident is over: lea takes it back, and the next call gets nothing.");
  await stage.show(`sentinel deny ${id} --aws-profile lea --comment "the incident is over"`, {
    out: /state +revoked\n/,
  });
  await stage.show("sentinel credentials --profile prod", { code: 4, out: /^$/ });
  const journal = `sentinel journal show | grep approval=${id} | grep -v begun`;
  await stage.show(journal, { out: /created[^]+approved.*by lea[^]+revoked.*by lea/ });
}

async function roundSentinel(stage: Stage): Promise<void> {
  stage.tell(
    "Round Sentinel, with mara's own keys and no source identity: the trust policy refuses.",
  );
  await stage.show(
    script("assume", "mara", DEV),
    { code: 1, err: /AccessDenied/ },
    `aws-sdk-js: sts.assumeRole(${DEV})`,
  );
  stage.tell("With somebody else's name in it: refused too, AWS knows who mara is.");
  await stage.show(
    script("assume", "mara", DEV, FORGED.replace("mara", "lea")),
    { code: 1, err: /AccessDenied/ },
    `aws-sdk-js: the same, SourceIdentity ${FORGED.replace("mara", "lea")}`,
  );
  stage.tell(
    "With a hand-made, well-formed value of her own: it gets in. On one machine Sentinel is a seat\n" +
      "belt, no lock: what must bind belongs behind a server. But the journal has no such entry.",
  );
  await stage.show(
    script("assume", "mara", DEV, FORGED),
    { out: /as sentinel=mara=direct=00000000deadbeef/ },
    `aws-sdk-js: the same, SourceIdentity ${FORGED}`,
  );
  await stage.show(`sentinel journal show --json | grep -c ${FORGED}`, { code: 1, out: /^0\n$/ });
}

async function record(stage: Stage, { home }: Ready): Promise<void> {
  stage.tell("The record is whole.");
  await stage.show("sentinel journal verify", { out: /^whole: \d+ entries/ });
  stage.tell("One word changed in it, and verify names the entry.");
  const file = `${home}/sentinel/journal/00000001.jsonl`;
  await stage.show(`sed -i '2s/"issued"/"failed"/' ${file}`, {}, "sed -i … journal/00000001.jsonl");
  await stage.show("sentinel journal verify", { code: 10, err: /error\[JOURNAL_BROKEN\]/ });
}

const started = performance.now();
let failed = 1;
await withSandbox(
  processBase("demo", false),
  { port: 0, world: undefined, as: undefined },
  async (sandbox) => {
    console.log("This is an AWS on loopback: its keys are good nowhere else.");
    const { HOME = "/", DENO_DIR } = Deno.env.toObject();
    const env = { HOME, ...(DENO_DIR !== undefined && { DENO_DIR }), ...sandbox.env };
    const stage = new Stage(env, sandbox.home);
    await whoAndWhat(stage);
    await oneChain(stage);
    await refused(stage);
    await approved(stage);
    await roundSentinel(stage);
    await record(stage, sandbox);
    const seconds = Math.round((performance.now() - started) / 1000);
    const verdict = stage.failures === 0 ? "all as told" : `${stage.failures} not as told`;
    stage.tell(`${stage.scenes} scenes in ${seconds} s, ${verdict}.`);
    failed = stage.failures;
    return 0;
  },
);
Deno.exitCode = failed === 0 ? 0 : 1;
