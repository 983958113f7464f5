// commands: when a screen is drawn in place of text, and how what draws it is loaded.
import type { Session } from "./context.ts";

/** A face for people, loaded only when it is shown. */
type Faces = typeof import("../tui/mod.tsx");

/** True on a terminal that can place a cursor, where nobody asked for text or JSON. */
export async function drawsScreen(session: Session, plain: boolean): Promise<boolean> {
  const { base, work } = session;
  if (plain || !base.hasScreen() || base.env("TERM") === "dumb") return false;
  return !await work.switchedOn("json");
}

/** False under `--no-color`, its settings, and NO_COLOR (https://no-color.org). */
export async function isColoured({ base, work }: Session): Promise<boolean> {
  return !base.env("NO_COLOR") && !await work.switchedOn("noColor");
}

/**
 * The screens. React's faster half is chosen by NODE_ENV when it loads, and ink looks for its
 * developer tools where DEV is set: neither is the caller's to say, nor may a child see a change.
 */
export async function faces(): Promise<Faces> {
  const before = ["NODE_ENV", "DEV"].map((name) => [name, Deno.env.get(name)] as const);
  Deno.env.set("NODE_ENV", "production");
  Deno.env.delete("DEV");
  try {
    return await import("../tui/mod.tsx");
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}
