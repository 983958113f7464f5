// mutate: the faults in calls, patterns and statements.
import ts from "./typescript.ts";
import { type Fault, put } from "./operators.ts";

/** Methods and what could be written by mistake; "" = the call is forgotten. */
const METHODS: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  startsWith: "endsWith",
  endsWith: "startsWith",
  min: "max",
  max: "min",
  floor: "ceil",
  ceil: "floor",
  indexOf: "lastIndexOf",
  lastIndexOf: "indexOf",
  toLowerCase: "",
  filter: "",
  sort: "",
  trim: "",
};

/** Faults in a call: another method, the call forgotten, arguments swapped, a slice off by one. */
export function callFaults(node: ts.Node): Fault[] {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
  const [first, second] = node.arguments ?? [];
  const faults: Fault[] = [];
  if (first !== undefined && second !== undefined) {
    const text = `${second.getText()}, ${first.getText()}`;
    faults.push({
      operator: "swap-arguments",
      start: first.getStart(),
      end: second.getEnd(),
      text,
    });
  }
  if (!ts.isPropertyAccessExpression(node.expression)) return faults;
  const { name, expression } = node.expression;
  const other = METHODS[name.text];
  if (other === "") faults.push(put("drop-call", node, expression.getText()));
  else if (other !== undefined) faults.push(put("method", name, other));
  if (name.text === "slice" || name.text === "substring") {
    for (const edge of node.arguments ?? []) {
      faults.push(put("slice", edge, `${edge.getText()} + 1`));
      faults.push(put("slice", edge, `${edge.getText()} - 1`));
    }
  }
  return faults;
}

/** A pattern without its anchors, each alone, and without its flags. */
export function regexFaults(node: ts.RegularExpressionLiteral): Fault[] {
  const text = node.getText();
  const close = text.lastIndexOf("/");
  const body = text.slice(1, close);
  const flags = text.slice(close + 1);
  const faults: Fault[] = [];
  if (body.startsWith("^")) faults.push(put("regex", node, `/${body.slice(1)}/${flags}`));
  if (body.endsWith("$")) faults.push(put("regex", node, `/${body.slice(0, -1)}/${flags}`));
  if (flags.includes("i")) faults.push(put("regex", node, `/${body}/${flags.replace("i", "")}`));
  return faults;
}

/** What a function could answer before it looks at anything. */
const ANSWERS = ["", " null", " true", " false", " []", ' ""', " 0"];

/** Faults of whole statements: forgotten, turned round, or left too early. */
export function statementFaults(node: ts.Node): Fault[] {
  if (ts.isIfStatement(node)) {
    const { expression } = node;
    const guard = node.elseStatement === undefined ? [put("drop-statement", node, ";")] : [];
    return [put("negate-condition", expression, `!(${expression.getText()})`), ...guard];
  }
  if (ts.isWhileStatement(node)) {
    const { expression } = node;
    return [put("negate-condition", expression, `!(${expression.getText()})`)];
  }
  if (ts.isThrowStatement(node)) return [put("drop-throw", node, ";")];
  if (ts.isExpressionStatement(node) || ts.isContinueStatement(node) || ts.isBreakStatement(node)) {
    return [put("drop-statement", node, ";")];
  }
  if (ts.isBlock(node) && ts.isFunctionLike(node.parent)) {
    const start = node.getStart() + 1;
    return ANSWERS.map((answer) => ({
      operator: "early-return",
      start,
      end: start,
      text: ` return${answer};`,
    }));
  }
  return [];
}
