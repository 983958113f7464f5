// laws: what ships with Sentinel is permissive.
import { strict as assert } from "node:assert";
import { ROOT } from "./graph.ts";

const PERMISSIVE = new Set([
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "0BSD",
  "MIT-0",
]);
/** In deno.json for the project's own work: never part of what ships. */
const OWN_WORK = new Set(["fast-check", "zx", "pure-rand"]);

interface Lock {
  specifiers: Record<string, string>;
  npm: Record<string, { dependencies?: string[]; optionalDependencies?: string[] }>;
}

/** Packages from before SPDX say an object, or a list of them. */
interface Package {
  license?: string | { type: string };
  licenses?: readonly { type: string }[];
}

function licenceOf({ license, licenses }: Package): string | undefined {
  if (typeof license === "string") return license;
  return license?.type ?? licenses?.map(({ type }) => type).join(" OR ");
}

const lock = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`)) as Lock;

/** `name@version` without the peer part. */
function bare(id: string): string {
  const end = id.indexOf("_", id.indexOf("@", 1));
  return end < 0 ? id : id.slice(0, end);
}

/** An SPDX expression of which one choice is permissive. */
function isPermissive(licence: string): boolean {
  return licence.replace(/^\((.*)\)$/, "$1").split(" OR ").some((one) => PERMISSIVE.has(one));
}

function shipped(): string[] {
  const queue = Object.entries(lock.specifiers)
    .map(([spec, version]) => `${spec.slice("npm:".length, spec.lastIndexOf("@"))}@${version}`)
    .filter((id) => !OWN_WORK.has(id.slice(0, id.lastIndexOf("@"))));
  const seen = new Set<string>();
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const name of lock.npm[id]?.dependencies ?? []) {
      const full = name.includes("@", 1)
        ? name
        : Object.keys(lock.npm).find((k) => k.slice(0, k.lastIndexOf("@")) === name);
      if (full !== undefined) queue.push(full);
    }
  }
  return [...seen].sort();
}

async function npmCache(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

Deno.test("law: every shipped package has a permissive licence", async () => {
  const cache = await npmCache();
  const all = shipped();
  assert.ok(all.length > 20, "the shipped graph is too small to be true");
  const bad: string[] = [];
  for (const id of all) {
    const at = bare(id);
    const [name, version] = [at.slice(0, at.lastIndexOf("@")), at.slice(at.lastIndexOf("@") + 1)];
    const registries = await Array.fromAsync(Deno.readDir(cache), (e) => e.name);
    let licence: string | undefined;
    for (const registry of registries) {
      try {
        const path = `${cache}/${registry}/${name}/${version}/package.json`;
        licence = licenceOf(JSON.parse(await Deno.readTextFile(path)));
        break;
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    if (licence === undefined || !isPermissive(licence)) {
      bad.push(`${id}: ${licence ?? "not found"}`);
    }
  }
  assert.deepEqual(bad, []);
});

Deno.test("law: the judges, whose licence is not permissive, stay in their own room", async () => {
  const { stdout } = await new Deno.Command("git", {
    args: ["grep", "-lE", 'from "@cloud-copilot|npm:@cloud-copilot|import\\("@cloud-copilot'],
    cwd: ROOT,
  }).output().catch(() => ({ stdout: new Uint8Array() }));
  const files = new TextDecoder().decode(stdout).split("\n").filter((path) => path !== "");
  assert.deepEqual(files.filter((path) => !/^tests\/(judges|laws)\//.test(path)), []);
  assert.ok(!JSON.stringify(lock.specifiers).includes("@cloud-copilot"));
});
