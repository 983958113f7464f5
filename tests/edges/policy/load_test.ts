// policy: which files of a directory decide, whatever else lies there.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { loadPolicy } from "../../../lib/edges/policy/load.ts";

const POLICY =
  'version: "1"\nrules:\n  - {name: all, effect: allow, conditions: {profiles: [dev]}}\n';
const GUARDRAIL =
  'version: "1"\nrules:\n  - {name: no, effect: deny, conditions: {profiles: [prod]}}\n';

interface Lying {
  /** Path in the directory, and text; `->` before a path makes a link. */
  files: Record<string, string>;
  /** Short names of what decides, in order; or the error's code. */
  want: string[] | "POLICY_UNREADABLE" | "POLICY_MISSING" | "FILE_UNSAFE";
}

const ROWS: Record<string, Lying> = {
  "nothing": { files: {}, want: "POLICY_MISSING" },
  "the common policy": { files: { "policy.yaml": POLICY }, want: ["policy.yaml"] },
  "the profile's own": {
    files: { "policy.yaml": "rubbish", "policies/dev.yaml": POLICY },
    want: ["policies/dev.yaml"],
  },
  "another profile's own": {
    files: { "policy.yaml": POLICY, "policies/prod.yaml": POLICY },
    want: ["policy.yaml"],
  },
  "guardrails, the file and the directory": {
    files: {
      "policy.yaml": POLICY,
      "guardrails.yaml": GUARDRAIL,
      "guardrails/b.yaml": GUARDRAIL,
      "guardrails/a.yaml": GUARDRAIL,
    },
    want: ["policy.yaml", "guardrails.yaml", "guardrails/a.yaml", "guardrails/b.yaml"],
  },
  "a directory of guardrails that is a link": {
    files: { "policy.yaml": POLICY, "elsewhere/a.yaml": GUARDRAIL, "guardrails": "-> elsewhere" },
    want: ["policy.yaml", "guardrails/a.yaml"],
  },
  "a guardrail that is a link to nothing": {
    files: { "policy.yaml": POLICY, "guardrails.yaml": "-> nowhere" },
    want: "FILE_UNSAFE",
  },
  "names beyond ASCII beside it": {
    files: { "mär.yaml": "rubbish", "policy.yaml": POLICY, "guardrails.yaml": GUARDRAIL },
    want: ["policy.yaml", "guardrails.yaml"],
  },
  "another spelling beside it": {
    files: { "POLICY.yaml": "rubbish", "Policies/dev.yaml": "rubbish", "policy.yaml": POLICY },
    want: ["policy.yaml"],
  },
  "policy.yml": { files: { "policy.yml": POLICY }, want: "POLICY_UNREADABLE" },
  "policy.yml beside it": {
    files: { "policy.yml": POLICY, "policy.yaml": POLICY },
    want: "POLICY_UNREADABLE",
  },
  "the profile's own, misnamed": {
    files: { "policies/dev.yml": POLICY, "policy.yaml": POLICY },
    want: "POLICY_UNREADABLE",
  },
  "guardrails.yml": {
    files: { "policy.yaml": POLICY, "guardrails.yml": GUARDRAIL },
    want: "POLICY_UNREADABLE",
  },
  "a misnamed guardrail": {
    files: { "policy.yaml": POLICY, "guardrails/a.yml": GUARDRAIL },
    want: "POLICY_UNREADABLE",
  },
  "guardrails that are no directory": {
    files: { "policy.yaml": POLICY, "guardrails": GUARDRAIL },
    want: "POLICY_UNREADABLE",
  },
};

async function lay(directory: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = `${directory}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (text.startsWith("-> ")) await Deno.symlink(text.slice(3), path);
    else await Deno.writeTextFile(path, text, { mode: 0o600 });
  }
}

async function deciding(directory: string): Promise<string[] | string> {
  try {
    const { source } = await loadPolicy("dev", null, { directory, now: () => new Date(0) });
    return source.split(" + ").map((one) => one.replace(`file:${directory}/`, ""));
  } catch (error) {
    for (const code of ["POLICY_UNREADABLE", "POLICY_MISSING", "FILE_UNSAFE"] as const) {
      if (hasCode(error, code)) return code;
    }
    throw error;
  }
}

for (const [name, { files, want }] of Object.entries(ROWS)) {
  Deno.test({ name: `what decides: ${name}`, ignore: Deno.build.os === "windows" }, async () => {
    const directory = await Deno.makeTempDir();
    try {
      await lay(directory, files);
      assert.deepEqual(await deciding(directory), want);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
