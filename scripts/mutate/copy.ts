// mutate: a copy of the checkout to spoil. The checkout itself is never written to.

/** What tests of the rooms need; the rest is left out. */
const NEEDED = ["deno.json", "deno.lock", "mod.ts", "lib", "tests"];

/** Copies the working tree's files (those that git would take) to a new folder, and names it. */
export async function copyOf(root: string): Promise<string> {
  const { stdout, success } = await new Deno.Command("git", {
    args: ["-C", root, "ls-files", "-z", "-co", "--exclude-standard", "--", ...NEEDED],
    stdin: "null",
  }).output();
  if (!success) throw new Error("Cannot list the checkout's files: git failed");
  const target = await Deno.makeTempDir({ prefix: "sentinel-mutate-" });
  const made = new Set<string>();
  for (const file of new Set(new TextDecoder().decode(stdout).split("\0"))) {
    if (file === "") continue;
    const folder = `${target}/${file.slice(0, Math.max(0, file.lastIndexOf("/")))}`;
    if (!made.has(folder)) await Deno.mkdir(folder, { recursive: true });
    made.add(folder);
    try {
      await Deno.copyFile(`${root}/${file}`, `${target}/${file}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // tracked, and deleted just now
    }
  }
  return target;
}
