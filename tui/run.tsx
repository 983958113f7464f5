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
  { now, coloured }: Surroundings,
): Promise<number> {
  const ending = Promise.withResolvers<Ending>();
  const end = ending.resolve;
  let state = screen.start;
  const draw = () => (
    <Coloured value={coloured}>
      <Outer
        onKey={press}
        onSize={(columns, rows) => send(screen.events.size(columns, rows))}
      >
        {screen.view(state)}
      </Outer>
    </Coloured>
  );
  let app: Instance | null = null;
  const send = (event: Event) => {
    const { state: next, effects } = screen.step(state, event);
    const changed = next !== state;
    state = next;
    for (const effect of effects) perform(effect);
    if (changed) app?.rerender(draw());
  };
  let over = false;
  const stage: Stage<Event> = {
    send: (event) => send(event),
    leave: () => end({ kind: "left" }),
    isOver: () => over,
  };
  const perform = (effect: Effect) => {
    const done = (async () => await screen.perform(effect, stage))();
    done.catch((error) => end({ kind: "failed", error }));
  };
  const press = (key: Key) => {
    if (key.kind === "interrupt") return end({ kind: "interrupted" });
    if (key.kind !== "redraw") return send(screen.events.key(key));
    process.stdout.write(CLEAR);
    app?.clear();
    app?.rerender(draw());
  };
  const release = watch(end);
  const tick = () => {
    const event = screen.events.now(now());
    if (event !== null) send(event);
  };
  const ticks = setInterval(tick, TICK_MS);
  let how: Ending;
  try {
    app = mount(draw(), end);
    for (const effect of screen.first) perform(effect);
    how = await ending.promise;
  } finally {
    over = true;
    clearInterval(ticks);
    await restore(app);
    release();
  }
  return codeOf(how);
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
