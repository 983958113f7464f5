// tui: permissions on a terminal: its state, its view, and what asks, copies and saves for it.
import process from "node:process";
import { failureOf, failureWords } from "../failure.ts";
import { show, type Stage, type Surroundings } from "../run.tsx";
import { type Effect, type Event, type Sight, start, type State, step } from "./state.ts";
import { PermissionsView } from "./view.tsx";

/** Where the screen gets what it shows, and where its document goes. */
export interface PermissionsSource extends Surroundings {
  /** Looks around and asks IAM, as things are now. */
  look(): AsyncIterable<Sight>;
  /** The identity policy that some features take; `null` = none of them needs a right. */
  document(features: readonly string[]): string | null;
  /** Writes a file that only this user may read. `exists` = there is one, and it was left alone. */
  save(path: string, text: string, replace: boolean): Promise<"saved" | "exists">;
}

const NOTHING = "nothing that is shown needs a right";

/** Shows which rights there are, until the person leaves. Returns the exit code. */
export async function showPermissions(source: PermissionsSource): Promise<number> {
  return await show<State, Event, Effect>({
    start: start(),
    step,
    view: (state) => <PermissionsView state={state} />,
    events: {
      key: (key) => ({ kind: "key", key }),
      size: (columns, rows) => ({ kind: "size", columns, rows }),
      now: () => null,
    },
    first: [{ kind: "look", round: 1 }],
    perform: (effect, stage) => {
      switch (effect.kind) {
        case "quit":
          return stage.leave();
        case "look":
          return look(source, effect.round, stage);
        case "copy":
          return stage.send({ kind: "told", notice: copied(source.document(effect.features)) });
        case "save":
          return save(source, effect, stage);
      }
    },
  }, source);
}

async function look(
  source: PermissionsSource,
  round: number,
  stage: Stage<Event>,
): Promise<void> {
  try {
    for await (const sight of source.look()) {
      if (stage.isOver()) return;
      stage.send({ kind: "seen", round, sight });
    }
  } catch (thrown) {
    stage.send({ kind: "seen", round, sight: { kind: "failed", failure: failureOf(thrown) } });
  }
  stage.send({ kind: "done", round });
}

// OSC 52: the terminal itself puts the text on its clipboard, also over ssh. Whether it does, it
// doesn't say.
function copied(text: string | null): string {
  if (text === null) return NOTHING;
  const bytes = new TextEncoder().encode(text);
  process.stdout.write(`\x1b]52;c;${bytes.toBase64()}\x07`);
  return `${bytes.length} bytes sent to the clipboard, where the terminal allows it; else ctrl-s`;
}

async function save(
  source: PermissionsSource,
  { features, path, replace }: Effect & { kind: "save" },
  stage: Stage<Event>,
): Promise<void> {
  const text = source.document(features);
  if (text === null) return stage.send({ kind: "told", notice: NOTHING });
  try {
    const what = await source.save(path, text, replace);
    stage.send(
      what === "exists" ? { kind: "exists", path } : { kind: "told", notice: `saved: ${path}` },
    );
  } catch (thrown) {
    stage.send({ kind: "told", notice: failureWords(failureOf(thrown)) });
  }
}
