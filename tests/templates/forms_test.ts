// template tests: every text in every form, as it is printed; and what all forms have in common.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { parse } from "yaml";
import { formed, formOf, FORMS } from "../../templates/forms.ts";
import { hclOf } from "../../templates/hcl.ts";
import { pascalId, snakeId } from "../../templates/names.ts";
import { literal } from "../../templates/typescript.ts";
import { yamlOf } from "../../templates/yaml.ts";
import { golden, noneBeside } from "./golden.ts";
import { callOf, printed, TEXTS } from "./printed.ts";

const numRuns = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "200");
const names = new Set<string>();

for (const [name, text] of Object.entries(TEXTS)) {
  for (const form of text.forms) {
    const file = `${name}.${form}.txt`;
    names.add(file);
    if (form === "json") names.add(`${name}.stderr.txt`);
    Deno.test(`[ours] sentinel template ${callOf(text, form).join(" ")} is as recorded`, async () => {
      const { code, out, err } = await printed(callOf(text, form));
      assert.equal(code, 0, err);
      await golden(file, out);
      if (form === "json") await golden(`${name}.stderr.txt`, err);
      else assert.equal(err, "", "what is to be said stands in the comments");
      assert.ok(out.endsWith("\n") && !/[ \t]$/m.test(out.replaceAll(/^(?:#|\/\/)\n/gm, "")));
    });
  }
}

Deno.test("[ours] no golden is left of a text that there isn't", () => noneBeside(names));

Deno.test("[ours] each form says what JSON says on stderr", async () => {
  for (const form of FORMS) {
    const { out, err } = await printed(["scp", "--format", form]);
    const said = form === "json" ? err : out.replaceAll(/\n(?:#|\/\/) {2,}/g, " ");
    for (const line of (await printed(["scp"])).err.trimEnd().split("\n")) {
      assert.ok(said.includes(line), `${form} lacks: ${line}`);
    }
  }
});

Deno.test("[ours] --quiet says nothing beside the text, --json all of it in one document", async () => {
  const { out: text, err: said } = await printed(["rcp"]);
  assert.deepEqual(await printed(["rcp", "--quiet"]), { code: 0, out: text, err: "" });
  const { out, err } = await printed(["rcp", "--json"]);
  const told = JSON.parse(out);
  assert.equal(err, "");
  assert.equal(told.text, text);
  assert.equal(`${told.explains.join("\n")}\n`, said);
});

const REFUSED: readonly { argv: readonly string[]; says: RegExp }[] = [
  { argv: ["scp", "--format", "toml"], says: /want json, yaml, terraform, cloudformation, cdk/ },
  { argv: ["monitoring", "--format", "cdk"], says: /want cloudformation, terraform/ },
  { argv: ["monitoring", "--roles", "Sentinel??"], says: /want \* alone/ },
  { argv: ["monitoring", "--roles", "team/*-Prod", "--log-group", "t"], says: /at the end/ },
  { argv: ["monitoring", "--policy-root", "x"], says: /want one such as/ },
  { argv: ["monitoring", "--log-group", "a b"], says: /log group/ },
  { argv: ["policy", "anarchy"], says: /want solo, team, organisation, regulated, guardrails/ },
  { argv: ["iam", "--role", "king"], says: /want one of requester, approver, admin/ },
  { argv: ["iam", "--feature", "identity"], says: /found no rights in identity/ },
  { argv: ["iam", "--permission-set", "E", "--role", "admin"], says: /want none/ },
  { argv: ["iam", "--account", "1"], says: /want twelve digits/ },
  { argv: ["scp", "--name", "a b", "--format", "cdk"], says: /found name "a b"/ },
  { argv: ["trust"], says: /callers of exactly one kind/ },
  {
    argv: ["trust", "--role", "arn:aws:iam::111122223333:role/R", "--account", "444455556666"],
    says: /whose ARNs say both/,
  },
  { argv: ["scp", "--break-glass-set", "Mine"], says: /without --permission-set, want both/ },
];

for (const { argv, says } of REFUSED) {
  Deno.test(`[ours] sentinel template ${argv.join(" ")} is called wrongly`, async () => {
    const { code, out, err } = await printed(argv);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, says);
  });
}

Deno.test("[ours] a line break in an option ends no comment", async () => {
  const { code, out } = await printed(["policy", "solo", "--timezone", "UTC\nrules: []"]);
  assert.deepEqual([code, out], [1, ""], "the zone is none, so nothing is printed");
  const text = formed({ kind: "scp", name: "x", document: {}, comments: ["a\nb: c"] }, "yaml");
  assert.match(text, /^# a\\u\{a\}b: c\n\n\{\}\n$/);
});

// A document as policies have them, with words that YAML and HCL read otherwise.
const WORD = fc.oneof(
  fc.string(),
  fc.constantFrom("no", "Null", "1e3", "2012-10-17", "${aws:username}", "%{if}", "a: b", "# x"),
  fc.constantFrom("sts:AssumeRole", "a:", "- a", "*", "~", "", "\u2028", "\t", "0x1", ".inf"),
);
const { document } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { depthSize: "small" },
    fc.oneof(WORD, fc.boolean(), fc.integer(), fc.constant(null)),
    fc.array(tie("document"), { maxLength: 4 }),
    fc.dictionary(WORD.filter((key) => key !== "__proto__"), tie("document"), { maxKeys: 4 }),
  ),
}));

Deno.test("[ours] yamlOf(): a YAML reader gets back what was written", () =>
  fc.assert(
    fc.property(document, (value) => {
      assert.deepEqual(
        parse(yamlOf(value), { uniqueKeys: true }),
        JSON.parse(JSON.stringify(value)),
      );
      assert.deepEqual(parse(yamlOf(value), { version: "1.1" }), JSON.parse(JSON.stringify(value)));
    }),
    { seed: 5, numRuns },
  ));

Deno.test("[ours] literal(): JavaScript gets back what was written", () =>
  fc.assert(
    fc.property(document, (value) => {
      const read = new Function(`return (${literal(value)});`)();
      assert.deepEqual(read, JSON.parse(JSON.stringify(value)));
    }),
    { seed: 5, numRuns },
  ));

Deno.test("[ours] hclOf(): no text begins a template", () =>
  fc.assert(
    fc.property(document, (value) => {
      assert.ok(!/(?<![$])(?:\$\$)*\$\{|(?<!%)(?:%%)*%\{/.test(hclOf(value)));
    }),
    { seed: 5, numRuns },
  ));

for (
  const [name, pascal, snake] of [
    ["SentinelProtected-Prod", "SentinelProtectedProd", "sentinel_protected_prod"],
    ["sentinel-break-glass", "SentinelBreakGlass", "sentinel_break_glass"],
    ["SentinelTVM", "SentinelTVM", "sentinel_tvm"],
    ["7up", "Sentinel7up", "sentinel7up"],
  ] as const
) {
  Deno.test(`[ours] ${name} is ${pascal} and ${snake}`, () => {
    assert.deepEqual([pascalId(name), snakeId(name)], [pascal, snake]);
  });
}

Deno.test("formOf() names the form that was meant, else the first", () => {
  assert.throws(() => formOf("terafrom", FORMS), { code: "USAGE", hint: "--format terraform" });
  assert.throws(() => formOf("xqzzy", FORMS), { code: "USAGE", hint: "--format json" });
});
