// judges of templates: programs from PyPI: from the PATH, else from an environment of our own.
import { asked } from "./report.ts";

// parliament asks setuptools for itself, which newer ones no longer answer.
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  parliament: ["parliament==1.6.4", "setuptools==80.9.0"],
  "cfn-lint": ["cfn-lint==1.58.0"],
};

/**
 * A program of that name which runs: its path, or why there is none.
 *
 * An environment of our own is made once, in the user's cache, for these very versions.
 */
export async function pythonTool(
  name: keyof typeof PACKAGES & string,
): Promise<{ path: string } | { why: string }> {
  if ((await asked([name, "--version"]))?.content) return { path: name };
  const packages = PACKAGES[name] ?? [];
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  const folder = `${cache}/sentinel-judges/${packages.join("_")}`;
  const path = `${folder}/bin/${name}`;
  if ((await asked([path, "--version"]))?.content) return { path };
  const made = await asked(["python3", "-m", "venv", "--clear", folder]);
  if (made === null) return { why: "it isn't on the PATH, and there is no python3 to install it" };
  if (!made.content) return { why: `python3 makes no environment: ${last(made.said)}` };
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const installed = await asked([`${folder}/bin/python`, ...pip, ...packages]);
  if (installed?.content && (await asked([path, "--version"]))?.content) return { path };
  return { why: `pip can't install it: ${last(installed?.said ?? "")}` };
}

const last = (said: string): string => said.split("\n").at(-1) ?? "";
