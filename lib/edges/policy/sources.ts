// policy: which file or parameter decides for a profile.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";

/** One place that a policy's text can come from. */
export type PolicySource =
  | { kind: "file"; path: string }
  | { kind: "ssm"; name: string; arn: string | null };

/**
 * Reads what `--policy`, a configuration key or a pin says.
 * @param text `file:PATH`, a bare path, `ssm:/name`, or a parameter's full ARN (with or without `ssm:`)
 * @param base directory that a relative path starts from
 * @throws SentinelError `USAGE`
 */
export function parseSource(text: string, base: string): PolicySource {
  const word = text.startsWith("ssm:") ? text.slice("ssm:".length) : text;
  if (word.startsWith("arn:")) {
    const match = /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter(\/[\w.\/-]{1,1010})$/.exec(word);
    if (match?.[1] !== undefined) return { kind: "ssm", name: match[1], arn: word };
    throw unreadable(text);
  }
  if (text.startsWith("ssm:")) {
    if (/^\/?[\w.\/-]{1,1011}$/.test(word)) return { kind: "ssm", name: word, arn: null };
    throw unreadable(text);
  }
  const path = text.startsWith("file:") ? text.slice("file:".length) : text;
  if (path === "" || path.includes("\0")) throw unreadable(text);
  return { kind: "file", path: path.startsWith("/") ? path : `${base}/${path}` };
}

function unreadable(text: string): SentinelError {
  return new SentinelError(
    "USAGE",
    `Cannot read policy source ${
      quoted(text)
    }: want file:PATH, a path, ssm:/name or a parameter's ARN`,
    { hint: "--policy file:policy.yaml" },
  );
}

/** The source in words, as the journal records it. */
export function sourceText(source: PolicySource): string {
  return source.kind === "file" ? `file:${source.path}` : `ssm:${source.arn ?? source.name}`;
}
