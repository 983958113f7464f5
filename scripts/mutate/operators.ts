// mutate: the faults, as one table: a node of the program to the texts that could stand there.
import ts from "./typescript.ts";
import { callFaults, regexFaults, statementFaults } from "./faults.ts";

/** One text to put in the place of another. */
export interface Fault {
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Puts `text` where a node stands. */
export function put(operator: string, node: ts.Node, text: string): Fault {
  return { operator, start: node.getStart(), end: node.getEnd(), text };
}

type Kind = ts.SyntaxKind;
const K = ts.SyntaxKind;

/** Operator token to name of the fault and the tokens that replace it. */
const TOKENS = new Map<Kind, readonly [operator: string, ...others: string[]]>([
  [K.LessThanToken, ["boundary", "<="]],
  [K.LessThanEqualsToken, ["boundary", "<"]],
  [K.GreaterThanToken, ["boundary", ">="]],
  [K.GreaterThanEqualsToken, ["boundary", ">"]],
  [K.EqualsEqualsEqualsToken, ["equality", "!=="]],
  [K.ExclamationEqualsEqualsToken, ["equality", "==="]],
  [K.AmpersandAmpersandToken, ["logic", "||"]],
  [K.BarBarToken, ["logic", "&&"]],
  [K.PlusToken, ["arithmetic", "-"]],
  [K.MinusToken, ["arithmetic", "+"]],
  [K.AsteriskToken, ["arithmetic", "/"]],
  [K.SlashToken, ["arithmetic", "*"]],
  [K.PercentToken, ["arithmetic", "*"]],
  [K.LessThanLessThanToken, ["arithmetic", ">>"]],
  [K.GreaterThanGreaterThanToken, ["arithmetic", "<<"]],
  [K.AmpersandToken, ["arithmetic", "|"]],
  [K.BarToken, ["arithmetic", "&"]],
  [K.PlusEqualsToken, ["arithmetic", "-="]],
  [K.MinusEqualsToken, ["arithmetic", "+="]],
  [K.QuestionQuestionEqualsToken, ["fallback", "="]],
]);

/** Words with an opposite. */
const OPPOSITES: Readonly<Record<string, string>> = {
  allow: "deny",
  deny: "allow",
  Allow: "Deny",
  Deny: "Allow",
  all: "any",
  any: "all",
  met: "open",
  open: "met",
  policy: "guardrail",
  guardrail: "policy",
};

/** Every fault that can be made at this node; some won't compile. */
export function faultsAt(node: ts.Node): Fault[] {
  if (ts.isBinaryExpression(node)) return binaryFaults(node);
  if (ts.isConditionalExpression(node)) {
    const { condition, whenTrue, whenFalse } = node;
    const swapped = `${condition.getText()} ? ${whenFalse.getText()} : ${whenTrue.getText()}`;
    return [put("ternary-swap", node, swapped)];
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken) {
    return [put("drop-not", node, node.operand.getText())];
  }
  if (ts.isPostfixUnaryExpression(node)) {
    const text = node.operand.getText();
    return [put("arithmetic", node, node.operator === K.PlusPlusToken ? `${text}--` : `${text}++`)];
  }
  if (node.kind === K.TrueKeyword) return [put("boolean", node, "false")];
  if (node.kind === K.FalseKeyword) return [put("boolean", node, "true")];
  if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) {
    return [put("constant", node, `(${node.getText()} + ${one(node)})`), minusOne(node)];
  }
  if (ts.isStringLiteral(node)) return stringFaults(node);
  if (ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    return [put("empty-string", node, '""')];
  }
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0) {
    return [put("empty-array", node, "[]")];
  }
  if (ts.isRegularExpressionLiteral(node)) return regexFaults(node);
  if (ts.isPropertyAccessExpression(node) && node.questionDotToken !== undefined) {
    return [put("optional-chain", node, "undefined")];
  }
  return [...callFaults(node), ...statementFaults(node)];
}

function one(node: ts.Node): string {
  return ts.isBigIntLiteral(node) ? "1n" : "1";
}

function minusOne(node: ts.Node): Fault {
  return put("constant", node, `(${node.getText()} - ${one(node)})`);
}

function binaryFaults(node: ts.BinaryExpression): Fault[] {
  const { left, right, operatorToken: token } = node;
  const [operator = "", ...others] = TOKENS.get(token.kind) ?? [];
  const faults = others.map((other) => put(operator, token, other));
  const isLogic = operator === "logic";
  if (!isLogic && token.kind !== K.QuestionQuestionToken) return faults;
  const name = isLogic ? "drop-operand" : "fallback";
  return [...faults, put(name, node, left.getText()), put(name, node, right.getText())];
}

function stringFaults(node: ts.StringLiteral): Fault[] {
  if (node.text === "") return [put("empty-string", node, '"mutant"')];
  const opposite = OPPOSITES[node.text];
  const swap = opposite === undefined ? [] : [put("effect", node, JSON.stringify(opposite))];
  return [...swap, put("empty-string", node, '""')];
}
