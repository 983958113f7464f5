// docs: regression 13 and what help promises: a page for each command, examples that parse, first steps.
import { strict as assert } from "node:assert";
import { root } from "../../commands/app.ts";
import { firstSteps, type Standing } from "../../commands/help/first.ts";
import { frontPage, manualPage } from "../../commands/help/manual.ts";
import { follow, pageOf, routesBelow } from "../../commands/help/pages.ts";
import { callsIn } from "../../commands/help/sheet.ts";
import { sheetText } from "../../commands/help/text.ts";
import { TOPICS, topicSheet } from "../../commands/help/topics.ts";
import { main } from "../../commands/main.ts";
import { RIGHTS } from "../../commands/rights.ts";
import { exitCodes } from "../../lib/core/errors/exits.ts";
import { EXIT } from "../../lib/core/errors/mod.ts";
import { calledAs, COMMANDS, emptyWorld, parsed, ROOT, type Said } from "./parsing.ts";

const FULL = Deno.env.get("SENTINEL_TEST_FULL") !== undefined;

for (const name of COMMANDS) {
  Deno.test(`sentinel ${name} --help: what it does, usage, two worked examples, own flags first`, async () => {
    const { code, out, err } = await parsed([...name.split(" "), "--help"]);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    const [about = "", rest = ""] = out.split(/^USAGE$/m);
    assert.ok(about.trim().length > 20, "it doesn't say what it does");
    assert.match(rest, new RegExp(`^\n {2}sentinel ${name}( |$)`, "m"));
    const { route } = follow(root, name.split(" "));
    const calls = callsIn(pageOf(route, "folded"));
    assert.ok(calls.length >= 2, `examples:\n${calls.join("\n")}`);
    assert.ok(
      calls.some((call) => call.includes(`sentinel ${calledAs(name)}`)),
      "no example shows it",
    );
    assert.match(out, /^SHARED FLAGS\n {2}[^\n]*--/m);
    const long = out.split("\n").filter((line) =>
      line.length > 80 && !calls.includes(line.slice(2))
    );
    assert.deepEqual(long, []);
  });

  Deno.test(`commands/${name.replace(" ", "/")}.ts runs alone, by its last line`, async () => {
    const text = await Deno.readTextFile(`${ROOT}commands/${name.replace(" ", "/")}.ts`);
    const line = `if \\(import\\.meta\\.main\\) (await|void) alone\\(command, "${
      calledAs(name).replace(" ", "-")
    }"\\);\n$`;
    assert.match(text, new RegExp(line));
  });
}

for (const name of FULL ? COMMANDS : ["whoami", "help", "policy explain"]) {
  Deno.test(`regression 13: commands/${name.replace(" ", "/")}.ts answers --help by itself`, async () => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", `${ROOT}commands/${name.replace(" ", "/")}.ts`, "--help"],
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /^USAGE\n {2}sentinel-/m);
  });
}

Deno.test("every command of the route map has a row of rights, and no row is left over", () => {
  assert.deepEqual([...new Set(COMMANDS.map(calledAs))].sort(), Object.keys(RIGHTS).sort());
});

Deno.test("--help-all tells the shared flags in full, --help in a line", async () => {
  const all = await parsed(["exec", "--help-all"]);
  assert.match(all.out, /^ +--aws-profile NAME {2}Base credentials/m);
  const folded = await parsed(["exec", "-h"]);
  assert.doesNotMatch(folded.out, /Base credentials/);
  assert.ok(folded.out.length < all.out.length);
});

Deno.test("a group without a verb, and help with its name, show the same page", async () => {
  const group = await parsed(["policy"]);
  assert.equal(group.code, 0);
  assert.match(group.out, /^COMMANDS\n {2}validate /m);
  const page = manualPage(root, ["policy"]);
  assert.ok(page !== null);
  assert.equal(sheetText(page), group.out);
});

Deno.test("the front page names every command and every topic", () => {
  const text = sheetText(frontPage(root));
  for (const name of COMMANDS) {
    const [first = "", verb = ""] = name.split(" ");
    assert.match(text, new RegExp(`^ {2}${first}\\b.*${verb}`, "m"), name);
  }
  for (const { name } of TOPICS) assert.match(text, new RegExp(`^ {2}${name} `, "m"));
});

Deno.test("sentinel help: command, topic, unknown word with the nearest page", async () => {
  const ask = async (...words: string[]) => {
    const said: Said = { code: 0, out: "", err: "" };
    said.code = await main(["help", ...words], emptyWorld(said), root);
    return said;
  };
  assert.match((await ask("journal", "show")).out, /^ {2}sentinel journal show \[FLAGS\]$/m);
  assert.match((await ask("exit", "codes")).out, /^ {2}10 +A check found something\.$/m);
  assert.match((await ask("exit-cods")).err, /hint: did you mean: sentinel help exit-codes\n/);
  assert.match((await ask("polcy", "explain")).err, /did you mean: sentinel help policy explain\n/);
  assert.equal((await ask("xqzzy")).code, 2);
  const { title } = JSON.parse((await ask("files", "--json")).out);
  assert.equal(title, "files");
});

Deno.test("the topic exit-codes has every code that an error ends with, and 0", () => {
  const codes = exitCodes().map(({ code }) => code);
  assert.deepEqual(codes, [...new Set([0, ...Object.values(EXIT)])].sort((a, b) => a - b));
  assert.match(sheetText(manualPage(root, ["exit-codes"]) ?? frontPage(root)), /^ {2}130 /m);
});

Deno.test("each page and topic has examples; topics have no name of a command", () => {
  for (const topic of TOPICS) {
    assert.ok(callsIn(topicSheet(topic)).length >= 2, topic.name);
    assert.equal(follow(root, [topic.name]).rest.length, 1, topic.name);
  }
  assert.ok(routesBelow({ words: [], target: root }).length > 15, "the walk finds too little");
});

const STANDINGS: readonly { name: string; standing: Standing; first: RegExp }[] = [
  { name: "no AWS config", standing: { kind: "nothing" }, first: /^sentinel sandbox exec / },
  { name: "profiles, none gated", standing: { kind: "profiles" }, first: /^sentinel whoami$/ },
  {
    name: "a gated profile",
    standing: { kind: "gated", profile: "prod" },
    first: /^sentinel exec --profile prod -- /,
  },
  {
    name: "a gated profile with a hostile name",
    standing: { kind: "gated", profile: "a b;'x" },
    first: /^sentinel exec --profile 'a b;'\\''x' -- /,
  },
];

for (const { name, standing, first } of STANDINGS) {
  Deno.test(`first steps: ${name}`, () => {
    const steps = firstSteps(standing, root);
    assert.ok(steps.length >= 4 && steps.length <= 5, String(steps.length));
    assert.match(steps[0]?.[0] ?? "", first);
  });
}

const LOOKS: readonly { name: string; config: string | null; says: RegExp }[] = [
  { name: "nothing", config: null, says: /sandbox exec/ },
  { name: "a config that can't be read as one", config: "rubbish\n", says: /To do first/ },
  { name: "a plain profile", config: "[profile mara]\nregion = eu-central-1\n", says: /whoami/ },
  {
    name: "a gated profile",
    config:
      "[profile mara]\n[profile prod]\nsentinel_role_arn = arn:aws:iam::111122223333:role/P\n",
    says: /exec --profile prod -- /,
  },
];

for (const { name, config, says } of LOOKS) {
  Deno.test(`sentinel alone, on a machine with ${name}: exit 0, on stdout, AWS unasked`, async () => {
    const home = await Deno.makeTempDir();
    try {
      if (config !== null) await Deno.writeTextFile(`${home}/config`, config);
      const said: Said = { code: 0, out: "", err: "" };
      const env = { HOME: home, AWS_CONFIG_FILE: `${home}/config`, SENTINEL_HOME: home };
      said.code = await main([], emptyWorld(said, env), root);
      assert.deepEqual({ code: said.code, err: said.err }, { code: 0, err: "" });
      assert.match(said.out, says);
      assert.ok(said.out.split("\n").length < 20);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
}

Deno.test("the README's line of exit codes is the topic's", async () => {
  const readme = (await Deno.readTextFile(`${ROOT}README.md`)).replaceAll(/\s+/g, " ");
  const line = exitCodes().filter(({ code }) => code < 100)
    .map(({ code, short }) => `${code} ${short}`).join(" · ");
  assert.ok(readme.includes(`Exit codes: ${line}.`), line);
});
