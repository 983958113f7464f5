// aws tests: somebody else's AWS; moto_server on a free loopback port, asked for by a variable.

/** How moto is started on this machine. */
export interface MotoProgram {
  command: string;
  args: readonly string[];
}

/** A running moto. */
export interface Moto {
  /** `http://127.0.0.1:<port>`. */
  endpoint: string;
  pid: number;
  /** Forget everything that was made there. */
  reset(): Promise<void>;
  /** End it, and wait until it has. */
  stop(): Promise<void>;
}

/** The release that a venv gets. */
const RELEASE = "5.2.1";
const START_LIMIT = 30_000;
const STOP_LIMIT = 5_000;

/** Is moto asked for? By default it isn't: the tests need Deno and npm's packages alone. */
export function motoWanted(): boolean {
  return ["SENTINEL_TEST_FULL", "SENTINEL_TEST_MOTO"].some((name) => Deno.env.get(name) === "1");
}

/**
 * `moto_server` of the PATH, else moto in a venv of the user's cache, made when it is first needed.
 * @returns the program, or the reason why there is none
 */
export async function findMoto(): Promise<MotoProgram | string> {
  // A bare call listens on a port of its own choosing; asking for help doesn't.
  if (await runs("moto_server", "--help")) return { command: "moto_server", args: [] };
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? ""}/.cache`;
  if (!home.startsWith("/") || home === "/.cache") return "no moto_server, and no place for a venv";
  try {
    return await motoInVenv(`${home}/sentinel-tests`);
  } catch (error) {
    return `no moto_server on the PATH, and no venv: ${
      error instanceof Error ? error.message : ""
    }`;
  }
}

/** Files of the tests run side by side: one makes the venv, the others wait for it. */
async function motoInVenv(folder: string): Promise<MotoProgram> {
  await Deno.mkdir(folder, { recursive: true });
  const venv = `${folder}/moto-${RELEASE}`;
  const program = { command: `${venv}/bin/python`, args: ["-m", "moto.server"] };
  using lock = await Deno.open(`${venv}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await runs(program.command, ...program.args, "--help")) return program;
  for (
    const [command, ...args] of [
      ["python3", "-m", "venv", "--clear", venv],
      [`${venv}/bin/python`, "-m", "pip", "install", "--quiet", `moto[server]==${RELEASE}`],
    ] as const
  ) {
    if (!await runs(command, ...args)) throw new Error(`${command} ${args.join(" ")} failed`);
  }
  return program;
}

async function runs(command: string, ...args: string[]): Promise<boolean> {
  try {
    const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(command, { args, ...quiet }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Start moto, and wait until it answers.
 * @param account twelve digits; moto's one account
 */
export async function startMoto(program: MotoProgram, account: string): Promise<Moto> {
  const port = freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = new Deno.Command(program.command, {
    args: [...program.args, "-H", "127.0.0.1", "-p", String(port)],
    env: {
      MOTO_ACCOUNT_ID: account,
      // Without it, AWS's own policies aren't there.
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  const status = child.status.finally(() => ended = true);
  // A test file that breaks off runs no afterAll: nothing may be left then either.
  const kill = () => ended || child.kill("SIGKILL");
  globalThis.addEventListener("unload", kill);
  const stop = async () => {
    if (!ended) child.kill("SIGTERM");
    const late = setTimeout(kill, STOP_LIMIT);
    await status;
    clearTimeout(late);
    globalThis.removeEventListener("unload", kill);
  };
  try {
    await answers(endpoint, () => ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, pid: child.pid, reset: () => post(`${endpoint}/moto-api/reset`), stop };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function answers(endpoint: string, ended: () => boolean): Promise<void> {
  const until = Date.now() + START_LIMIT;
  while (Date.now() < until && !ended()) {
    try {
      return await post(`${endpoint}/moto-api/reset`);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`Cannot start moto: found ${ended() ? "it ended" : "no answer"}, want an answer`);
}

async function post(url: string): Promise<void> {
  const response = await fetch(url, { method: "POST" });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
}
