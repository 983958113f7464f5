// judges: conditions, aimed at what the request's context holds.
import type { JsonStatement, Scalar } from "./case.ts";
import type { Dice } from "./dice.ts";
import { type Key, keysOf, type KeyType } from "./world.ts";

/** Operators without affixes that suit a type of key. */
const OPERATORS: Readonly<Record<KeyType, readonly string[]>> = {
  string: [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
  ],
  list: [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
  ],
  number: [
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
  ],
  date: [
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
  ],
  bool: ["Bool"],
  binary: ["BinaryEquals"],
  address: ["IpAddress", "NotIpAddress"],
  arn: ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
};

type Context = Readonly<Record<string, string | string[]>>;
type Condition = NonNullable<JsonStatement["Condition"]>;

/** A condition block of one to three conditions; `context` is what the request has. */
export function drawCondition(
  dice: Dice,
  action: string,
  context: Context,
): Condition {
  const block: Condition = {};
  const keys = keysOf(action);
  for (let left = dice.between(1, 3); left > 0; left -= dice.between(1, 2)) {
    const key = dice.pick(keys);
    const name = dice.recase(key.name, 0.15);
    if (dice.chance(0.1)) {
      block["Null"] = {
        ...block["Null"],
        [name]: dice.pick(["true", "false"]),
      };
      continue;
    }
    const operator = drawOperator(dice, key);
    block[operator] = {
      ...block[operator],
      [name]: drawValues(dice, key, operator, context),
    };
  }
  return block;
}

function drawOperator(dice: Dice, key: Key): string {
  const base = dice.pick(OPERATORS[key.type]);
  // The wrong way round now and then: AWS defines an outcome for one of the two only.
  const sets = dice.chance(key.type === "list" ? 0.94 : 0.04);
  const set = sets ? dice.pick(["ForAllValues:", "ForAnyValue:"]) : "";
  return `${set}${base}${dice.chance(0.2) ? "IfExists" : ""}`;
}

function drawValues(
  dice: Dice,
  key: Key,
  operator: string,
  context: Context,
): Scalar | Scalar[] {
  const most = key.type === "list" ? 3 : 2;
  const actual = [context[key.name] ?? key.values].flat();
  return dice.unlist(dice.several(1, most, () => {
    const near = dice.chance(0.7) ? dice.pick(actual) : dice.pick(key.values);
    const value = varied(dice, key.type, near, operator, context);
    return dice.chance(0.2) ? scalar(key.type, value) : value;
  }));
}

/** As JSON's boolean or number, where the value is one. */
function scalar(type: KeyType, value: string): Scalar {
  if (type === "bool") return value.toLowerCase() === "true";
  return (type === "number" || type === "date") && /^\d+$/.test(value) ? Number(value) : value;
}

/** The value as it is, or in a form that this type of key also knows. */
function varied(
  dice: Dice,
  type: KeyType,
  value: string,
  operator: string,
  context: Context,
): string {
  if (dice.chance(0.45)) return value;
  if (dice.chance(0.01)) return "no value of its type";
  switch (type) {
    case "string":
    case "list":
      return variedText(dice, value, operator, context);
    case "number":
      return dice.pick([
        value,
        `${Number(value) + 1}`,
        Number(value).toFixed(2),
        "-1",
      ]);
    case "bool":
      return dice.recase(value, 0.7);
    case "date":
      return variedDate(dice, value);
    case "binary":
      return value;
    case "address":
      return variedAddress(dice, value);
    case "arn":
      return variedArn(dice, value);
  }
}

function variedText(
  dice: Dice,
  value: string,
  operator: string,
  context: Context,
): string {
  const known = [
    "aws:PrincipalTag/team",
    "aws:SourceIdentity",
    "aws:PrincipalAccount",
  ];
  const negated = operator.includes("Not");
  // Without a value and under a negation AWS defines no outcome: such ones are rare here.
  const usable = negated && !dice.chance(0.1) ? known.filter((name) => name in context) : known;
  const variable = usable.length === 0 ? value : `\${${dice.recase(dice.pick(usable), 0.2)}}`;
  return dice.pick([
    value.toUpperCase(),
    `${value.slice(0, 2)}*`,
    `?${value.slice(1)}`,
    `*${value.slice(-2)}`,
    variable,
    "${aws:PrincipalTag/none, 'blue'}",
    value.replaceAll("*", "${*}"),
  ]);
}

function variedDate(dice: Dice, value: string): string {
  const epoch = /^\d+$/.test(value);
  const time = epoch ? Number(value) * 1000 : Date.parse(value);
  const moved = new Date(time + dice.pick([-1000, 0, 1000, 86_400_000]));
  const iso = moved.toISOString();
  return dice.pick([
    iso.replace(".000Z", "Z"),
    iso.replace(".000Z", "Z"),
    iso.replace(".000Z", "+00:00"),
    String(moved.getTime() / 1000),
    iso.slice(0, 10),
  ]);
}

function variedAddress(dice: Dice, value: string): string {
  const bits = value.includes(":") ? [128, 64, 32, 0] : [32, 24, 23, 16, 8, 0];
  return `${value}/${dice.pick(bits)}`;
}

function variedArn(dice: Dice, value: string): string {
  const parts = value.split(":");
  const index = dice.between(1, 5);
  const part = parts[index] ?? "";
  parts[index] = dice.pick([
    "*",
    `${part.slice(0, 3)}*`,
    part.replace(/.$/, "?"),
    "other",
  ]);
  return parts.join(":");
}
