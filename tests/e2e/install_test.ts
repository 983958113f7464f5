// e2e: install, run, remove; and a command file installed by Deno itself.
import { strict as assert } from "node:assert";
import { denoDir } from "./transcript.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

async function run(command: string, args: string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: ROOT,
    env: { PATH: Deno.env.get("PATH") ?? "", ...denoDir(), ...env },
    clearEnv: true,
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

async function inHome(use: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await use(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("deno task install puts sentinel into ~/.local/bin, uninstall takes it away", () =>
  inHome(async (HOME) => {
    const installed = await run(Deno.execPath(), ["task", "install"], { HOME });
    assert.equal(installed.code, 0, installed.err);
    const path = `${HOME}/.local/bin/sentinel`;
    const version = await run(path, ["--version"], { HOME });
    assert.equal(
      version.out,
      `${JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)).version}\n`,
    );
    const pages = `${HOME}/.local/share/man/man1`;
    assert.match(await Deno.readTextFile(`${pages}/sentinel-exec.1`), /^\.TH SENTINEL-EXEC 1 /m);
    await Deno.writeTextFile(`${pages}/sentinel-list.1`, ".TH ANOTHER 1\n");
    const refused = await run(path, ["credentials", "--profile", "x"], { HOME });
    assert.equal(refused.code, 2);
    assert.match(refused.err, /PROFILE_UNKNOWN/);
    assert.equal((await run(Deno.execPath(), ["task", "uninstall"], { HOME })).code, 0);
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    const left = await Array.fromAsync(Deno.readDir(pages), ({ name }) => name);
    assert.deepEqual(left, ["sentinel-list.1"], "another program's page was taken, or ours left");
  }));

Deno.test("install and uninstall leave another program of that name alone", () =>
  inHome(async (HOME) => {
    const path = `${HOME}/.local/bin/sentinel`;
    await Deno.mkdir(`${HOME}/.local/bin`, { recursive: true });
    await Deno.writeTextFile(path, "#!/bin/sh\n");
    for (const task of ["install", "uninstall"]) {
      assert.equal((await run(Deno.execPath(), ["task", task], { HOME })).code, 1);
    }
    assert.equal(await Deno.readTextFile(path), "#!/bin/sh\n");
  }));

Deno.test("the launcher goes on with PATH's Deno when the recorded one is gone", () =>
  inHome(async (HOME) => {
    await run(Deno.execPath(), ["task", "install"], { HOME });
    const path = `${HOME}/.local/bin/sentinel`;
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace(/^deno=.*$/m, "deno=/gone"));
    await Deno.symlink(Deno.execPath(), `${HOME}/.local/bin/deno`);
    const PATH = `${HOME}/.local/bin:/usr/bin:/bin`;
    assert.equal((await run(path, ["--version"], { HOME, PATH })).code, 0);
    await Deno.remove(`${HOME}/.local/bin/deno`);
    const without = await run(path, ["--version"], { HOME, PATH: "/usr/bin:/bin" });
    if (without.code !== 0) assert.match(without.err, /Deno is gone/);
  }));

Deno.test("deno install -g makes a program of one command file", () =>
  inHome(async (HOME) => {
    const args = [
      "install",
      "-g",
      "-A",
      "--root",
      HOME,
      "--name",
      "who",
      "--config",
      "deno.json",
      "--frozen=false",
    ];
    const installed = await run(Deno.execPath(), [...args, "commands/whoami.ts"], { HOME });
    assert.equal(installed.code, 0, installed.err);
    // The program that Deno writes looks for Deno on the PATH.
    await Deno.symlink(Deno.execPath(), `${HOME}/bin/deno`);
    const PATH = `${HOME}/bin:/usr/bin:/bin`;
    const help = await run(`${HOME}/bin/who`, ["--help"], { HOME, PATH });
    assert.match(help.out, /^USAGE\n {2}sentinel-whoami/m);
  }));
