// bundles: what is in the fast one, what it must not need, and that it runs with nothing around it.
import { strict as assert } from "node:assert";
import { build, BUNDLES, splitOf } from "../../scripts/build.ts";
import { ROOT } from "../../scripts/deno.ts";
import { BUNDLE_FLAGS } from "../../commands/bundles.ts";
import { denoDir } from "../e2e/transcript.ts";

const FOREIGN = /@stricli|yaml|@aws-sdk|@smithy/;
const OFTEN = ["hot.js", "sandbox.js", "call.js", "text.js"];
const GOLDEN = `${ROOT}tests/golden/hot_modules.txt`;

const dist = await Deno.makeTempDir();
const readable = await Deno.makeTempDir();
await build(dist);
await build(readable, { readable: true });
globalThis.addEventListener("unload", () => {
  for (const folder of [dist, readable]) Deno.removeSync(folder, { recursive: true });
});
const textsIn = async (folder: string) =>
  await Promise.all(BUNDLES.map((file) => Deno.readTextFile(`${folder}/${file}`)));
const shipped = await textsIn(dist);
const long = await textsIn(readable);
const [
  call = "",
  words = "",
  rest = "",
  tui = "",
  store = "",
  sdk = "",
  dynamodb = "",
  sandbox = "",
  hot = "",
] = long;

/** The modules in a bundle: in its readable form it says above each one where it lay. */
function modulesIn(text: string): string[] {
  const found = text.matchAll(/^ *\/\/ ((?:npm:|commands\/|lib\/|templates\/|shell\/)\S+\.\w+)$/gm);
  return [...new Set([...found].map(([, path = ""]) => path))].sort();
}

function withoutBlanks(text: string): string {
  return text.replaceAll(" ", "");
}

async function run(...args: string[]) {
  const home = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...BUNDLE_FLAGS, ...args],
      cwd: home,
      env: { HOME: home, PATH: "/usr/bin:/bin", ...denoDir() },
      clearEnv: true,
    }).output();
    const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, out, err };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("hot.js holds the modules of the golden list, and no other", async () => {
  const { doors } = await splitOf("commands/program.ts");
  const text = [...modulesIn(hot), "", "reached in other bundles:", ...doors, ""].join("\n");
  if (Deno.env.get("SENTINEL_GOLDEN") === "write") await Deno.writeTextFile(GOLDEN, text);
  assert.equal(text, await Deno.readTextFile(GOLDEN));
});

for (const [name, text] of Object.entries({ "hot.js": hot, "sandbox.js": sandbox })) {
  Deno.test(`${name} holds neither the argv parser nor YAML nor the AWS SDK`, () => {
    assert.deepEqual(modulesIn(text).filter((path) => FOREIGN.test(path)), []);
  });
}

for (
  const [name, text] of Object.entries({ "hot.js": hot, "sandbox.js": sandbox, "rest.js": rest })
) {
  Deno.test(`${name} needs no CommonJS, and no node: module to start`, () => {
    assert.ok(modulesIn(text).length > 50, "the bundle names no modules: the test sees nothing");
    const imports = text.split("\n").filter((line) =>
      /^import\b|(?<!\.)\brequire\([^)]|from "node:/.test(line)
    );
    assert.deepEqual(imports, []);
  });

  Deno.test(`${name} reaches the bundles beside it and no other file`, () => {
    const computed = text.match(/\bimport\((?!")[^;]*/g) ?? [];
    assert.deepEqual(computed, ["import(new URL(bundle, import.meta.url).href)"]);
    const written = text.match(/\bimport\("[^"]*"\)/g) ?? [];
    assert.deepEqual(written.filter((one) => one !== 'import("node:crypto")'), []);
    const named = [...text.matchAll(/fromBundle\("([^"]*)"/g)].map(([, file]) => file);
    assert.deepEqual(
      new Set(named),
      new Set(
        name === "rest.js"
          ? ["dynamodb.js", "sdk.js", "store.js", "tui.js"]
          : ["call.js", "rest.js", "sdk.js", "text.js"],
      ),
    );
  });
}

Deno.test("rest.js holds every command; it, call.js, text.js and sdk.js hold all that hot.js asks for", async () => {
  const commands: string[] = [];
  for (const folder of ["", "config/", "journal/", "policy/", "template/"]) {
    for await (const { name, isFile } of Deno.readDir(`${ROOT}commands/${folder}`)) {
      const path = `commands/${folder}${name}`;
      const source = isFile ? await Deno.readTextFile(ROOT + path) : "";
      if (/^export const command = buildCommand/m.test(source)) commands.push(path);
    }
  }
  assert.ok(commands.length >= 11, "the test finds too few commands");
  const held = new Set(modulesIn(rest));
  const { doors } = await splitOf("commands/program.ts");
  for (const path of commands) assert.ok(held.has(path), path);
  assert.ok(tui.includes(`"tui/mod.tsx": () =>`));
  assert.ok(store.includes(`"lib/edges/store/sqlite.ts": () =>`));
  assert.ok(dynamodb.includes(`"lib/edges/sandbox/dynamodb_engine.ts": () =>`));
  for (const path of doors) {
    assert.ok(`${rest}${call}${words}${sdk}`.includes(`"${path}": () =>`), path);
  }
});

Deno.test("what ships is the readable form with shorter names: ASCII, half as long, the same files reached", () => {
  for (const [at, file] of BUNDLES.entries()) {
    const [short = "", full = ""] = [shipped[at], long[at]];
    // deno-lint-ignore no-control-regex
    const oneByte = /^[\x00-\x7f]*$/.test(short);
    assert.ok(oneByte || !OFTEN.includes(file), `${file} takes two bytes a character`);
    assert.ok(short.length < 0.65 * full.length, `${file} is not minified`);
    const reached = (text: string) =>
      new Set(text.match(/\("\w+\.js", ?"[^"]+"\)|"[^"]+\.tsx?": ?\(\) ?=>/g)?.map(withoutBlanks));
    assert.ok(reached(full).size > 0, `${file}: the test sees nothing`);
    assert.deepEqual(reached(short), reached(full), file);
    assert.equal(
      /(?<!\.)\brequire\([^)]|\bfrom"node:/.test(short),
      /(?<!\.)\brequire\([^)]|\bfrom "node:/.test(full),
      file,
    );
  }
});

Deno.test("two builds are the same, byte for byte, and say nothing of the machine", async () => {
  const again = await Deno.makeTempDir();
  try {
    await build(again);
    for (const [at, file] of BUNDLES.entries()) {
      const text = shipped[at];
      assert.ok(text === await Deno.readTextFile(`${again}/${file}`), `${file} differs`);
      assert.ok(!text?.includes(ROOT), `${file} names the checkout`);
      assert.ok(!text?.includes(dist), `${file} names where it was built`);
    }
  } finally {
    await Deno.remove(again, { recursive: true });
  }
});

Deno.test("no bundle but the sandbox's own has a clock that can be moved", () => {
  assert.ok(sandbox.includes("SENTINEL_SANDBOX_CONTROL"));
  assert.ok(!hot.includes("SENTINEL_SANDBOX_CONTROL"));
  assert.ok(!modulesIn(rest).includes("commands/sandbox/entry.ts"));
});

Deno.test("what ships asks node for its modules by node's own require", async () => {
  for (const [at, file] of BUNDLES.entries()) {
    assert.ok(!shipped[at]?.includes("Dynamic require of"), file);
  }
  // Loading is asking: ink and React want a dozen of them at once.
  const code = `const {modules} = await import(${JSON.stringify(`file://${dist}/tui.js`)});
    console.log(Object.keys(await modules["tui/mod.tsx"]()).join(" "));`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", code],
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  assert.equal(out, "showPermissions showWhoami", err);
});

Deno.test("dynamodb.js holds no native code, and asks for node's modules and what is kept from it", () => {
  const held = modulesIn(dynamodb);
  assert.ok(held.some((path) => path.startsWith("npm:memory-level/")), "the test sees nothing");
  assert.deepEqual(
    held.filter((path) => /npm:(level|\w+-level|node-gyp-build)\//.test(path)).filter(
      (path) => !/npm:(abstract|memory)-level\//.test(path),
    ),
    [],
  );
  const asked = [...dynamodb.matchAll(/\b__require\("([^"]+)"\)/g)].map(([, name = ""]) => name);
  assert.deepEqual([...new Set(asked.filter((name) => !name.startsWith("node:")))], ["level"]);
});

Deno.test("hot.js runs with nothing around it but the other bundles: version, help, a refusal with its own code", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const said = await run(`${dist}/hot.js`, "--version");
  assert.deepEqual(said, { code: 0, out: `${version}\n`, err: "" });
  const help = await run(`${dist}/hot.js`, "credentials", "--help");
  assert.match(help.out, /^USAGE\n {2}sentinel credentials /m);
  const refused = await run(`${dist}/hot.js`, "credentials", "--profile", "nobody");
  assert.equal(refused.code, 2);
  assert.match(refused.err, /^error\[PROFILE_UNKNOWN\]: .*\nhint: sentinel init\n$/);
});

for (
  const [call, message, hint] of [
    ["list --jsn", "Cannot read the call: no flag --jsn", "did you mean: --json"],
    ["whoami -x", "Cannot read the call: no flag -x", "sentinel help whoami"],
    [
      "credentials dev",
      'Cannot read the call: found "dev", want flags only',
      "did you mean: --profile dev",
    ],
    [
      "policy explain",
      "Cannot read the call: found no PROFILE, want one",
      "sentinel help policy explain",
    ],
    [
      "export --format jsn",
      'Cannot read --format: found "jsn", want env, json or ini',
      "did you mean: --format json",
    ],
    [
      "whoami --profile",
      "Cannot read --profile: found nothing, want a value",
      "sentinel help whoami",
    ],
  ] as const
) {
  Deno.test(`what ships tells a mistake by its class, whose name is short there: ${call}`, async () => {
    const { code, err } = await run(`${dist}/hot.js`, ...call.split(" "));
    assert.deepEqual({ code, err }, { code: 2, err: `error[USAGE]: ${message}\nhint: ${hint}\n` });
  });
}

Deno.test("what rest.js throws keeps its code in hot.js", async () => {
  const home = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${home}/config.yaml`, "regoin: eu-central-1\n", { mode: 0o600 });
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...BUNDLE_FLAGS, `${dist}/hot.js`, "credentials", "--profile", "x"],
      env: { HOME: home, SENTINEL_HOME: home, ...denoDir() },
      clearEnv: true,
    }).output();
    assert.match(new TextDecoder().decode(stderr), /^error\[CONFIG_INVALID\]: .*regoin/);
    assert.equal(code, 1);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
