// bench: measures everything, prints it, and writes docs/performance.md (--print: only prints).
import { journalRows } from "./journal.ts";
import { reached, type Row } from "./measure.ts";
import { policyRows } from "./policy.ts";
import { processRows } from "./processes.ts";
import { shellRows } from "./shell.ts";

const PAGE = new URL("../docs/performance.md", import.meta.url);

function figure(value: number | null): string {
  if (value === null) return "-";
  return value >= 100 ? Math.round(value).toString() : value.toFixed(2);
}

function verdict(row: Row): string {
  const yes = reached(row);
  return yes === null ? "SKIP" : yes ? "yes" : "**no**";
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((r) =>
    `| ${r.what} | ${r.against} | ${figure(r.ratio)} | ${figure(r.atBest)} | ${r.wanted} | ${
      verdict(r)
    } |`
  );
  return [
    "| What | Against | Ratio | At best | Wanted | Reached |",
    "| --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}

function page(rows: readonly Row[]): string {
  const missed = rows.filter((r) => reached(r) !== true);
  const reasons = missed.map((r) =>
    `- **${r.what}**: ${figure(r.ratio)} where ${r.wanted} is wanted. ${
      r.why.replaceAll("\n", " ")
    }`
  );
  const load = Deno.build.os === "linux" ? ` One-minute load when it began: ${LOAD}.` : "";
  return `# Performance

Written by \`deno task bench\`. Every figure is a ratio of two things measured in turns within the
same run: milliseconds of one machine say nothing about another. _Ratio_ is of the medians; _at best_
of the fastest runs, since whatever else a machine does only adds. \`SENTINEL_BENCH_FULL=1\` verifies a
million entries. No test holds to these figures: tests hold to what is loaded
(\`tests/golden/hot_modules.txt\`) and to ratios with much room.

Deno ${Deno.version.deno}, ${Deno.build.target}, ${navigator.hardwareConcurrency} processors.${load}

${tableOf(rows)}

${STORM}
## Not reached, and why

${reasons.length === 0 ? "Everything is reached." : reasons.join("\n")}
`;
}

// Measured by `tests/storm` in the full run, which prints its seconds: a bench would take minutes.
const STORM = `## The storm

\`tests/storm\`, in the full run, starts 200 cold calls at once: one AssumeRole, one GetCallerIdentity,
one GetParameter, one prompt, everybody served. On 24 November 2026, on 2 processors, that took 19 s,
and 14 s where a third was to be killed; one cold call with the same one-time code (which takes 0.3 s)
takes some 0.4 s. So it is about 45 times one call where ≤ 5 is wanted. What the machine does in that
time: 200 programs start and load (each at least 1.7 times an empty one), each reads its files,
waits for the one that asks AWS, takes its decision anew since waiting made it old, and writes an
entry of its own that is durable, one after the other. What would get there: more processors, or a
server that decides for all (\`exec --server\`, not built yet).
`;

const LOAD = Deno.loadavg()[0]?.toFixed(1) ?? "unknown";
const rows: Row[] = [];
for (const measure of [processRows, shellRows, journalRows, policyRows]) {
  for (const row of await measure()) {
    rows.push(row);
    console.log(
      `${figure(row.ratio).padStart(8)} x  (at best ${figure(row.atBest)})  ${row.wanted}  ${
        verdict(row)
      }  ${row.what} / ${row.against}`,
    );
  }
}
if (!Deno.args.includes("--print")) await Deno.writeTextFile(PAGE, page(rows));
