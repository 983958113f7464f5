// shell tests: zsh with its line editor, on a terminal of its own, asked for completions.
import { type Ran, runIn } from "../e2e/tools.ts";
import { pathEnv } from "./ask.ts";

/** What stands before our lines in a `.zshrc` of tests. */
export const COMPINIT = "autoload -Uz compinit; compinit -u -D\n";

// Each candidate that fits, as the widget would show it, goes into a file. Filter passes are left out.
const ASK = `
setopt no_beep; PS1= ; zmodload zsh/zle
compadd() {
  emulate -L zsh; setopt extended_glob
  local a; local -a hits
  for a in "$@"; do
    [[ $a == -(|-) ]] && break
    [[ $a == -[a-zA-Z]#[ADO] ]] && { builtin compadd "$@"; return }
  done
  builtin compadd -A hits "$@"
  print -rl -- $hits >> $ASK_OUT.$ASK_N
  builtin compadd "$@"
}
ask() { : >> $ASK_OUT.$ASK_N; zle complete-word; print -r -- "$BUFFER" > $ASK_OUT.$ASK_N.done; BUFFER=; (( ASK_N++ )) }
zle -N ask; bindkey '^I' ask; typeset -gi ASK_N=0
zle-line-init() { print ready > $ASK_OUT.ready }; zle -N zle-line-init
`;

const DRIVER = `
zmodload zsh/zpty zsh/zselect
wait_for() {
  local -i n=0; local junk
  while [[ ! -e $1 ]] && (( n++ < 1000 )); do zpty -r -t z junk; zselect -t 1; done
  [[ -e $1 ]]
}
zpty -b z zsh -i -d || exit 1
wait_for $ASK_OUT.ready || exit 2
integer i=0
for line in "$@"; do
  zpty -w -n z "$line"$'\\t'
  wait_for $ASK_OUT.$i.done || exit 3
  (( i++ ))
done
zpty -d z
`;

/** What zsh offers for each line, and what became of the line. `rc` stands in its `.zshrc`. */
export async function askZsh(
  home: string,
  rc: string,
  lines: readonly string[],
): Promise<{ offers: string[]; line: string }[]> {
  const out = `${home}/asked`;
  await Deno.writeTextFile(`${home}/.zshrc`, `${rc}\n${ASK}`);
  await Deno.writeTextFile(`${home}/driver.zsh`, DRIVER);
  const env = pathEnv(home, { ZDOTDIR: home, ASK_OUT: out });
  const ran: Ran = await runIn(home, env, "zsh", "-f", `${home}/driver.zsh`, ...lines);
  if (ran.code !== 0) throw new Error(`the driver ended with ${ran.code}: ${ran.out}${ran.err}`);
  return await Promise.all(lines.map(async (_, n) => ({
    offers: [
      ...new Set((await Deno.readTextFile(`${out}.${n}`)).split("\n").filter((l) => l !== "")),
    ].sort(),
    line: (await Deno.readTextFile(`${out}.${n}.done`)).replace(/\n$/, ""),
  })));
}
