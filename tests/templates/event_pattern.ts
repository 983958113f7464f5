// template tests: does an event match a pattern, as EventBridge says? (Amazon EventBridge User Guide,
// "Creating Amazon EventBridge event patterns", "Comparison operators".) Only what we write is known.

type Json = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws for an operator that isn't known here: it would match nothing, or everything */
export function matches(pattern: Json, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === "$or") return (wanted as Json[]).some((branch) => matches(branch, event));
    const found = isMap(event) ? event[key] : undefined;
    return isMap(wanted) ? matches(wanted, found) : leaf(wanted as readonly unknown[], found);
  });
}

/** A list in the event matches if one of its values does. */
function leaf(wanted: readonly unknown[], found: unknown): boolean {
  const values = Array.isArray(found) ? found : [found];
  return wanted.some((rule) =>
    values.some((value) => isMap(rule) ? by(rule, value) : rule === value)
  );
}

/** Every operator but `exists` asks for a field that is there. */
function by(rule: Json, value: unknown): boolean {
  const [[operator, operand] = [], ...more] = Object.entries(rule);
  if (more.length > 0) throw new Error(`several operators in ${JSON.stringify(rule)}`);
  const text = typeof value === "string" ? value : null;
  switch (operator) {
    case "exists":
      return (value !== undefined && value !== null) === operand;
    case "prefix":
      return text?.startsWith(String(operand)) ?? false;
    case "wildcard":
      return text !== null && wildcard(String(operand)).test(text);
    case "anything-but":
      if (text === null) return false;
      return isMap(operand) ? !by(operand, text) : !leaf([operand].flat(), text);
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}

function wildcard(pattern: string): RegExp {
  if (pattern.includes("**")) throw new Error("EventBridge takes no two asterisks in a row");
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
