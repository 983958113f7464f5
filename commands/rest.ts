// commands: how the bundled fast path reaches everything else. Stands in for lazy imports there.

/** Modules of the other bundle, by their path in the sources; each runs when it is first asked for. */
export type Rest = Readonly<Record<string, () => Promise<Record<string, unknown>>>>;

/** One module of `rest.js`, the bundle beside this one. Only `scripts/build.ts` puts calls to it in place. */
export async function fromRest(path: string): Promise<Record<string, unknown>> {
  const { rest } = await import(new URL("./rest.js", import.meta.url).href) as { rest: Rest };
  const load = rest[path];
  if (load === undefined) throw new Error(`rest.js holds no ${path}: it is of another build`);
  return await load();
}
