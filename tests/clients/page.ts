// clients: docs/clients.md, one section a client: written from what was measured, or held to it.
import { strict as assert } from "node:assert";

/** What happens, and what the client does. */
export type Row = readonly [what: string, does: string];

/** Something that a client shows its user. */
export interface Block {
  title: string;
  text: string;
}

/** A number that differs from run to run: shown, never compared. */
export function unstable(text: string): string {
  return `~${text}`;
}

const PAGE = new URL("../../docs/clients.md", import.meta.url);

/** What was measured of one client. */
export class Section {
  readonly title: string;
  readonly version: string;
  readonly #rows: readonly Row[];
  readonly #blocks: readonly Block[];

  constructor(title: string, version: string, rows: readonly Row[], blocks: readonly Block[]) {
    this.title = title;
    this.version = version;
    this.#rows = rows;
    this.#blocks = blocks;
  }

  /** The section as Markdown, heading included. */
  text(): string {
    const rows = this.#rows.map((row) =>
      `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`
    );
    const table = ["| What happens | What it does |", "| --- | --- |", ...rows].join("\n");
    const blocks = this.#blocks.map(({ title, text }) =>
      `${title}\n\n\`\`\`text\n${plain(text)}\n\`\`\`\n`
    );
    return [`## ${this.title}\n`, `Measured with ${this.version}.\n`, `${table}\n`, ...blocks].join(
      "\n",
    );
  }
}

/** Words that differ from run to run, taken out of what a client shows. */
function plain(text: string): string {
  return text.trim()
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "REQUEST-ID")
    .replace(/\b127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");
}

/** Renews the section where SENTINEL_GOLDEN=write; else it must say what was measured. */
export async function settle(section: Section): Promise<void> {
  const page = await Deno.readTextFile(PAGE);
  const old = sectionIn(page, section.title);
  if (Deno.env.get("SENTINEL_GOLDEN") === "write") {
    const text = await formatted(page.replace(old, () => `${section.text()}\n`));
    await Deno.writeTextFile(PAGE, text);
    return;
  }
  const measured = /^Measured with (.*)\.$/m.exec(old)?.[1] ?? "";
  if (minor(measured) !== minor(section.version)) {
    console.log(
      `SKIP docs/clients.md, ${section.title}: says ${measured}, here is ${section.version}`,
    );
    return;
  }
  assert.deepEqual(stable(section.text()), stable(old));
}

function sectionIn(page: string, title: string): string {
  const start = page.indexOf(`## ${title}\n`);
  assert.ok(start >= 0, `docs/clients.md has no section "${title}"`);
  const next = page.indexOf("\n## ", start);
  return page.slice(start, next < 0 ? page.length : next + 1);
}

/** A version down to its minor part: what clients do may change there. */
export function minor(version: string): string {
  return version.split(", ").map((part) => part.replace(/(\d+\.\d+)\.\d+.*/, "$1")).join(", ");
}

/** What two runs have in common: lines without padding, patch levels and what is marked as unstable. */
export function stable(text: string): string[] {
  return text.split("\n")
    .filter((line) => line !== "" && !line.startsWith("Measured with") && !/^\|[ |-]+$/.test(line))
    .map((line) => line.replace(/~[\d.]+/g, "~").replace(/ +/g, " "));
}

async function formatted(text: string): Promise<string> {
  const config = decodeURIComponent(new URL("../../deno.json", import.meta.url).pathname);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--config", config, "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  assert.ok(success, "deno fmt can't read the page");
  return new TextDecoder().decode(stdout);
}
