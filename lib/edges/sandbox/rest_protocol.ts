// sandbox: AWS's REST-JSON protocol (SES): method and path name the action, and hold some of its fields.
import { AwsError } from "./aws_error.ts";
import type { Service } from "./call.ts";
import { readJson } from "./json_protocol.ts";
import type { Named, Raw } from "./protocols.ts";

type Fields = Readonly<Record<string, string>>;

/**
 * The action whose route fits, with the fields of path, query and body.
 * @throws {AwsError} `SerializationException`
 */
export function readRest({ request, url, body }: Raw, { actions }: Service): Named {
  for (const [action, { route = "" }] of Object.entries(actions)) {
    const [method = "", path = ""] = route.split(" ");
    const fields = request.method === method ? match(path, url.pathname) : null;
    if (fields === null) continue;
    // The path has the last word: what is judged is what was signed there.
    const input = { ...Object.fromEntries(url.searchParams), ...readJson(body), ...fields };
    return { action, input };
  }
  return { action: "", input: {} };
}

/** The values of a path's `{names}`, or `null` when it is another path. */
function match(pattern: string, path: string): Fields | null {
  const wanted = pattern.split("/");
  const found = path.split("/");
  if (wanted.length !== found.length) return null;
  const fields: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const text = found[at] ?? "";
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined && text !== "") fields[name] = decoded(text);
    else if (part !== text) return null;
  }
  return fields;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("SerializationException", "The path is no text.");
  }
}
