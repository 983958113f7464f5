// shell: texts for fish, from 3.4 on.
import { quoteFish } from "./quoting.ts";
import type { CommandShape, CompletionTable, FlagShape, GroupShape, Positional } from "./tables.ts";
import functionsText from "./text/functions.fish" with { type: "text" };
import { callOf, headOf, type ShellPlan, type ShellWriter } from "./types.ts";

/** The helper functions, each by its name: in the cached form each has a file of its own. */
const HELPERS: ReadonlyMap<string, string> = new Map(
  [...functionsText.matchAll(/^function (\S+)\n[\s\S]*?^end\n/gm)].map(([text, name = ""]) => [
    name,
    text,
  ]),
);

const WRAPPED = quoteFish("(__sentinel_wrapped 0)");

/** What `complete` is told of a value or a word. */
function valueWords(value: Positional): string {
  if (typeof value !== "string") return ` -x -a ${quoteFish(value.join(" "))}`;
  if (value === "profile") return ` -x -a ${quoteFish("(__sentinel_profiles)")}`;
  if (value === "policy") return ` -x -a ${quoteFish("(__sentinel_policies)")}`;
  return value === "file" ? " -r -F" : " -x";
}

function flagLine(condition: string, { name, short, brief, value }: FlagShape): string {
  const letter = short === null ? "" : ` -s ${short.slice(1)}`;
  const words = value === null ? "" : valueWords(value);
  return `complete -c sentinel -n ${condition}${letter} -l ${name.slice(2)}${words} -d ${
    quoteFish(brief)
  }\n`;
}

function commandLines({ words, flags, positional }: CommandShape): string {
  const condition = quoteFish(["__sentinel_in", ...words].join(" "));
  return flags.map((flag) => flagLine(condition, flag)).join("") +
    positionalLine(words, flags, positional, condition);
}

function positionalLine(
  words: readonly string[],
  flags: readonly FlagShape[],
  positional: Positional,
  condition: string,
): string {
  if (positional === "none" || positional === "text") return "";
  if (positional === "program") {
    const valued = flags.filter((f) => f.value !== null)
      .flatMap((f) => f.short === null ? [f.name] : [f.name, f.short]);
    const call = quoteFish(`(__sentinel_wrapped ${words.length} ${valued.join(" ")})`);
    const begun = quoteFish(["__sentinel_begun", ...words].join(" "));
    return `complete -c sentinel -n ${begun} -x -a ${call}\n`;
  }
  const what = positional === "file" ? " -F" : valueWords(positional).replace(" -x", "");
  return `complete -c sentinel -n ${condition}${what}\n`;
}

function groupLines({ words, next }: GroupShape): string {
  const condition = quoteFish(["__sentinel_next", ...words].join(" "));
  const help = `complete -c sentinel -n ${condition} -s h -l help -d 'Say what it does'\n`;
  return help +
    next.map(({ word, brief }) =>
      `complete -c sentinel -n ${condition} -a ${quoteFish(word)} -d ${quoteFish(brief)}\n`
    ).join("");
}

function completionOf(table: CompletionTable): string {
  return `complete -c sentinel -e\ncomplete -c sentinel -f\n${
    table.groups.map(groupLines).join("")
  }${table.commands.map(commandLines).join("")}`;
}

function known({ policies }: Pick<ShellPlan, "policies">): string {
  return `set -g _sentinel_known ${[...policies.keys()].map(quoteFish).join(" ")}`.trimEnd() + "\n";
}

function functionOf(
  one: ShellPlan["functions"][number],
  plan: Pick<ShellPlan, "policies" | "passed">,
): string {
  const about = quoteFish(`sentinel exec with profile ${one.profile}`);
  return `function ${one.name} --description ${about}\n    ${
    callOf(one, plan, quoteFish)
  } $argv\nend\n`;
}

// fish_prompt is read only in a shell that `exec` started.
const HOOK = `if set -q AWS_SENTINEL; and status is-interactive; and not functions -q _sentinel_own
    functions -q fish_prompt; or function fish_prompt; end
    functions -c fish_prompt _sentinel_own
    function fish_prompt
        set -l code $status
        _sentinel_segment
        _sentinel_status $code
        _sentinel_own
    end
end
`;

/** The writer for fish. */
export const fish: ShellWriter = {
  name: "fish",
  quote: quoteFish,
  completion: (table) =>
    `${headOf("fish", null)}set -g _sentinel_known\n${helpersFor("__")}${completionOf(table)}`,
  inline(plan) {
    const wraps = plan.functions.map((f) => `complete -c ${f.name} -e\n${wrapping(f.name)}`);
    return `${headOf("fish", plan.digest)}${
      plan.functions.map((one) => functionOf(one, plan)).join("")
    }${known(plan)}${helpersFor("__")}${completionOf(plan.table)}${wraps.join("")}${
      plan.prompt ? helpersFor("_sentinel") + HOOK : ""
    }`;
  },
  files(plan, directory) {
    const head = headOf("fish", plan.digest);
    const [functions, completions] = ["functions", "completions"].map((folder) =>
      quoteFish(`${directory}/${folder}`)
    );
    const entry = `${head}contains -- ${functions} $fish_function_path
or set -g fish_function_path ${functions} $fish_function_path
contains -- ${completions} $fish_complete_path
or set -g fish_complete_path ${completions} $fish_complete_path
${known(plan)}${plan.prompt ? HOOK : ""}`;
    const files = new Map([
      ["init.fish", entry],
      ["completions/sentinel.fish", `${head}${completionOf(plan.table)}`],
    ]);
    for (const one of plan.functions) {
      files.set(`functions/${one.name}.fish`, `${head}${functionOf(one, plan)}`);
      files.set(`completions/${one.name}.fish`, `${head}${wrapping(one.name)}`);
    }
    for (const [name, text] of HELPERS) {
      const wanted = name.startsWith("__") || plan.prompt;
      if (wanted) files.set(`functions/${name}.fish`, `${head}${text}`);
    }
    return { entry: "init.fish", files };
  },
  sourcing(path) {
    const word = quoteFish(path);
    return `if test -r ${word}\n    source ${word}\nend`;
  },
};

function wrapping(name: string): string {
  return `complete -c ${name} -x -a ${WRAPPED}\n`;
}

function helpersFor(prefix: string): string {
  return [...HELPERS].filter(([name]) => name.startsWith(prefix)).map(([, text]) => text).join("");
}
