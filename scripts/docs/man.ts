// scripts: man pages put where man(1) looks for them, and taken away again.
import { ROOT } from "../deno.ts";
import { MARK } from "./roff.ts";

/** Where a user's own man pages of section 1 are: found by man(1) when ~/.local/bin is on the PATH. */
export function manDirectory(): string {
  const share = Deno.env.get("XDG_DATA_HOME") || `${Deno.env.get("HOME") ?? ""}/.local/share`;
  return `${share}/man/man1`;
}

/** Copies the pages; the pages of another program of that name stay. How many were copied. */
export async function installMan(directory: string): Promise<number> {
  await Deno.mkdir(directory, { recursive: true });
  await removeMan(directory);
  let copied = 0;
  for await (const { name } of Deno.readDir(`${ROOT}man`)) {
    if (await isThere(`${directory}/${name}`)) continue;
    await Deno.copyFile(`${ROOT}man/${name}`, `${directory}/${name}`);
    copied++;
  }
  return copied;
}

/** Removes the pages that we put there, those of commands that are gone too. How many they were. */
export async function removeMan(directory: string): Promise<number> {
  if (!await isThere(directory)) return 0;
  let removed = 0;
  for (const { name } of await Array.fromAsync(Deno.readDir(directory))) {
    if (!/^sentinel(-[a-z-]+)?\.1$/.test(name)) continue;
    if (!(await Deno.readTextFile(`${directory}/${name}`)).startsWith(MARK)) continue;
    await Deno.remove(`${directory}/${name}`);
    removed++;
  }
  return removed;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
