// docs: docs/commands, docs/topics and man/ are what the commands say; man pages pass two readers.
import { strict as assert } from "node:assert";
import { escaped } from "../../scripts/docs/markdown.ts";
import { manPage } from "../../scripts/docs/roff.ts";
import { formatted, present, write } from "../../scripts/docs/write.ts";
import { firstThatRuns, testWith } from "../e2e/tools.ts";
import { COMMANDS, ROOT } from "./parsing.ts";

const WANTED = await formatted();
if (Deno.env.get("SENTINEL_GOLDEN") === "write") await write();

Deno.test("docs/commands, docs/topics and man/ are as the commands say: else run `deno task docs`", async () => {
  const there = await present();
  const stale = [...WANTED].filter(([path, text]) => there.get(path) !== text)
    .map(([path]) => path);
  const gone = [...there.keys()].filter((path) => !WANTED.has(path));
  assert.deepEqual({ stale, gone }, { stale: [], gone: [] });
});

Deno.test("every command has a Markdown page and a man page, each named in its index", () => {
  const index = WANTED.get("docs/commands/README.md") ?? "";
  const program = WANTED.get("man/sentinel.1") ?? "";
  for (const name of COMMANDS) {
    const file = name.replace(" ", "-");
    assert.ok(index.includes(`](${file}.md)`), name);
    assert.ok(program.includes(`sentinel\\-${file.replaceAll("-", "\\-")}(1)`), name);
    assert.ok(WANTED.has(`docs/commands/${file}.md`) && WANTED.has(`man/sentinel-${file}.1`), name);
  }
});

Deno.test("links between the generated pages lead somewhere", () => {
  for (const [path, text] of WANTED) {
    for (const [, link = ""] of text.matchAll(/\]\(([^)]*\.md)\)/g)) {
      const { pathname } = new URL(link, `file:///${path}`);
      assert.ok(WANTED.has(pathname.slice(1)), `${path}: ${link}`);
    }
  }
});

Deno.test("prose stays prose in Markdown, and in roff", () => {
  assert.equal(
    escaped("a * b, error[X], `c*d`, e_f, _g"),
    "a \\* b, error\\[X\\], `c*d`, e_f, \\_g",
  );
  const page = manPage("sentinel-x", {
    title: "sentinel x",
    brief: "b",
    about: [{ kind: "text", text: ".SH it's \\fB … -n" }],
    sections: [{ heading: "Usage", blocks: [{ kind: "code", language: "", lines: ["'x"] }] }],
  }, "1");
  assert.match(page, /^\\&\.SH it\\\(aqs \\efB \\\[u2026\] \\-n$/m);
  assert.match(page, /^\\\(aqx$/m);
});

/** Man pages, by a reader's own words about them. */
async function complaints(command: string, ...args: string[]): Promise<string[]> {
  const files = [...(await present()).keys()].filter((path) => path.startsWith("man/"));
  assert.ok(files.length > 10, "there are no man pages to look at");
  const found: string[] = [];
  for (const file of files) {
    const { stdout, stderr } = await new Deno.Command(command, { args: [...args, ROOT + file] })
      .output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    found.push(...said.split("\n").filter((line) => line !== ""));
  }
  return found;
}

const mandoc = await firstThatRuns([["mandoc", "-Tlint", "/dev/null"], ["which", "mandoc"]]);
testWith(
  mandoc === null ? null : "mandoc",
  "mandoc finds nothing to say",
  "no mandoc",
  async () => {
    const found = await complaints("mandoc", "-Tlint", "-W", "warning");
    // A date would make each build's pages differ.
    assert.deepEqual(found.filter((line) => !/missing date, using ""/.test(line)), []);
  },
);

const groff = await firstThatRuns([["groff", "--version"]]);
testWith(groff?.[0] ?? null, "groff finds nothing to say", "no groff", async () => {
  assert.deepEqual(await complaints("groff", "-man", "-ww", "-z"), []);
});

const man = await firstThatRuns([["man", "--version"]]);
testWith(man?.[0] ?? null, "man shows a page", "no man", async () => {
  const { stdout } = await new Deno.Command("man", {
    args: ["-l", `${ROOT}man/sentinel-exec.1`],
    env: { MANWIDTH: "80", MANPAGER: "cat" },
  }).output();
  assert.match(
    new TextDecoder().decode(stdout),
    /SYNOPSIS\n +sentinel exec \[FLAGS\] \[-- CMD\.\.\.\]/,
  );
});
