// doctor: does the shell's rc file have our line? Reads it, and runs no shell.
import type { ShellFact } from "../../core/doctor/mod.ts";

const LINE = /^[^#\n]*\bsentinel\s+shell\s+init\b/m;

/** The rc file of the shell that SHELL names. */
export function shellFact(env: (name: string) => string | undefined): ShellFact {
  const shell = /(?:^|\/)(zsh|bash|fish)$/.exec(env("SHELL") ?? "")?.[1] ?? null;
  const home = env("HOME");
  if (shell === null || !home) return { shell, rc: null, state: "none" };
  const rc = rcOf(shell, home, env);
  try {
    return { shell, rc, state: LINE.test(Deno.readTextFileSync(rc)) ? "line" : "none" };
  } catch (error) {
    return { shell, rc, state: error instanceof Deno.errors.NotFound ? "none" : "unseen" };
  }
}

function rcOf(shell: string, home: string, env: (name: string) => string | undefined): string {
  if (shell === "zsh") return `${env("ZDOTDIR") || home}/.zshrc`;
  if (shell === "bash") return `${home}/.bashrc`;
  return `${env("XDG_CONFIG_HOME") || `${home}/.config`}/fish/config.fish`;
}
