// judges of templates: CDK programs are TypeScript, synthesise, and hold the very documents.
import { asked, inFolder, recorded, type Report } from "./report.ts";

const CONFIG = decodeURIComponent(new URL("./deno.json", import.meta.url).pathname);

/** Where each resource keeps its document. */
const DOCUMENT_KEYS = [
  "PolicyDocument",
  "AssumeRolePolicyDocument",
  "InlinePolicy",
  "Content",
] as const;

/** Every program is run as it stands; what it synthesised must hold the document in JSON. */
export async function judgeCdk(report: Report): Promise<void> {
  const texts = new Map(await recorded("cdk"));
  const wanted = await recorded("json");
  const [first = ""] = texts.values();
  texts.set(BROKEN, first.replaceAll(".CfnPermissionSet(", ".CfnSetOfPermissions("));
  await inFolder(async (folder) => {
    const why = await synthesise(folder, texts);
    if (why !== null) return report.skipped("aws-cdk-lib", why);
    for (const name of texts.keys()) {
      const fault = await faultOf(`${folder}/${name}`, wanted.get(name) ?? "{}");
      if (name === BROKEN) report.control("aws-cdk-lib", fault);
      else report.judged(`aws-cdk-lib on ${name}`, fault);
    }
    const check = async (names: Iterable<string>) => {
      const files = [...names].map((name) => `${folder}/${name}/app.ts`);
      const answer = await asked([Deno.execPath(), "check", "--config", CONFIG, ...files]);
      return answer?.content ? null : answer?.said ?? "deno is gone";
    };
    texts.delete(BROKEN);
    report.judged("the CDK programs' types", await check(texts.keys()));
    report.control("the type check", await check([BROKEN]));
  });
}

const BROKEN = "broken";

/**
 * Runs all programs in one process (the library takes seconds to load), each with a folder of its own.
 *
 * @returns why it can't be done at all; `null` = it was
 */
async function synthesise(
  folder: string,
  texts: ReadonlyMap<string, string>,
): Promise<string | null> {
  const driver = ['await import("aws-cdk-lib");'];
  for (const [name, text] of texts) {
    await Deno.mkdir(`${folder}/${name}`);
    await Deno.writeTextFile(`${folder}/${name}/app.ts`, text);
    driver.push(
      `Deno.env.set("CDK_OUTDIR", ${JSON.stringify(`${folder}/${name}/out`)});`,
      `await import("./${name}/app.ts").catch((error) => console.log("${name}: " + error));`,
    );
  }
  await Deno.writeTextFile(`${folder}/all.ts`, driver.join("\n"));
  const run = ["run", "-A", "--no-check", "--quiet", "--config", CONFIG, "all.ts"];
  const answer = await asked([Deno.execPath(), ...run], { cwd: folder });
  if (answer === null) return "deno is gone";
  if (answer.content) return null;
  if (/checksum|integrity|lockfile/i.test(answer.said)) throw new Error(answer.said);
  return answer.said;
}

/** What is wrong with the template that a program made. */
async function faultOf(folder: string, wanted: string): Promise<string | null> {
  try {
    for await (const { name } of Deno.readDir(`${folder}/out`)) {
      if (!name.endsWith(".template.json")) continue;
      const text = await Deno.readTextFile(`${folder}/out/${name}`);
      return sameDocument(JSON.parse(text), wanted);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return "it synthesised no template";
}

interface Synthesised {
  Resources?: Record<string, { Properties?: Record<string, unknown> }>;
}

function sameDocument(template: unknown, wanted: string): string | null {
  const resources = Object.values((template as Synthesised).Resources ?? {});
  const found = resources.flatMap(({ Properties = {} }) =>
    DOCUMENT_KEYS.flatMap((key) => Properties[key] === undefined ? [] : [Properties[key]])
  );
  const [document] = found;
  if (found.length !== 1) return `found ${found.length} documents, want one`;
  const asText = JSON.stringify(document);
  return asText === JSON.stringify(JSON.parse(wanted)) ? null : `found ${asText}`;
}
