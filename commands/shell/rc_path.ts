// commands: which file a shell reads when a person opens one.
import { SentinelError } from "../../lib/core/errors/mod.ts";
import type { ShellName } from "../../shell/mod.ts";
import type { Base } from "../base.ts";

/**
 * The rc file: the one that was named, else the shell's own. bash reads `.bashrc` in windows and
 * panels; log-in shells of some systems read `.bash_profile` alone, which then should source it.
 * @throws SentinelError `HOME_UNKNOWN`
 */
export function rcPath(
  { env, cwd }: Pick<Base, "env" | "cwd">,
  shell: ShellName,
  named: string | undefined,
): string {
  if (named !== undefined) return named.startsWith("/") ? named : `${cwd()}/${named}`;
  const home = env("HOME") ?? "";
  const under = (variable: string | null, otherwise: string) => {
    const set = variable === null ? "" : env(variable) ?? "";
    if (set.startsWith("/")) return set;
    if (home.startsWith("/")) return otherwise;
    throw new SentinelError("HOME_UNKNOWN", "Cannot find the rc file: found no HOME, want a path", {
      hint: "name the file: --rc FILE",
    });
  };
  if (shell === "zsh") return `${under("ZDOTDIR", home)}/.zshrc`;
  if (shell === "bash") return `${under(null, home)}/.bashrc`;
  return `${under("XDG_CONFIG_HOME", `${home}/.config`)}/fish/config.fish`;
}
