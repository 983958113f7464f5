// store tests: how much is asked for, and a directory that goes away.

/** All rounds, as the issue states them; by default fewer. */
export const FULL = Deno.env.get("SENTINEL_TEST_FULL") === "1";

export async function withDirectory(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "sentinel-store-" });
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true }).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}
