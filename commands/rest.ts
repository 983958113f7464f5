// commands: how one bundle reaches another. Stands in for lazy imports there.

/**
 * The bundles beside the fast path's: what asks AWS, what reads YAML, what needs the AWS SDK, what
 * draws screens, what keeps approvals, what plays DynamoDB in a sandbox, the whole program.
 */
export type Bundle =
  | "call.js"
  | "text.js"
  | "sdk.js"
  | "tui.js"
  | "store.js"
  | "dynamodb.js"
  | "rest.js";

/** A bundle's modules, by their path in the sources; each runs when it is first asked for. */
export type Modules = Readonly<Record<string, () => Promise<Record<string, unknown>>>>;

/** One module of a bundle beside this one. Only `scripts/build.ts` puts calls to it in place. */
export async function fromBundle(bundle: Bundle, path: string): Promise<Record<string, unknown>> {
  const { modules } = await import(new URL(bundle, import.meta.url).href) as { modules: Modules };
  const load = modules[path];
  if (load === undefined) throw new Error(`${bundle} holds no ${path}: it is of another build`);
  return await load();
}
