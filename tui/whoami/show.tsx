// tui: whoami on a terminal: its state, its view, and what asks for what it shows.
import { failureOf, failureWords } from "../failure.ts";
import { show, type Stage, type Surroundings } from "../run.tsx";
import { type Effect, type Event, type Sight, start, type State, step } from "./state.ts";
import { WhoamiView } from "./view.tsx";

/** Where the screen gets what it shows. */
export interface WhoamiSource extends Surroundings {
  /** Looks at everything, as it is now. */
  look(): AsyncIterable<Sight>;
  /** Why policy answers for a profile as it does: several lines. */
  explain(profile: string): Promise<string>;
}

/** Shows who the caller is until the person leaves. Returns the exit code. */
export async function showWhoami(source: WhoamiSource): Promise<number> {
  return await show<State, Event, Effect>({
    start: start(source.now()),
    step,
    view: (state) => <WhoamiView state={state} />,
    events: {
      key: (key) => ({ kind: "key", key }),
      size: (columns, rows) => ({ kind: "size", columns, rows }),
      now: (now) => ({ kind: "now", now }),
    },
    first: [{ kind: "look", round: 1 }],
    perform: (effect, stage) => {
      switch (effect.kind) {
        case "quit":
          return stage.leave();
        case "explain":
          return explain(source, effect.profile, stage);
        case "look":
          return look(source, effect.round, stage);
      }
    },
  }, source);
}

async function look(
  source: WhoamiSource,
  round: number,
  stage: Stage<Event>,
): Promise<void> {
  stage.send({ kind: "now", now: source.now() });
  for await (const sight of source.look()) {
    if (stage.isOver()) return;
    stage.send({ kind: "seen", round, sight });
  }
  stage.send({ kind: "done", round });
}

async function explain(
  source: WhoamiSource,
  profile: string,
  stage: Stage<Event>,
): Promise<void> {
  const text = await source.explain(profile).catch(failureText);
  stage.send({ kind: "explained", profile, lines: text.trimEnd().split("\n") });
}

function failureText(thrown: unknown): string {
  const failure = failureOf(thrown);
  return `${failureWords(failure)}${failure.hint === null ? "" : `\nhint: ${failure.hint}`}`;
}
