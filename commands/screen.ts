// commands: when a screen is drawn in place of text, and how what draws it is loaded.
import type { Base } from "./base.ts";
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

/** Loads the screens and lets `show` show one. @returns the exit code */
export async function shown(
  { base }: Session,
  show: (faces: Faces) => Promise<number>,
): Promise<number> {
  const ended = new AbortController();
  base.endCallsWith(ended.signal);
  try {
    return await show(await faces(base));
  } finally {
    // Whoever leaves a screen wants the prompt, not what it was still asking for.
    ended.abort();
  }
}

// React's faster half is chosen by NODE_ENV when it loads, and ink looks for its developer tools
// where DEV is set: neither is the caller's to say, nor may a child see a change.
function faces(base: Base): Promise<Faces> {
  return base.withVariables(
    { NODE_ENV: "production", DEV: null },
    () => import("../tui/mod.tsx"),
  );
}
