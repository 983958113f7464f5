// template tests: does a record match a filter pattern, as CloudWatch Logs says? (Amazon CloudWatch Logs
// User Guide, "Filter pattern syntax".) Only what we write is known.

/** What `!=` says of a field that isn't there: nobody says, so a pattern must not rest on it. */
export type MissingDiffers = boolean;

type Term = (record: unknown, missingDiffers: MissingDiffers) => boolean;

/** @throws for a text that isn't in the grammar */
export function matchesFilter(pattern: string, record: unknown, differs: MissingDiffers): boolean {
  const tokens = pattern.match(/&&|\|\||[{}()]|!=|=|"[^"]*"|NOT EXISTS|\$\.[\w.[\]]+|\S/g) ?? [];
  const reader = new Reader(tokens);
  reader.take("{");
  const term = reader.anyOf();
  reader.take("}");
  if (!reader.atEnd()) throw new Error("something stands after }");
  return term(record, differs);
}

class Reader {
  #at = 0;
  constructor(readonly tokens: readonly string[]) {}

  atEnd = (): boolean => this.#at === this.tokens.length;

  take(wanted?: string): string {
    const found = this.tokens[this.#at++] ?? "";
    if (wanted !== undefined && found !== wanted) throw new Error(`found ${found}, want ${wanted}`);
    return found;
  }

  /** Which of the two binds closer isn't relied on: they never stand side by side without brackets. */
  anyOf(): Term {
    const terms = [this.#one()];
    const sign = this.tokens[this.#at];
    while (sign !== undefined && ["&&", "||"].includes(sign) && this.tokens[this.#at] === sign) {
      this.take(sign);
      terms.push(this.#one());
    }
    return sign === "&&"
      ? (...asked) => terms.every((term) => term(...asked))
      : (...asked) => terms.some((term) => term(...asked));
  }

  #one(): Term {
    if (this.tokens[this.#at] === "(") {
      this.take("(");
      const inner = this.anyOf();
      this.take(")");
      return inner;
    }
    const path = this.take().replace(/^\$\./, "").replace(/\[(\d+)\]/g, ".$1").split(".");
    const operator = this.take();
    if (operator === "NOT EXISTS") return (record) => valueAt(record, path) === undefined;
    const text = this.take();
    if (!/^"\*?[^"*]+\*?"$/.test(text)) throw new Error(`found ${text}, want * at its ends alone`);
    const like = likeOf(text.slice(1, -1));
    if (operator === "=") return (record) => like(valueAt(record, path));
    if (operator !== "!=") throw new Error(`found ${operator}, want = or !=`);
    return (record, missingDiffers) => {
      const value = valueAt(record, path);
      return value === undefined ? missingDiffers : !like(value);
    };
  }
}

function valueAt(record: unknown, path: readonly string[]): unknown {
  const found = path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    record,
  );
  return found ?? undefined;
}

function likeOf(text: string): (value: unknown) => boolean {
  const parts = text.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join(".*")}$`, "s");
  return (value) => typeof value === "string" && pattern.test(value);
}
