// shell: texts for bash, from 3.2 on.
import { quotePosix } from "./quoting.ts";
import type { CommandShape, CompletionTable, Positional } from "./tables.ts";
import completionText from "./text/completion.bash" with { type: "text" };
import promptText from "./text/prompt.bash" with { type: "text" };
import { callOf, headOf, type ShellPlan, type ShellWriter } from "./types.ts";

// Names with a dash are no function names in POSIX mode, and an error there ends the shell.
const OPEN = `if [ -n "\${BASH_VERSION-}" ] && ! shopt -oq posix; then\n`;
const CLOSE = "fi\n";
const SHELLCHECK = "# shellcheck shell=bash disable=SC1091,SC2034,SC2329\n";

function kindWord(value: Positional): string {
  return typeof value === "string" ? value : value.join("|");
}

function commandCase({ words, flags, positional }: CommandShape): string {
  const list = flags.flatMap(({ name, short, value }) =>
    [name, ...(short === null ? [] : [short])].map((flag) =>
      value === null ? flag : `${flag}:${kindWord(value)}`
    )
  );
  return `    ${quotePosix(words.join(" "))})
      flags=${quotePosix(list.join(" "))}
      rest=${quotePosix(kindWord(positional))}
      ;;\n`;
}

function tableFunction(table: CompletionTable): string {
  const groups = table.groups.map(({ words, next }) =>
    `    ${quotePosix(words.join(" "))}) next=${quotePosix(next.map((n) => n.word).join(" "))} ;;\n`
  );
  return `
# What may follow these words of sentinel: sets next, or flags and rest, of the caller.
_sentinel_about() {
  next='' flags='' rest=''
  case $1 in
${groups.join("")}${table.commands.map(commandCase).join("")}  esac
}
`;
}

/** Functions first, then what asks for them. */
function completionOf(table: CompletionTable, names: readonly string[]): string {
  const asked = names.length === 0 ? "" : registration("_sentinel_function", names);
  return `${withoutHead(completionText)}${tableFunction(table)}\n${
    registration("_sentinel", ["sentinel"])
  }${asked}`;
}

function registration(handler: string, names: readonly string[]): string {
  return `complete -o bashdefault -o default -F ${handler} ${names.join(" ")}\n`;
}

function stubs({ functions, ...plan }: ShellPlan): string {
  return functions
    .map((one) => `function ${one.name} { ${callOf(one, plan, quotePosix)} "$@"; }\n`)
    .join("");
}

function known({ policies }: ShellPlan): string {
  return `_sentinel_known=(${[...policies.keys()].map(quotePosix).join(" ")})\n`;
}

function withoutHead(text: string): string {
  return text.replace(/^# shellcheck .*\n/, "");
}

/** The writer for bash. */
export const bash: ShellWriter = {
  name: "bash",
  quote: quotePosix,
  completion: (table) =>
    `${headOf("bash", null)}${SHELLCHECK}${OPEN}_sentinel_known=()\n${
      completionOf(table, [])
    }${CLOSE}`,
  inline(plan) {
    const names = plan.functions.map((f) => f.name);
    const prompt = plan.prompt ? withoutHead(promptText) : "";
    return `${headOf("bash", plan.digest)}${SHELLCHECK}${OPEN}${stubs(plan)}${known(plan)}${
      completionOf(plan.table, names)
    }${prompt}${CLOSE}`;
  },
  files(plan, directory) {
    const names = plan.functions.map((f) => f.name);
    const later = quotePosix(`${directory}/completion.bash`);
    const prompt = plan.prompt
      ? `if [ -n "\${AWS_SENTINEL-}" ]; then . ${quotePosix(`${directory}/prompt.bash`)}; fi\n`
      : "";
    const load = (handler: string) =>
      `function ${handler}_load { . ${later} && ${handler} "$@"; }\n`;
    const entry = `${headOf("bash", plan.digest)}${SHELLCHECK}${OPEN}${stubs(plan)}${
      load("_sentinel")
    }${load("_sentinel_function")}${registration("_sentinel_load", ["sentinel"])}${
      names.length === 0 ? "" : registration("_sentinel_function_load", names)
    }${prompt}${CLOSE}`;
    const head = `${headOf("bash", plan.digest)}${SHELLCHECK}`;
    const files = new Map([
      ["init.bash", entry],
      ["completion.bash", `${head}${known(plan)}${completionOf(plan.table, names)}`],
    ]);
    if (plan.prompt) files.set("prompt.bash", `${head}${withoutHead(promptText)}`);
    return { entry: "init.bash", files };
  },
  sourcing(path) {
    const word = quotePosix(path);
    return `if [ -r ${word} ]; then . ${word}; fi`;
  },
};
