// mutate: does a mutant compile? One that doesn't never reaches a test, and is none.
import ts from "./typescript.ts";

/** As in the repository's deno.json, but for what is unused: that is style, and no behaviour. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
};

/** Answers for one checkout. */
export interface Compiler {
  /** Does the file with this text compile as well as it did without? */
  compiles(file: string, text: string): boolean;
}

/** A compiler over the sources of `root`; `files` are the repository's paths. */
export function compilerOf(root: string, files: readonly string[]): Compiler {
  const changed = new Map<string, string>();
  let version = 0;
  const service = ts.createLanguageService({
    getScriptFileNames: () => files.map((file) => `${root}/${file}`),
    getScriptVersion: (name: string) => changed.has(name) ? String(version) : "0",
    getScriptSnapshot: (name: string) => {
      const text = changed.get(name) ?? ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => OPTIONS,
    getDefaultLibFileName: (options: ts.CompilerOptions) => ts.getDefaultLibFilePath(options),
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
  });
  const faults = (name: string) =>
    service.getSyntacticDiagnostics(name).length + service.getSemanticDiagnostics(name).length;
  // What the compiler can't resolve here (npm packages) is wrong before and after.
  const before = new Map(files.map((file) => [file, faults(`${root}/${file}`)]));
  return {
    compiles(file, text) {
      const name = `${root}/${file}`;
      changed.set(name, text);
      version += 1;
      const found = faults(name);
      changed.delete(name);
      return found <= (before.get(file) ?? 0);
    },
  };
}
