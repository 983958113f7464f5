// laws: what may not stand in a source, and where.
import { strict as assert } from "node:assert";
import { ROOT, sources } from "./graph.ts";

interface Ban {
  name: string;
  where: RegExp;
  what: RegExp;
  except?: readonly string[];
}

const BANS: readonly Ban[] = [
  { name: "core and gate know no Deno", where: /^lib\/(core|gate)\//, what: /\bDeno\s*[.[]/ },
  {
    name: "core and gate read no clock",
    where: /^lib\/(core|gate)\//,
    what: /Date\.now\(|new Date\(\s*\)|performance\.now|Temporal\.Now/,
  },
  {
    name: "core and gate draw no randomness",
    where: /^lib\/(core|gate)\//,
    what: /Math\.random|getRandomValues|randomUUID|generateKey/,
  },
  {
    name: "core and gate do no I/O",
    where: /^lib\/(core|gate)\//,
    what: /\bfetch\(|localStorage|WebSocket/,
  },
  { name: "no Deno.exit", where: /./, what: /Deno\.exit\s*\(/ },
  { name: "no node: modules in core and gate", where: /^lib\/(core|gate)\//, what: /from "node:/ },
  {
    name: "the environment is read by the base alone",
    where: /./,
    what: /Deno\.env\b/,
    except: ["commands/base.ts", "commands/sandbox/entry.ts"],
  },
  {
    name: "the clock is read by the base, and shifted by the sandbox's entry",
    where: /^(?!lib\/edges\/)/,
    what: /Date\.now\(|new Date\(\s*\)/,
    except: ["commands/base.ts", "commands/sandbox/entry.ts"],
  },
  {
    name: "no clock switch in shipped entries",
    where: /^(mod\.ts|commands\/)/,
    what: /SENTINEL_SANDBOX_CONTROL|clockOffset|fake.?clock|SENTINEL_(NOW|TIME|CLOCK)/i,
    except: ["commands/sandbox/entry.ts"],
  },
  {
    name: "no computed import",
    where: /./,
    what: /\bimport\((?!\s*["'])/,
    // The one way from the bundled fast path to the rest of the program.
    except: ["commands/rest.ts"],
  },
  { name: "no eval", where: /./, what: /\beval\(|new Function\(/ },
  { name: "nothing left open", where: /./, what: /\b(TODO|FIXME|XXX)\b|not implemented/i },
];

/** The source without comments: a comment may speak of what code may not do. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, " "))
    .replace(/(^|\s)\/\/.*$/gm, "$1");
}

const texts = new Map<string, string>();
for (const path of await sources()) texts.set(path, await Deno.readTextFile(ROOT + path));

for (const ban of BANS) {
  Deno.test(`law: ${ban.name}`, () => {
    const found: string[] = [];
    let looked = 0;
    for (const [path, text] of texts) {
      if (!ban.where.test(path) || ban.except?.includes(path)) continue;
      looked++;
      const code = codeOf(text);
      for (const match of code.matchAll(new RegExp(ban.what, `${ban.what.flags}g`))) {
        const line = code.slice(0, match.index).split("\n").length;
        found.push(`${path}:${line}: ${match[0]}`);
      }
    }
    assert.ok(looked > 0, "the law looks at no file: its pattern is wrong");
    assert.deepEqual(found, []);
  });
}

Deno.test("law: each file says on its first line which room it is", () => {
  const silent = [...texts].filter(([path, text]) =>
    path !== "mod.ts" && !/^(\/\*\* @jsx.*\n)?\/\/ [a-z]+( [a-z]+)?: ./.test(text)
  );
  assert.deepEqual(silent.map(([path]) => path), []);
});

Deno.test("law: no rooms without a name", () => {
  const nameless = [...texts.keys()].filter((p) =>
    /(^|\/)(utils?|helpers?|common|misc)(\.|\/)/.test(p)
  );
  assert.deepEqual(nameless, []);
});

Deno.test("law: files are small enough to hold in mind", () => {
  const long = [...texts].filter(([, text]) => text.split("\n").length > 400).map(([path]) => path);
  assert.deepEqual(long, []);
});

Deno.test("law: the version is said once", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  assert.match(texts.get("lib/core/config/version.ts") ?? "", new RegExp(`VERSION = "${version}"`));
});
