// shell: `sentinel shell init` and `sentinel completion`: printed, written, checked, removed.
import { strict as assert } from "node:assert";
import { completionTable, WRITERS } from "../../shell/mod.ts";
import { root } from "../../commands/app.ts";
import { gated, inPlace, type Place } from "./place.ts";

const RC = { zsh: ".zshrc", bash: ".bashrc", fish: ".config/fish/config.fish" } as const;
const SHELLS = ["zsh", "bash", "fish"] as const;

const read = (place: Place, path: string) => Deno.readTextFile(`${place.home}/${path}`);
const made = (shell: string) => `.local/state/sentinel/shell/${shell}`;

async function idsOf(place: Place, ...argv: string[]): Promise<string[]> {
  const { out } = await place.run("shell", "init", ...argv, "--check", "--json");
  return (JSON.parse(out).findings as { id: string }[]).map((f) => f.id);
}

for (const shell of SHELLS) {
  Deno.test(`shell init ${shell} prints one function per profile, each once`, () =>
    inPlace(async (place) => {
      const policies = `${place.home}/.config/sentinel/policies`;
      await Deno.mkdir(policies, { recursive: true });
      for (const name of ["prod", "staging", "a b"]) {
        await Deno.writeTextFile(`${policies}/${name}.yaml`, "");
      }
      await Deno.writeTextFile(
        `${place.home}/.aws/config`,
        gated("prod", "***") + "[profile plain]\n",
      );
      const { code, out, err } = await place.run("shell", "init", shell);
      assert.equal(code, 0, err);
      const functions = [...out.matchAll(/^function (sentinel-\S+)/gm)].map((m) => m[1]);
      assert.deepEqual(functions, ["sentinel-prod", "sentinel-staging"]);
      assert.match(err, /no function for profile "\*\*\*"/);
      assert.match(err, /"a b": no profile's own file/);
    }));

  Deno.test(`shell init ${shell} --write: shown, refused, done, done once, checked, removed`, () =>
    inPlace(async (place) => {
      const rc = `${place.home}/${RC[shell]}`;
      await Deno.mkdir(rc.split("/").slice(0, -1).join("/"), { recursive: true });
      const before = "# mine\nalias ll='ls -l'";
      await Deno.writeTextFile(rc, before);
      const refused = await place.run("shell", "init", shell, "--write");
      assert.equal(refused.code, 1);
      assert.match(refused.err, /^\+# >>> sentinel shell init >>>$/m);
      assert.match(refused.err, /error\[NO_TERMINAL\]/);
      assert.equal(await Deno.readTextFile(rc), before);
      await assert.rejects(Deno.stat(`${place.home}/${made(shell)}`));
      assert.deepEqual(await idsOf(place, shell), ["shell-rc-missing"]);

      place.answer = "no";
      assert.equal((await place.run("shell", "init", shell, "--write")).code, 1);
      assert.equal(await Deno.readTextFile(rc), before);

      place.answer = "y";
      const done = await place.run("shell", "init", shell, "--write");
      assert.equal(done.code, 0, done.err);
      assert.equal(done.out, "");
      const once = await Deno.readTextFile(rc);
      assert.ok(once.startsWith(`${before}\n\n# >>> sentinel`), once);
      assert.ok((await Deno.stat(`${place.home}/${made(shell)}/init.${shell}`)).isFile);
      assert.equal(place.asked.length, 2);

      const again = await place.run("shell", "init", shell, "--write");
      assert.equal(again.code, 0);
      assert.equal(place.asked.length, 2, "nothing to change in the rc file, nothing to ask");
      assert.equal(await Deno.readTextFile(rc), once);
      assert.deepEqual(await idsOf(place, shell), []);

      const removed = await place.run("shell", "init", shell, "--remove", "--yes");
      assert.equal(removed.code, 0, removed.err);
      assert.match(removed.err, /^-# >>> sentinel shell init >>>$/m);
      assert.equal(await Deno.readTextFile(rc), `${before}\n`);
      await assert.rejects(Deno.stat(`${place.home}/${made(shell)}`));
    }));

  Deno.test(`shell init ${shell} --remove takes an rc file away that --write made, while it is bare`, () =>
    inPlace(async (place) => {
      const rc = `${place.home}/${RC[shell]}`;
      const write = () => place.run("shell", "init", shell, "--write", "--yes");
      const remove = () => place.run("shell", "init", shell, "--remove", "--yes");
      assert.equal((await write()).code, 0);
      assert.equal((await write()).code, 0);
      const removed = await remove();
      assert.equal(removed.code, 0, removed.err);
      assert.match(removed.err, /is gone: it held nothing else, and --write had made it/);
      await assert.rejects(Deno.stat(rc));

      // Something of the person's is in it by now.
      await write();
      await Deno.writeTextFile(rc, "# mine\n", { append: true });
      await remove();
      assert.equal(await Deno.readTextFile(rc), "# mine\n");

      // An empty file that was there before is the person's too.
      await Deno.writeTextFile(rc, "");
      await write();
      await remove();
      assert.equal(await Deno.readTextFile(rc), "");

      // What a link leads to isn't ours, though the name was.
      await Deno.remove(rc);
      await write();
      await Deno.rename(rc, `${place.home}/moved`);
      await Deno.symlink(`${place.home}/moved`, rc);
      await remove();
      assert.equal(await Deno.readTextFile(rc), "");
      assert.ok((await Deno.lstat(rc)).isSymlink);
    }));

  Deno.test(`shell init ${shell} --check tells what is stale, and 10`, () =>
    inPlace(async (place) => {
      place.answer = "yes";
      await place.run("shell", "init", shell, "--write", "--prompt", "--region", "eu-west-1");
      const fine = await place.run("shell", "init", shell, "--check");
      assert.deepEqual([fine.code, fine.err], [0, ""], fine.out);
      assert.match(fine.out, /^in order: .* 2 functions$/m);

      await Deno.writeTextFile(`${place.home}/.aws/config`, gated("prod", "late"));
      const stale = await place.run("shell", "init", shell, "--check");
      assert.equal(stale.code, 10);
      assert.match(stale.out, /shell-files-stale: .*new: late; gone: dev/);
      assert.ok(
        stale.out.includes(
          `fix: sentinel shell init ${shell} --write --region eu-west-1 --prompt\n`,
        ),
        stale.out,
      );
      await place.run("shell", "init", shell, "--write", "--prompt");
      assert.deepEqual(await idsOf(place, shell), []);

      await Deno.writeTextFile(`${place.home}/${made(shell)}/init.${shell}`, "# other\n");
      assert.deepEqual(await idsOf(place, shell), ["shell-files-stale"]);
      await Deno.remove(`${place.home}/${made(shell)}`, { recursive: true });
      assert.deepEqual(await idsOf(place, shell), ["shell-files-missing"]);
      await Deno.writeTextFile(
        `${place.home}/${RC[shell]}`,
        "# >>> sentinel shell init >>>\nsource elsewhere\n# <<< sentinel shell init <<<\n",
      );
      assert.deepEqual(await idsOf(place, shell), ["shell-rc-other", "shell-files-missing"]);
    }));

  Deno.test(`completion ${shell} prints completions of every command`, () =>
    inPlace(async (place) => {
      const { code, out } = await place.run("completion", shell);
      assert.equal(code, 0);
      for (const { words } of (await completionTable(root)).commands) {
        assert.ok(
          out.includes(
            words.join(shell === "zsh" ? "_" : " ").replaceAll("-", shell === "zsh" ? "_" : "-"),
          ),
          words.join(" "),
        );
      }
      assert.equal(out, WRITERS[shell].completion(await completionTable(root)));
    }));
}

Deno.test("shell init names $SHELL's shell, and says so where it knows none", () =>
  inPlace(async (place) => {
    assert.match((await place.run("shell", "init")).out, /^# Sentinel for zsh/);
    place.env["SHELL"] = "/bin/tcsh";
    const { code, err, out } = await place.run("shell", "init");
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /found "tcsh" in SHELL, want zsh, bash or fish/);
    assert.equal((await place.run("shell", "init", "tcsh")).code, 2);
  }));

Deno.test("shell init does one thing at a time", () =>
  inPlace(async (place) => {
    assert.equal((await place.run("shell", "init", "zsh", "--check", "--write")).code, 2);
  }));

Deno.test("shell init without profiles says so, and is sourced all the same", () =>
  inPlace(async (place) => {
    await Deno.remove(`${place.home}/.aws/config`);
    const { code, out } = await place.run("shell", "init", "bash");
    assert.equal(code, 0);
    assert.match(out, /^# No profiles yet/m);
  }));

Deno.test("shell init --write keeps a linked rc file a link, its modes, and bytes that are no UTF-8", () =>
  inPlace(async (place) => {
    await Deno.mkdir(`${place.home}/dotfiles`);
    const target = `${place.home}/dotfiles/zshrc`;
    const bytes = new Uint8Array([0x61, 0x3d, 0xff, 0xfe, 0x0d, 0x0a]);
    await Deno.writeFile(target, bytes);
    await Deno.chmod(target, 0o640);
    await Deno.symlink("dotfiles/zshrc", `${place.home}/.zshrc`);
    const { code, err } = await place.run("shell", "init", "zsh", "--write", "--yes");
    assert.equal(code, 0, err);
    assert.equal(await Deno.readLink(`${place.home}/.zshrc`), "dotfiles/zshrc");
    assert.equal(Number((await Deno.stat(target)).mode) & 0o777, 0o640);
    assert.deepEqual((await Deno.readFile(target)).slice(0, bytes.length), bytes);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${place.home}/dotfiles`), (e) => e.name), [
      "zshrc",
    ]);
    await place.run("shell", "init", "zsh", "--remove", "--yes");
    assert.deepEqual(await Deno.readFile(target), bytes);
  }));

Deno.test("shell init --write refuses an rc file whose markers are no pair, or that is a directory", () =>
  inPlace(async (place) => {
    await Deno.writeTextFile(`${place.home}/.zshrc`, "# >>> sentinel shell init >>>\n");
    const broken = await place.run("shell", "init", "zsh", "--write", "--yes");
    assert.match(broken.err, /error\[FILE_UNSAFE\]: Cannot edit .*markers/);
    assert.ok((await idsOf(place, "zsh")).includes("shell-rc-broken"));
    await Deno.remove(`${place.home}/.zshrc`);
    await Deno.mkdir(`${place.home}/.zshrc`);
    assert.match((await place.run("shell", "init", "zsh", "--write", "--yes")).err, /FILE_UNSAFE/);
    await assert.rejects(Deno.stat(`${place.home}/${made("zsh")}`), "nothing is half done");
  }));

Deno.test("shell init --check knows the form that starts Sentinel in each shell", () =>
  inPlace(async (place) => {
    await Deno.writeTextFile(`${place.home}/.zshrc`, 'eval "$(sentinel shell init zsh)"\n');
    const { code, out } = await place.run("shell", "init", "zsh", "--check");
    assert.equal(code, 0, out);
    assert.match(out, /note: .*\.zshrc starts sentinel itself in each new shell/);
    assert.match(out, /note: .*\.zshrc names no compinit/);
    await Deno.writeTextFile(`${place.home}/.zshrc`, "source $ZSH/oh-my-zsh.sh\n");
    assert.doesNotMatch((await place.run("shell", "init", "zsh", "--check")).out, /note:/);
  }));

Deno.test("shell init zsh --write says when completions would be missing", () =>
  inPlace(async (place) => {
    const first = await place.run("shell", "init", "zsh", "--write", "--yes");
    assert.match(first.err, /^sentinel: .*\.zshrc names no compinit/m);
    await Deno.writeTextFile(`${place.home}/.zshrc`, "autoload -Uz compinit && compinit\n");
    const second = await place.run("shell", "init", "zsh", "--write", "--yes");
    assert.equal(second.code, 0);
    assert.doesNotMatch(second.err, /names no compinit/);
  }));

Deno.test("shell init --write --json answers with one document, and --yes is never implied by it", () =>
  inPlace(async (place) => {
    const refused = await place.run("shell", "init", "zsh", "--write", "--json");
    assert.deepEqual([refused.code, refused.out], [1, ""]);
    const { out } = await place.run("shell", "init", "zsh", "--write", "--json", "--yes");
    const answer = JSON.parse(out);
    assert.equal(answer.rcChanged, true);
    assert.deepEqual(answer.functions.map((f: { profile: string }) => f.profile), ["dev", "prod"]);
    assert.match(await read(place, RC.zsh), /init\.zsh/);
  }));

Deno.test("the generated files are their owner's alone", () =>
  inPlace(async (place) => {
    await place.run("shell", "init", "zsh", "--write", "--yes");
    const folder = `${place.home}/${made("zsh")}`;
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const mode = Number((await Deno.stat(`${folder}/${name}`)).mode) & 0o777;
      assert.equal(mode, isDirectory ? 0o700 : 0o600, name);
    }
  }));
