// laws: imports go down, one gate, no circles.
import { strict as assert } from "node:assert";
import { graph, type Module } from "./graph.ts";

/** The composition root: the only files that know both the gate and the edges. */
const COMPOSITION = /^commands\/(context|workplace|wiring|desk)\.ts$/;
/** The sandbox's commands start an edge, and know no gate. */
const SANDBOX = /^commands\/sandbox\//;
const VEND = "lib/edges/credentials/vend.ts";
const PERMIT = "lib/core/sessions/permit.ts";

interface Law {
  name: string;
  from: RegExp;
  to: RegExp;
  except?: RegExp;
}

const LAWS: readonly Law[] = [
  { name: "the core imports only the core", from: /^lib\/core\//, to: /^(?!lib\/core\/|npm:)/ },
  {
    name: "the gate imports only gate and core",
    from: /^lib\/gate\//,
    to: /^(?!lib\/(gate|core)\/)/,
  },
  {
    name: "edges import neither gate nor commands",
    from: /^lib\/edges\//,
    to: /^(lib\/gate|commands|shell|mod\.ts)/,
  },
  {
    name: "commands reach edges through the composition root",
    from: /^commands\//,
    to: /^lib\/edges\//,
    except: new RegExp(`${COMPOSITION.source}|${SANDBOX.source}|^commands/base\\.ts$`),
  },
  {
    name: "the sandbox's commands know no gate",
    from: SANDBOX,
    to: /^lib\/gate\//,
  },
  {
    name: "templates import core and templates only",
    from: /^templates\//,
    to: /^(?!templates\/|lib\/core\/)/,
  },
  {
    name: "the TUI imports the core, itself, and what draws",
    from: /^tui\//,
    to: /^(?!tui\/|lib\/core\/|npm:\/?(ink|react)@|node:process$)/,
  },
  {
    name: "what draws is in the TUI alone",
    from: /^(?!tui\/|npm:)/,
    to: /^npm:\/?(ink|react)@/,
  },
  {
    name: "shell text is made from the core and the argv parser's types only",
    from: /^shell\//,
    to: /^(?!shell\/|lib\/core\/|npm:\/?@stricli\/core@)/,
  },
  {
    name: "nothing that ships imports tests or scripts",
    from: /./,
    to: /^(tests|scripts|bench)\//,
  },
  {
    name: "the core's foreign code is a YAML reader",
    from: /^lib\/core\//,
    to: /^npm:(?!\/?yaml@)/,
  },
];

function breaches(modules: readonly Module[], law: Law): string[] {
  return modules
    .filter((m) => law.from.test(m.path) && !law.except?.test(m.path))
    .flatMap((m) =>
      m.imports.filter((i) => law.to.test(i.to)).map((i) => `${m.path}:${i.line} imports ${i.to}`)
    );
}

const modules = await graph();
const own = modules.filter((m) => !m.path.includes(":"));

Deno.test("the graph holds the gate, the edges and the commands", () => {
  for (const path of ["lib/gate/grant.ts", VEND, PERMIT, "commands/context.ts", "mod.ts"]) {
    assert.ok(own.some((m) => m.path === path), path);
  }
});

for (const law of LAWS) {
  Deno.test(`law: ${law.name}`, () => {
    assert.ok(
      own.some((m) => law.from.test(m.path)),
      "the law finds no file: its pattern is wrong",
    );
    assert.deepEqual(breaches(own, law), []);
  });
}

function importersOf(path: string): string[] {
  // A type is nothing at run time: only values can be called.
  return own.filter((m) => m.imports.some((i) => i.to === path && !i.typeOnly)).map((m) => m.path)
    .sort();
}

Deno.test("law: what draws loads only when a screen is shown", () => {
  const drawing = own.flatMap((m) =>
    m.imports.filter((i) => i.to.endsWith(".tsx") && !i.typeOnly && !m.path.startsWith("tui/"))
      .map((i) => ({ from: m.path, to: i.to, lazy: i.dynamic }))
  );
  assert.deepEqual(drawing, [{ from: "commands/screen.ts", to: "tui/mod.tsx", lazy: true }]);
});

Deno.test("law: one gate: only the composition root can name the vending function", () => {
  assert.deepEqual(importersOf(VEND), ["commands/context.ts"]);
});

Deno.test("law: one gate: the gate alone mints permits, the vending edge alone redeems them", async () => {
  assert.deepEqual(importersOf(PERMIT), [
    "lib/edges/credentials/vend.ts",
    "lib/gate/grant.ts",
  ]);
  const minting: string[] = [];
  for (const { path } of own) {
    const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    if (/\bmintPermit\b/.test(text) && path !== PERMIT) minting.push(path);
  }
  assert.deepEqual(minting, ["lib/gate/grant.ts"]);
});

Deno.test("law: one gate: the composition root hands the vending function to the gate alone", async () => {
  const text = await Deno.readTextFile(new URL("../../commands/context.ts", import.meta.url));
  const uses = text.split("\n").filter((line) =>
    /\bvendor\b/.test(line) && !line.includes("import")
  );
  assert.equal(uses.length, 1, uses.join("\n"));
  assert.match(uses[0] ?? "", /^\s+vend: vendor\(/);
});

Deno.test("law: who asks STS for a role: the vending edge alone", async () => {
  const asking: string[] = [];
  for (const { path } of own) {
    if (path.startsWith("lib/edges/sandbox/") || path.startsWith("lib/edges/aws/")) continue;
    const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    if (/\.(assumeRole|getSessionToken)\(|AssumeRoleCommand|fromTemporaryCredentials/.test(text)) {
      asking.push(path);
    }
  }
  assert.deepEqual(asking, [VEND]);
});

Deno.test("law: no circles", () => {
  const byPath = new Map(own.map((m) => [m.path, m]));
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): string[] => {
    const at = trail.indexOf(path);
    if (at >= 0) return [[...trail.slice(at), path].join(" → ")];
    if (done.has(path)) return [];
    done.add(path);
    const module = byPath.get(path);
    // A lazy import is no circle: it runs when both modules are whole.
    const next = (module?.imports ?? []).filter((i) =>
      !i.dynamic && !i.typeOnly && byPath.has(i.to)
    );
    return next.flatMap((i) => walk(i.to, [...trail, path]));
  };
  assert.deepEqual(own.flatMap((m) => walk(m.path, [])), []);
});

Deno.test("law: until rights are given up, the argv parser is the only foreign code", () => {
  const byPath = new Map(modules.map((m) => [m.path, m]));
  const seen = new Set<string>();
  const queue = ["commands/main.ts", "commands/app.ts"];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const i of byPath.get(path)?.imports ?? []) {
      if (!i.dynamic && !i.typeOnly) queue.push(i.to);
    }
  }
  const foreign = [...seen].filter((path) => path.startsWith("npm:"));
  assert.deepEqual(foreign.map((path) => path.replace(/^npm:\/?/, "").replace(/@[^@]*$/, "")), [
    "@stricli/core",
  ]);
});
