// e2e: the README's files are files that Sentinel reads.
import { strict as assert } from "node:assert";
import { compilePolicy, evaluate, parsePolicy } from "../../lib/core/policy/mod.ts";
import { parseAwsConfig, resolveTarget } from "../../lib/core/profiles/mod.ts";

const page = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map((m) =>
    m[1] ?? ""
  );

Deno.test("the README's profile resolves to its role, by mara's credentials", () => {
  const [ini = ""] = blocks("ini");
  const text = `${ini}\n[profile keys]\n`;
  const keys = "[mara]\naws_access_key_id = AKIAAAAAAAAAAAAAAAAA\naws_secret_access_key = x\n";
  const config = parseAwsConfig({
    config: { file: "config", text },
    credentials: { file: "credentials", text: keys },
  });
  const target = resolveTarget(config, "prod", { env: () => undefined });
  assert.equal(target.roleArn, "arn:aws:iam::111122223333:role/SentinelProtected-Prod");
  assert.deepEqual(target.leaf, { kind: "keys", profile: "mara" });
});

Deno.test("the README's policy says what the README says", () => {
  const [text = ""] = blocks("yaml").filter((block) => block.includes("rules:"));
  const compiled = compilePolicy([parsePolicy(text, "policy.yaml")]);
  const at = (time: string) =>
    evaluate(compiled, {
      principal: null,
      user: "mara",
      profile: "prod",
      role: null,
      mode: "cli",
      at: new Date(time),
      sessionTable: null,
      device: null,
    }).outcome;
  assert.equal(at("2026-01-05T10:00:00+01:00"), "allow");
  assert.equal(at("2026-01-05T20:00:00+01:00"), "pending");
});
