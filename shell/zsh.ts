// shell: texts for zsh.
import { quotePosix } from "./quoting.ts";
import type { CommandShape, CompletionTable, FlagShape, GroupShape, Positional } from "./tables.ts";
import completionText from "./text/completion.zsh" with { type: "text" };
import promptText from "./text/prompt.zsh" with { type: "text" };
import { callOf, headOf, type ShellPlan, type ShellWriter } from "./types.ts";

const OPEN = `if [[ -n "\${ZSH_VERSION-}" ]]; then\n`;
const CLOSE = "fi\n";

/** What `_arguments` does for a value or a word. */
function action(value: Positional, message: string): string {
  if (typeof value !== "string") return `${message}:(${value.join(" ")})`;
  const actions: Partial<Record<typeof value, string>> = {
    profile: "_sentinel_profiles",
    policy: "_sentinel_policies",
    file: "_files",
    program: "_normal",
  };
  return `${message}:${actions[value] ?? " "}`;
}

function told(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, "\\$&");
}

function flagSpecs({ name, short, brief, value }: FlagShape): string[] {
  const both = short === null ? [name] : [short, name];
  const except = both.length > 1 ? `(${both.join(" ")})` : "";
  const message = value === null ? "" : `:${action(value, told(name.slice(2)))}`;
  return both.map((flag) => {
    const joined = value === null ? "" : flag.startsWith("--") ? "=" : "+";
    return quotePosix(`${except}${flag}${joined}[${told(brief)}]${message}`);
  });
}

function commandFunction({ words, flags, positional }: CommandShape): string {
  const rest: Record<string, string[]> = {
    none: [],
    text: ["*:word: "],
    program: ["*::program:_normal"],
  };
  const spec = typeof positional === "string" ? rest[positional] : undefined;
  const last = (spec ?? [`*:${action(positional, "word")}`]).map(quotePosix);
  const stop = positional === "program" ? " -A '-*'" : "";
  const lines = ["_arguments -s -S" + stop + " :", ...flags.flatMap(flagSpecs), ...last];
  return `${functionName(words)}() {\n  ${lines.join(" \\\n    ")}\n}\n`;
}

function groupFunction({ words, next }: GroupShape): string {
  const listed = next.map((n) => quotePosix(`${n.word}:${n.brief}`)).join("\n      ");
  const cases = next.map((n) => `        ${n.word}) ${functionName([...words, n.word])} ;;`);
  return `${functionName(words)}() {
  local curcontext=$curcontext state line
  local -A opt_args
  local -a state_descr
  _arguments -C '(- *)'{-h,--help}'[Say what it does]' '1: :->word' '*:: :->rest' && return 0
  case $state in
    word)
      local -a next=(
      ${listed}
      )
      _describe -t commands ${quotePosix(["sentinel", ...words, "command"].join(" "))} next
      ;;
    rest)
      case $words[1] in
${cases.join("\n")}
      esac
      ;;
  esac
}
`;
}

function functionName(words: readonly string[]): string {
  return ["_sentinel_do", ...words.map((w) => w.replaceAll("-", "_"))].join("_");
}

function completionOf(table: CompletionTable, known: readonly string[]): string {
  return `typeset -ga _sentinel_known=(${known.map(quotePosix).join(" ")})
${completionText}${table.commands.map(commandFunction).join("")}${
    table.groups.map(groupFunction).join("")
  }`;
}

function stubs({ functions, ...plan }: ShellPlan): string {
  return functions
    .map((one) => `function ${one.name} { ${callOf(one, plan, quotePosix)} "$@" }\n`)
    .join("");
}

// By pattern: sixty names told one by one take longer than all the rest.
const WORDS = "sentinel -P 'sentinel-*'";

// Where compinit comes later it finds the file by itself; without it there are no completions at all.
const REGISTERED = `if (( \${+functions[compdef]} )); then
  compdef _sentinel ${WORDS}
fi
`;

const HOOK = `if [[ -n "\${AWS_SENTINEL-}" ]]; then
  autoload -Uz add-zsh-hook && add-zsh-hook precmd _sentinel_prompt
fi
`;

/** The writer for zsh. */
export const zsh: ShellWriter = {
  name: "zsh",
  quote: quotePosix,
  completion: (table) =>
    `#compdef sentinel\n${headOf("zsh", null)}${completionOf(table, [])}
if [[ "\${funcstack[1]-}" == _sentinel ]]; then
  _sentinel "$@"
elif (( \${+functions[compdef]} )); then
  compdef _sentinel sentinel
fi
`,
  inline(plan) {
    const prompt = plan.prompt ? `_sentinel_prompt() {\n${promptText}}\n${HOOK}` : "";
    return `${headOf("zsh", plan.digest)}${OPEN}${stubs(plan)}${
      completionOf(plan.table, [...plan.policies.keys()])
    }${REGISTERED}${prompt}${CLOSE}`;
  },
  files(plan, directory) {
    const names = plan.functions.map((f) => f.name);
    const folder = quotePosix(`${directory}/functions`);
    const head = headOf("zsh", plan.digest);
    const wanted = [...names, "_sentinel", ...(plan.prompt ? ["_sentinel_prompt"] : [])];
    const entry = `${head}${OPEN}fpath=(${folder} "\${(@)fpath:#${folder}}")
autoload -Uz -- ${wanted.join(" ")}
${REGISTERED}${plan.prompt ? HOOK : ""}${CLOSE}`;
    const files = new Map([["init.zsh", entry]]);
    for (const one of plan.functions) {
      files.set(`functions/${one.name}`, `${head}${callOf(one, plan, quotePosix)} "$@"\n`);
    }
    const tag = `#compdef ${WORDS.replaceAll("'", "")}\n`;
    const text = completionOf(plan.table, [...plan.policies.keys()]);
    files.set("functions/_sentinel", `${tag}${head}${text}\n_sentinel "$@"\n`);
    if (plan.prompt) files.set("functions/_sentinel_prompt", `${head}${promptText}`);
    return { entry: "init.zsh", files };
  },
  sourcing(path) {
    const word = quotePosix(path);
    return `if [[ -r ${word} ]]; then source ${word}; fi`;
  },
};
