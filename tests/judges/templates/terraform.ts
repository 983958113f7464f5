// judges of templates: Terraform parses, is laid out as terraform does, and holds the very documents.
import { asked, inFolder, loaded, recorded, type Report } from "./report.ts";

/** As much of the parser's public interface as is used here. */
interface Parser {
  parse(name: string, text: string): Promise<unknown>;
}

/** Every text as a Terraform parser reads it; and by terraform itself where it is there. */
export async function judgeTerraform(report: Report): Promise<void> {
  const parser = await loaded<Parser>(() => import("@cdktf/hcl2json"));
  if (typeof parser === "string") return report.skipped("hcl2json", parser);
  const texts = await recorded("terraform");
  const documents = new Map<string, string>();
  for (const [name, text] of texts) {
    const read = await parsed(parser, text);
    report.judged(`hcl2json on ${name}`, typeof read === "string" ? read : null);
    const encoded = expressionsIn(read);
    if (encoded.length === 1 && encoded[0] !== undefined) documents.set(name, encoded[0]);
  }
  report.control("hcl2json", typedFault(await parsed(parser, 'resource "a" "b" {')));
  const version = await asked(["terraform", "version"]);
  if (!version?.content) return report.skipped("terraform", "it isn't on the PATH");
  await inFolder((folder) => judgeByTerraform(report, folder, texts, documents));
}

const typedFault = (read: unknown): string | null => typeof read === "string" ? read : null;

async function parsed(parser: Parser, text: string): Promise<unknown> {
  try {
    return await parser.parse("text.tf", text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What stands in `jsonencode(…)`, as the parser gives it back. */
function expressionsIn(read: unknown): string[] {
  if (typeof read === "string") {
    const found = /^\$\{(jsonencode\([\s\S]*\))\}$/.exec(read);
    return found?.[1] === undefined ? [] : [found[1]];
  }
  return typeof read === "object" && read !== null
    ? Object.values(read).flatMap(expressionsIn)
    : [];
}

async function judgeByTerraform(
  report: Report,
  folder: string,
  texts: ReadonlyMap<string, string>,
  documents: ReadonlyMap<string, string>,
): Promise<void> {
  const format = async (text: string): Promise<string | null> => {
    const answer = await asked(["terraform", "fmt", "-"], { input: text, cwd: folder });
    return answer?.content && answer.out === text ? null : answer?.said ?? "it is gone";
  };
  for (const [name, text] of texts) {
    report.judged(`terraform fmt on ${name}`, await format(text));
  }
  report.control("terraform fmt", await format('a   = "b"\nlonger = 1\n'));
  const names = [...documents.keys()];
  const locals = names.map((name) => `  ${name} = ${documents.get(name)}\n`).join("");
  await Deno.writeTextFile(`${folder}/main.tf`, `locals {\n${locals}}\n`);
  // It answers the last line alone, so that there is one.
  const input = `jsonencode({${names.map((name) => `"${name}" = local.${name}`).join(", ")}})\n`;
  const answer = await asked(["terraform", "console"], { input, cwd: folder });
  const found = readConsole(answer?.out ?? "");
  const wanted = await recorded("json");
  for (const name of names) {
    report.judged(
      `terraform's document of ${name} is the one in JSON`,
      sameDocument(found[name], wanted.get(name) ?? ""),
    );
  }
  const [first = ""] = names;
  report.control("terraform console", sameDocument(found[first], '{"Version":"2012-10-17"}'));
}

/** Documents by name, out of a JSON text in quotes. */
function readConsole(said: string): Record<string, string> {
  try {
    return JSON.parse(JSON.parse(said));
  } catch {
    return {};
  }
}

/** Key order is the encoder's own. */
function sameDocument(found: string | undefined, wanted: string): string | null {
  if (found === undefined) return "found nothing";
  return inOrder(JSON.parse(found)) === inOrder(JSON.parse(wanted)) ? null : `found ${found}`;
}

function inOrder(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
  );
}
