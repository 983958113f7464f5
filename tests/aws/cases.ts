// aws tests: registers a case on each AWS that it holds on, and keeps the lists of both kinds.
import {
  defaultWorld,
  type Sandbox,
  startSandbox,
  type World,
} from "../../lib/edges/sandbox/mod.ts";
import type { SettledWorld } from "../../lib/edges/sandbox/mod.ts";
import { findMoto, type Moto, motoWanted, startMoto } from "./moto.ts";
import { seedWorld } from "./seed.ts";

/** An AWS that a case runs on: ours or somebody else's. */
export interface Aws {
  /** Where it listens, without a slash at the end. */
  endpoint: string;
  /** What stood there at the start, with everybody's keys. */
  world: SettledWorld;
}

/** A case as the golden lists print it. */
export interface Listed {
  kind: "portable" | "sandbox-only";
  name: string;
  /** Title of the AWS page that a sandbox-only case rests on. */
  page?: string;
}

/** What a case may say beside what it does. */
export interface CaseOptions {
  /** The default world where nothing is said. */
  world?: () => World;
  /** Why this machine can't run it; `null` = it can. */
  skip?: string | null;
}

/** Every case that this process registered. */
export const listed: Listed[] = [];

/** Random bytes by Web Crypto. */
export const random = (length: number): Uint8Array<ArrayBuffer> =>
  crypto.getRandomValues(new Uint8Array(length));

/** Start a sandbox on real time, run a test with it, and stop it whatever happens. */
export async function withSandbox(
  test: (sandbox: Sandbox) => Promise<void>,
  world: World = defaultWorld(),
): Promise<void> {
  const sandbox = await startSandbox({ port: 0, world, now: Date.now, random });
  try {
    await test(sandbox);
  } finally {
    await sandbox.stop();
  }
}

const program = motoWanted() ? await findMoto() : null;
let moto: Moto | null = null;
let registered = false;

/** One moto a test file; its cases run one after the other, each in a world made anew. */
function withMoto(test: (aws: Aws) => Promise<void>, world: () => World): () => Promise<void> {
  if (!registered && program !== null && typeof program !== "string") {
    registered = true;
    Deno.test.beforeAll(async () => {
      moto = await startMoto(program, defaultWorld().account);
    });
    Deno.test.afterAll(async () => {
      await moto?.stop();
    });
  }
  return async () => {
    if (moto === null) throw new Error("moto isn't there");
    await moto.reset();
    const { endpoint } = moto;
    await test({ endpoint, world: await seedWorld(endpoint, world()) });
  };
}

/**
 * A case that holds on every AWS: on the sandbox always, and on moto where it is asked for.
 * @param run is handed the AWS; the world there is as it was given
 */
export function portable(
  name: string,
  run: (aws: Aws) => Promise<void>,
  { world = defaultWorld, skip = null }: CaseOptions = {},
): void {
  listed.push({ kind: "portable", name });
  register(`[portable] ${name} (sandbox)`, skip, () => withSandbox(run, world()));
  if (program === null) return;
  const why = skip ?? (typeof program === "string" ? program : null);
  register(`[portable] ${name} (moto)`, why, why === null ? withMoto(run, world) : () => {});
}

/**
 * A case that only an AWS that judges policies, checks signatures or keeps a trail can show.
 * @param page title of the AWS page that says so
 */
export function sandboxOnly(
  page: string,
  name: string,
  run: (sandbox: Sandbox) => Promise<void>,
  { world = defaultWorld, skip = null }: CaseOptions = {},
): void {
  listed.push({ kind: "sandbox-only", name, page });
  register(`[sandbox-only: ${page}] ${name}`, skip, () => withSandbox(run, world()));
}

function register(name: string, skip: string | null, fn: () => void | Promise<void>): void {
  if (skip !== null) console.log(`SKIP ${name}: ${skip}`);
  Deno.test({ name, ignore: skip !== null, fn });
}
