// profiles: does a credential_process run Sentinel itself? Then asking would never end.

/** Programs that run another one, named among their arguments. */
const WRAPPERS = new Set([
  "aws-vault",
  "bash",
  "busybox",
  "cmd",
  "command",
  "dash",
  "deno",
  "doas",
  "env",
  "exec",
  "fish",
  "ksh",
  "nice",
  "node",
  "nohup",
  "npm",
  "npx",
  "powershell",
  "pwsh",
  "setsid",
  "sh",
  "sudo",
  "time",
  "timeout",
  "xargs",
  "zsh",
]);
const WORD = /(?:^|[^A-Za-z0-9_-])sentinel(?![A-Za-z0-9_-])/i;

/**
 * True when the command's program is `sentinel`, or a shell or wrapper whose arguments hold that
 * word. Programs that hide it better meet `SENTINEL_RESOLVING` at run time.
 */
export function runsSentinel(command: string): boolean {
  const text = command.trimStart();
  const quote = text.startsWith('"') || text.startsWith("'") ? text.charAt(0) : "";
  const end = quote === "" ? text.search(/\s/) : text.indexOf(quote, 1);
  const program = text.slice(quote.length, end < 0 ? text.length : end);
  const name = (program.split(/[/\\]/).at(-1) ?? "").toLowerCase()
    .replace(/\.(?:exe|cmd|bat|ps1|sh|js|ts)$/, "");
  if (name === "sentinel") return true;
  return WRAPPERS.has(name) && WORD.test(end < 0 ? "" : text.slice(end));
}
