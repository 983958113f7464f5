// judges: the smallest part of a case that still shows what the whole shows.
import type { Case, Document, JsonStatement } from "./case.ts";

/** Takes parts away while `shows` stays true. */
export async function shrink(
  given: Case,
  shows: (smaller: Case) => Promise<boolean>,
): Promise<Case> {
  let best = given;
  for (let found = true; found;) {
    found = false;
    for (const smaller of smallerCases(best)) {
      if (!await shows(smaller)) continue;
      best = smaller;
      found = true;
      break;
    }
  }
  return best;
}

/** The case with one part less, biggest parts first. */
function* smallerCases(given: Case): Generator<Case> {
  for (const layer of ["scps", "rcps"] as const) {
    for (const levels of without(given[layer])) {
      yield { ...given, [layer]: levels };
    }
    for (const levels of within(given[layer], lessDocuments)) {
      yield { ...given, [layer]: levels };
    }
  }
  for (const identity of lessDocuments(given.identity)) {
    yield { ...given, identity };
  }
  for (const layer of ["boundary", "session", "resourcePolicy"] as const) {
    const document = given[layer];
    if (document === null) continue;
    yield { ...given, [layer]: null };
    for (const smaller of lessDocument(document)) {
      yield { ...given, [layer]: smaller };
    }
  }
  for (const key of Object.keys(given.context)) {
    const { [key]: _, ...context } = given.context;
    yield { ...given, context };
  }
}

function* lessDocuments(documents: Document[]): Generator<Document[]> {
  yield* without(documents);
  yield* within(documents, lessDocument);
}

function* lessDocument(document: Document): Generator<Document> {
  for (const Statement of without(document.Statement)) {
    if (Statement.length > 0) yield { ...document, Statement };
  }
  for (const Statement of within(document.Statement, lessStatement)) {
    yield { ...document, Statement };
  }
}

function* lessStatement(statement: JsonStatement): Generator<JsonStatement> {
  const { Condition, ...bare } = statement;
  for (const [operator, keys] of Object.entries(Condition ?? {})) {
    const { [operator]: _, ...others } = Condition ?? {};
    for (const key of Object.keys(keys)) {
      const { [key]: _, ...left } = keys;
      const rest = Object.keys(left).length > 0 ? { ...others, [operator]: left } : others;
      yield Object.keys(rest).length > 0 ? { ...bare, Condition: rest } : bare;
    }
    for (const [key, values] of Object.entries(keys)) {
      for (const fewer of lessList(values)) {
        yield {
          ...bare,
          Condition: { ...Condition, [operator]: { ...keys, [key]: fewer } },
        };
      }
    }
  }
  for (
    const element of ["Action", "NotAction", "Resource", "NotResource"] as const
  ) {
    for (const fewer of lessList(statement[element])) {
      yield { ...statement, [element]: fewer };
    }
  }
  if (statement.Action !== undefined && statement.Action !== "*") {
    yield { ...statement, Action: "*" };
  }
  if (statement.Resource !== undefined && statement.Resource !== "*") {
    yield { ...statement, Resource: "*" };
  }
}

function* lessList<T>(list: T | T[] | undefined): Generator<T[]> {
  if (!Array.isArray(list)) return;
  if (list.length > 1) yield* without(list);
}

function* without<T>(list: readonly T[]): Generator<T[]> {
  for (const index of list.keys()) yield list.toSpliced(index, 1);
}

function* within<T>(
  list: readonly T[],
  less: (item: T) => Iterable<T>,
): Generator<T[]> {
  for (const [index, item] of list.entries()) {
    for (const smaller of less(item)) yield list.with(index, smaller);
  }
}
