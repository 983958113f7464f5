// aws: the little XML that the Query protocol answers in. Whatever else XML can do is refused.

/** An element: its text (entities decoded) or its children. */
export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

/** A text is not the XML that AWS writes. */
export class XmlError extends Error {
  override readonly name = "XmlError";
}

const DEPTH = 16;
const DECLARATION = /^\s*<\?xml [^<>?]{0,100}\?>/;
const TAG = /<(\/?)([A-Za-z_][\w.-]{0,127})((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>/y;
const ENTITY = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));|&/g;
const NAMED: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

/**
 * Reads one element with all that is in it. No document type, no CDATA, no comments, no processing
 * instructions: AWS writes none, and each has been somebody's way in.
 *
 * @throws {XmlError} without any of the text
 */
export function readXml(text: string): XmlElement {
  const top: XmlElement = { name: "", text: "", children: [] };
  const open = [top];
  if (!isCharacters(text)) throw new XmlError("a character that XML has not");
  let at = DECLARATION.exec(text)?.[0].length ?? 0;
  while (at < text.length) {
    const next = text.indexOf("<", at);
    const words = text.slice(at, next < 0 ? text.length : next);
    const current = open.at(-1) ?? top;
    if (words.trim() !== "") {
      if (current === top) throw new XmlError("text outside of the element");
      current.text += decode(words);
    }
    if (next < 0) break;
    TAG.lastIndex = next;
    const tag = TAG.exec(text);
    if (tag === null) throw new XmlError("a tag that AWS does not write");
    at = next + tag[0].length;
    step(open, tag);
  }
  const [only, ...more] = top.children;
  if (open.length !== 1 || only === undefined || more.length > 0) {
    throw new XmlError("an unfinished answer");
  }
  return only;
}

/** Of what XML 1.0 lets nobody write, what no text of ours may hold: NUL and half characters. */
function isCharacters(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** Opens or closes an element. */
function step(open: XmlElement[], [, close, name = "", , empty]: RegExpExecArray): void {
  if (close === "/") {
    const closed = open.pop();
    if (open.length === 0 || closed?.name !== name) throw new XmlError("tags that do not pair");
    if (closed.children.length > 0 && closed.text !== "") throw new XmlError("mixed text and tags");
    return;
  }
  const element: XmlElement = { name, text: "", children: [] };
  open.at(-1)?.children.push(element);
  if (empty === "/") return;
  open.push(element);
  if (open.length > DEPTH) throw new XmlError("too deep an answer");
}

function decode(text: string): string {
  return text.replace(ENTITY, (whole, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? "", 16);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : "\0";
    if (!isCharacters(character)) throw new XmlError("a broken entity");
    return character;
  });
}

/**
 * The element at a path below `element`, or `null` when a step of it is not there.
 * @throws {XmlError} when a step is there twice
 */
export function elementAt(element: XmlElement, path: readonly string[]): XmlElement | null {
  let current = element;
  for (const name of path) {
    const [found, ...more] = current.children.filter((child) => child.name === name);
    if (found === undefined) return null;
    if (more.length > 0) throw new XmlError(`${name} twice`);
    current = found;
  }
  return current;
}

/** The text at a path, or `null` when it is not there or holds elements. */
export function textAt(element: XmlElement, path: readonly string[]): string | null {
  const found = elementAt(element, path);
  return found === null || found.children.length > 0 ? null : found.text.trim();
}
