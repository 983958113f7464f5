// store tests: fixtures as processes that are talked to line by line.

/** A fixture that runs. */
export interface Child {
  /** The next line of its stdout; `null` at the end. */
  line(): Promise<string | null>;
  /** A line for its stdin. */
  say(text: string): Promise<void>;
  /** Ends its stdin, reads the rest, and waits for its end. */
  end(): Promise<Deno.CommandStatus>;
  /** `kill -9`: the lines that it still got out, and whether that was its end. */
  kill(): Promise<{ lines: string[]; killed: boolean }>;
}

export function start(fixture: string, ...args: string[]): Child {
  const script = new URL(`fixtures/${fixture}.ts`, import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = child.stdin.getWriter();
  let text = "";
  const line = async () => {
    for (let end = text.indexOf("\n");; end = text.indexOf("\n")) {
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 1);
        return found;
      }
      const { value, done } = await reader.read();
      if (done) return null;
      text += value;
    }
  };
  const rest = async () => {
    const lines: string[] = [];
    for (let next = await line(); next !== null; next = await line()) lines.push(next);
    return lines;
  };
  return {
    line,
    say: (words) => writer.write(new TextEncoder().encode(`${words}\n`)),
    async end() {
      await writer.close();
      await rest();
      return await child.status;
    },
    async kill() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has come to its own end.
      }
      const lines = await rest();
      const { signal } = await child.status;
      await writer.close().catch(() => {});
      return { lines, killed: signal === "SIGKILL" };
    },
  };
}
