// mutate: every fault of a file that gives another program.
import ts from "./typescript.ts";
import { type Fault, faultsAt } from "./operators.ts";

/** A program with one fault. */
export interface Mutant {
  /** Position and fault in one text; the same for the same code. */
  readonly id: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly operator: string;
  /** The text that was there, cut where it is long. */
  readonly before: string;
  readonly after: string;
  /** The whole file with the fault. */
  readonly text: string;
}

/** All mutants of a source, in the order of their places. Some may not compile. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ESNext, true);
  const faults: Fault[] = [];
  const visit = (node: ts.Node) => {
    if (meansNothing(node)) return;
    faults.push(...faultsAt(node));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const seen = new Set([plain(source)]);
  return faults.sort((a, b) => a.start - b.start).flatMap((fault) => {
    const text = source.slice(0, fault.start) + fault.text + source.slice(fault.end);
    // Two faults that come to one program count once, and one that changes nothing not at all.
    const program = plain(text);
    if (seen.has(program)) return [];
    seen.add(program);
    return [describe(file, tree, fault, text)];
  });
}

function describe(file: string, tree: ts.SourceFile, fault: Fault, text: string): Mutant {
  const { operator, start, end } = fault;
  const line = tree.getLineAndCharacterOfPosition(start).line + 1;
  const before = tree.text.slice(start, end);
  const id = `${file}:${start}-${end} ${operator} ${fault.text}`;
  return { id, file, line, operator, before: short(before), after: short(fault.text), text };
}

/** Types, imports and names of properties: a change there is no other behaviour, or no program. */
function meansNothing(node: ts.Node): boolean {
  return ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ||
    (ts.isStringLiteral(node) && ts.isPropertyAssignment(node.parent) &&
      node.parent.name === node);
}

/** The program without types, comments and layout. */
function plain(source: string): string {
  return ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ESNext, removeComments: true },
  }).outputText.replace(/\s+/g, " ").replaceAll("; ;", ";");
}

function short(text: string): string {
  const flat = text.replace(/\s+/g, " ");
  return flat.length > 160 ? `${flat.slice(0, 160)}…` : flat;
}
