// os tests: a temporary directory, cleared up.

export async function withDirectory(work: (dir: string) => void | Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "sentinel-os-" });
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** True, with a visible reason, when the test needs root and this is not. */
export function onlyAsRoot(why: string): boolean {
  if (Deno.uid() === 0) return false;
  console.log(`SKIP: not root: ${why}`);
  return true;
}
