// commands: how one bundle reaches another. Stands in for lazy imports there.

/** The bundles beside the fast path's: the rest of the program, and what needs the AWS SDK. */
export type Bundle = "rest.js" | "sdk.js";

/** A bundle's modules, by their path in the sources; each runs when it is first asked for. */
export type Modules = Readonly<Record<string, () => Promise<Record<string, unknown>>>>;

/** One module of a bundle beside this one. Only `scripts/build.ts` puts calls to it in place. */
export async function fromBundle(bundle: Bundle, path: string): Promise<Record<string, unknown>> {
  const { modules } = await import(new URL(bundle, import.meta.url).href) as { modules: Modules };
  const load = modules[path];
  if (load === undefined) throw new Error(`${bundle} holds no ${path}: it is of another build`);
  return await load();
}
