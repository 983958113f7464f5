// shell tests: `sentinel shell init` run in this process, in a home of its own.
import { processBase } from "../../commands/base.ts";
import { main } from "../../commands/main.ts";
import { root } from "../../commands/app.ts";

/** What a call printed, and how it ended. */
export interface Said {
  code: number;
  out: string;
  err: string;
}

/** A home, and calls made in it. */
export interface Place {
  home: string;
  run(...argv: string[]): Promise<Said>;
  /** What the person types when asked; `null` = there is no terminal. */
  answer: string | null;
  /** Every question that was asked. */
  asked: string[];
  env: Record<string, string>;
}

/** An AWS config of gated profiles by these names. */
export function gated(...names: string[]): string {
  return names.map((name) =>
    `[profile ${
      /^[\w.-]+$/.test(name) ? name : `"${name}"`
    }]\nsentinel_role_arn = arn:aws:iam::111122223333:role/R\n`
  ).join("");
}

/** Runs `use` in a fresh home, and removes it. */
export async function inPlace(use: (place: Place) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "sentinel-rc-" });
  await Deno.mkdir(`${home}/.aws`);
  await Deno.writeTextFile(`${home}/.aws/config`, gated("prod", "dev"));
  const place: Place = {
    home,
    answer: null,
    asked: [],
    env: { HOME: home, SHELL: "/bin/zsh" },
    run: (...argv) => call(place, argv),
  };
  try {
    await use(place);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function call(place: Place, argv: readonly string[]): Promise<Said> {
  const said = { out: "", err: "" };
  const ask = (question: string) => {
    place.asked.push(question);
    return Promise.resolve(place.answer ?? "");
  };
  const terminal = { ask, write: () => {}, close: () => {} };
  const code = await main(argv, {
    ...processBase("0.1.0", false),
    env: (name) => place.env[name],
    environment: () => place.env,
    cwd: () => place.home,
    pinsPath: `${place.home}/no-pins.yaml`,
    pinsByRoot: false,
    terminal: place.answer === null ? null : terminal,
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  }, root);
  return { code, ...said };
}
