// permissions tests: docs/permissions.md says what the registry says.
import { strict as assert } from "node:assert";
import { type Feature, FEATURES, ROLES, scopeOf, UNSEEN } from "../../lib/core/permissions/mod.ts";

const PAGE = new URL("../../docs/permissions.md", import.meta.url);

const code = (text: string) => `\`${text}\``;
const cell = (texts: readonly string[]) => texts.join("<br>").replaceAll("|", "\\|");

/** ARNs as the page writes them: what a flag says stands there by its name. */
const SCOPE = scopeOf({ account: "111122223333", region: "xx-region-1" });
const spelled = (arn: string) =>
  arn.replace("111122223333", "ACCOUNT").replace("xx-region-1", "REGION");

function rows(feature: Feature): string[] {
  const { id, optional, brief, rights, free } = feature;
  const name = `${code(id)}${optional ? " (optional)" : ""}`;
  return [
    ...rights.map((right) => [
      name,
      cell(right.actions.map(code)),
      cell(right.resources(SCOPE).map((arn) => code(spelled(arn)))),
      right.simulated.kind === "half" ? `${right.why}; ${right.simulated.unseen}` : right.why,
    ]),
    ...free.map(({ call, because }) => [name, "none", code(call), `${brief}: ${because}`]),
  ].map((cells) => `| ${cells.join(" | ")} |`);
}

function parts(): Readonly<Record<string, string>> {
  return {
    registry: [
      "| Feature | Actions | On | For |",
      "| --- | --- | --- | --- |",
      ...FEATURES.flatMap(rows),
    ].join("\n"),
    roles: [
      `| Feature | ${ROLES.join(" | ")} |`,
      `| --- |${" --- |".repeat(ROLES.length)}`,
      ...FEATURES.map(({ id, roles }) =>
        `| ${code(id)} | ${ROLES.map((role) => roles.includes(role) ? "yes" : "-").join(" | ")} |`
      ),
    ].join("\n"),
    unseen: UNSEEN.map((line) => `- ${line}`).join("\n"),
  };
}

/** The page with its parts as the registry has them, in the house's layout. */
async function renewed(page: string): Promise<string> {
  let text = page;
  for (const [name, part] of Object.entries(parts())) {
    const form = new RegExp(`(<!-- ${name}[^>]* -->\n)[^]*?(<!-- end -->)`);
    assert.match(text, form, `docs/permissions.md has a place for ${name}`);
    text = text.replace(form, (_, open: string, end: string) => `${open}\n${part}\n\n${end}`);
  }
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "--config", "deno.json", "-"],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  assert.ok(success);
  return new TextDecoder().decode(stdout);
}

Deno.test("docs/permissions.md has the registry's rights, roles and what simulation doesn't see", async () => {
  const wanted = await renewed(await Deno.readTextFile(PAGE));
  if (Deno.env.get("SENTINEL_GOLDEN") === "write") await Deno.writeTextFile(PAGE, wanted);
  assert.equal(await Deno.readTextFile(PAGE), wanted);
});
