// storm: many real `sentinel credentials` at once in one sandbox, some of them killed.
import { type Fate, type Place, withPlace } from "../crash/place.ts";

/** A sandbox with the storm's world, and what can be done in it. */
export interface Weather extends Place {
  /** Starts a `sentinel credentials`; it is killed after so many milliseconds, if they are given. */
  ask(killAfter?: number): Promise<Fate>;
  /** How often the one-time code was asked for. */
  prompts(): Promise<number>;
}

/**
 * Runs `use` in a sandbox of its own, and clears up.
 * @param thinking seconds that the program with the one-time code takes
 */
export async function withWeather(
  thinking: number,
  use: (weather: Weather) => Promise<void>,
): Promise<void> {
  await withPlace(new URL("./world.yaml", import.meta.url), async (place) => {
    const asked = `${place.home}/asked`;
    const script = `#!/bin/sh\necho asked >> '${asked}'\nsleep ${thinking}\necho 654321\n`;
    await Deno.writeTextFile(`${place.home}/bin/one-time-code`, script, { mode: 0o700 });
    await use({
      ...place,
      ask: (killAfter) => place.run(place.sentinel("credentials", "--profile", "storm"), killAfter),
      prompts: async () => (await textOf(asked)).split("\n").length - 1,
    });
  });
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
