// mutate: which sources are spoilt, and which tests have to notice.

/** A room with the tests that answer for it. Paths are the repository's. */
export interface Room {
  /** Folders with the sources. */
  readonly sources: readonly string[];
  /** Folders with the tests. */
  readonly tests: readonly string[];
  /** Test files that draw many cases: they are asked only when no other noticed. */
  readonly slow: readonly string[];
  /** Test files that are not asked: they measure, and take seconds. */
  readonly skipped: readonly string[];
  /** `SENTINEL_TEST_RUNS` for them: the least with which they pass. */
  readonly runs: number;
}

/** The rooms that can be spoilt. */
export const ROOMS: Readonly<Record<string, Room>> = {
  iam: {
    sources: ["lib/core/iam"],
    tests: ["tests/core/iam"],
    slow: ["laws_test.ts", "glob_test.ts"],
    skipped: [],
    runs: 300,
  },
  policy: {
    sources: ["lib/core/policy"],
    tests: ["tests/core/policy"],
    slow: ["property_test.ts", "mutation_test.ts"],
    skipped: ["performance_test.ts"],
    runs: 200,
  },
  gate: {
    sources: ["lib/gate", "lib/core/sessions"],
    tests: ["tests/gate", "tests/core/sessions"],
    slow: [],
    skipped: [],
    runs: 100,
  },
};

/** The sources of a room, in the order of their names. */
export async function sourcesOf(root: string, room: Room): Promise<string[]> {
  return await filesIn(root, room.sources, (name) => name.endsWith(".ts"));
}

/** The room's test files: those to ask first, and those to ask when these pass. */
export async function testsOf(root: string, room: Room): Promise<[string[], string[]]> {
  const all = await filesIn(
    root,
    room.tests,
    (name) => name.endsWith("_test.ts") && !room.skipped.includes(name),
  );
  const isSlow = (path: string) => room.slow.includes(path.slice(path.lastIndexOf("/") + 1));
  return [all.filter((path) => !isSlow(path)), all.filter(isSlow)];
}

async function filesIn(
  root: string,
  folders: readonly string[],
  wanted: (name: string) => boolean,
): Promise<string[]> {
  const files: string[] = [];
  for (const folder of folders) {
    for await (const entry of Deno.readDir(`${root}/${folder}`)) {
      if (entry.isFile && wanted(entry.name)) files.push(`${folder}/${entry.name}`);
    }
  }
  return files.sort();
}
