// tui: mounts a screen on the terminal, feeds it keys, size and time, and leaves the terminal as it was.
import process from "node:process";
import { type Instance, render, useInput, useWindowSize } from "ink";
import { type ReactElement, useEffect } from "react";
import { type Key, keysOf } from "./keys.ts";
import { Coloured } from "./parts.tsx";

/** A screen: pure steps, and what they make the program do. */
export interface Screen<State, Event, Effect> {
  start: State;
  step(state: State, event: Event): { state: State; effects: readonly Effect[] };
  view(state: State): ReactElement;
  /** What outer happenings are to this screen. */
  events: {
    key(key: Key): Event;
    size(columns: number, rows: number): Event;
    /** `null` = this screen shows nothing that time changes. */
    now(now: Date): Event | null;
  };
  /** Does what a step asked for. */
  perform(effect: Effect, stage: Stage<Event>): void | Promise<void>;
  /** Before the first key. */
  first: readonly Effect[];
}

/** What an effect may do with the screen. */
export interface Stage<Event> {
  /** Takes a later event in. */
  send(event: Event): void;
  /** Ends the screen. */
  leave(): void;
  /** True when it has ended: what comes now, nobody sees. */
  isOver(): boolean;
}

/** What the screen needs of the program. */
export interface Surroundings {
  now(): Date;
  coloured: boolean;
}

/** How a screen ended. */
type Ending =
  | { kind: "left" }
  | { kind: "interrupted" }
  | { kind: "signal"; signal: Signal }
  | { kind: "failed"; error: unknown };

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof SIGNALS;

const INTERRUPTED = 130;
const TICK_MS = 15_000;
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR = "\x1b[2J\x1b[H";

/**
 * Shows a screen until the person leaves it.
 * @returns the exit code: 0, 130 after Ctrl-C; a signal ends the process as it would without us
 * @throws what a view, a step or an effect throws, when the terminal is as it was before
 */
export async function show<State, Event, Effect>(
  screen: Screen<State, Event, Effect>,
  surroundings: Surroundings,
): Promise<number> {
  const ending = Promise.withResolvers<Ending>();
  const playing = new Playing(screen, surroundings, ending.resolve);
  const release = watch(ending.resolve);
  let how: Ending;
  try {
    playing.begin();
    how = await ending.promise;
  } finally {
    await playing.stop();
    release();
  }
  return codeOf(how);
}

/** A screen that is up: its state, and the app that draws it. */
class Playing<State, Event, Effect> implements Stage<Event> {
  readonly #screen: Screen<State, Event, Effect>;
  readonly #surroundings: Surroundings;
  readonly #end: (ending: Ending) => void;
  #state: State;
  #app: Instance | null = null;
  #ticks: ReturnType<typeof setInterval> | undefined;
  #over = false;

  constructor(
    screen: Screen<State, Event, Effect>,
    surroundings: Surroundings,
    end: (ending: Ending) => void,
  ) {
    this.#screen = screen;
    this.#surroundings = surroundings;
    this.#end = end;
    this.#state = screen.start;
  }

  begin(): void {
    this.#ticks = setInterval(() => this.#tick(), TICK_MS);
    this.#app = mount(this.#view(), this.#end);
    for (const effect of this.#screen.first) this.#perform(effect);
  }

  async stop(): Promise<void> {
    this.#over = true;
    clearInterval(this.#ticks);
    await restore(this.#app);
  }

  send(event: Event): void {
    if (this.#over) return;
    const { state, effects } = this.#screen.step(this.#state, event);
    const changed = state !== this.#state;
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    if (changed) this.#app?.rerender(this.#view());
  }

  leave(): void {
    this.#end({ kind: "left" });
  }

  isOver(): boolean {
    return this.#over;
  }

  #perform(effect: Effect): void {
    const done = (async () => await this.#screen.perform(effect, this))();
    done.catch((error) => this.#end({ kind: "failed", error }));
  }

  #press(key: Key): void {
    if (key.kind === "interrupt") return this.#end({ kind: "interrupted" });
    if (key.kind !== "redraw") return this.send(this.#screen.events.key(key));
    process.stdout.write(CLEAR);
    this.#app?.clear();
    this.#app?.rerender(this.#view());
  }

  #tick(): void {
    const event = this.#screen.events.now(this.#surroundings.now());
    if (event !== null) this.send(event);
  }

  #view(): ReactElement {
    const { size } = this.#screen.events;
    return (
      <Coloured value={this.#surroundings.coloured}>
        <Outer
          onKey={(key) => this.#press(key)}
          onSize={(columns, rows) => this.send(size(columns, rows))}
        >
          {this.#screen.view(this.#state)}
        </Outer>
      </Coloured>
    );
  }
}

function Outer({ onKey, onSize, children }: {
  onKey(key: Key): void;
  onSize(columns: number, rows: number): void;
  children: ReactElement;
}): ReactElement {
  const { columns, rows } = useWindowSize();
  useEffect(() => onSize(columns, rows), [columns, rows]);
  useInput((input, key) => keysOf(input, key).forEach(onKey));
  return children;
}

function mount(view: ReactElement, end: (ending: Ending) => void): Instance {
  // Ink does it after its first frame: till then keys would be echoed into it.
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
  const app = render(view, {
    alternateScreen: true,
    // Ink would end with 0; here Ctrl-C is a key like others, and the exit code says so.
    exitOnCtrlC: false,
    // The caller has looked: two terminals. A variable named CI must not say otherwise.
    interactive: true,
    isScreenReaderEnabled: false,
  });
  app.waitUntilExit().then(() => end({ kind: "left" }), (error) => end({ kind: "failed", error }));
  return app;
}

// What ends the process while the screen is up has to come by here first. `process.on`, not Deno's
// own listeners: ink's exit hook ends the process itself where it sees no other listener of that kind.
function watch(end: (ending: Ending) => void): () => void {
  // Once loaded, that hook stays, and at the process's end puts the exit code that Node knows (none:
  // 0) in place of the one that was set: it goes with the screen.
  const { emit } = process;
  const signals = (Object.keys(SIGNALS) as Signal[]).map((signal) => {
    const listener = () => end({ kind: "signal", signal });
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  const failed = (event: ErrorEvent | PromiseRejectionEvent) => {
    event.preventDefault();
    end({ kind: "failed", error: "reason" in event ? event.reason : event.error });
  };
  globalThis.addEventListener("error", failed);
  globalThis.addEventListener("unhandledrejection", failed);
  return () => {
    process.emit = emit;
    for (const release of signals) release();
    globalThis.removeEventListener("error", failed);
    globalThis.removeEventListener("unhandledrejection", failed);
  };
}

function codeOf(ending: Ending): number {
  switch (ending.kind) {
    case "left":
      return 0;
    case "interrupted":
      return INTERRUPTED;
    case "failed":
      throw ending.error;
    case "signal":
      resend(ending.signal);
      return SIGNALS[ending.signal];
  }
}

// Nothing of ours listens any more: the signal takes its usual course, whatever is still under way.
function resend(signal: Signal): void {
  try {
    process.kill(process.pid, signal);
  } catch {
    // Without the right to send signals the exit code says it.
  }
}

async function restore(app: Instance | null): Promise<void> {
  try {
    app?.unmount();
    await app?.waitUntilExit();
  } catch {
    // Told already, by what ended the screen.
  }
  try {
    // Also where ink did not come that far.
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stdout.write(SHOW_CURSOR);
  } catch {
    // The terminal has gone, and its settings with it.
  }
}
