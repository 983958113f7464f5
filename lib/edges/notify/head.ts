// notify: the head of an HTTP answer, read no further than its limit. Its body is never read.

/** What an answer says before its body: all that a notification's fate depends on. */
export interface Head {
  status: number;
  /** The header of that name as it came; `null` = none. */
  retryAfter: string | null;
}

/** Most bytes that are read of an answer, interim answers included. */
export const MAX_HEAD_BYTES = 16_384;

const END = "\r\n\r\n";
const STATUS = /^HTTP\/1\.[01] (\d{3})(?: |$)/;

/**
 * Reads an answer's head ("RFC 9112: HTTP/1.1", message format); interim ones (1xx) are passed over.
 * @param read fills an array and says how much; `null` at the end, as `Deno.Reader` does
 * @returns the head, or in words what came in its place
 */
export async function readHead(
  read: (into: Uint8Array<ArrayBuffer>) => Promise<number | null>,
): Promise<Head | string> {
  const bytes = new Uint8Array(MAX_HEAD_BYTES);
  let [from, size] = [0, 0];
  for (;;) {
    const text = latin1(bytes.subarray(from, size));
    const end = text.indexOf(END);
    if (end >= 0) {
      const head = headOf(text.slice(0, end));
      if (head === null) return "no HTTP/1 answer";
      if (head.status >= 200) return head;
      from += end + END.length;
      continue;
    }
    if (size === bytes.length) return `an answer whose head has over ${MAX_HEAD_BYTES} bytes`;
    const more = await read(bytes.subarray(size));
    if (more === null) return size === 0 ? "no answer" : "half an answer";
    size += more;
  }
}

function headOf(text: string): Head | null {
  const [first = "", ...fields] = text.split("\r\n");
  const status = Number(STATUS.exec(first)?.[1] ?? 0);
  if (status < 100) return null;
  const field = fields.find((line) => /^retry-after:/i.test(line));
  return { status, retryAfter: field?.slice(field.indexOf(":") + 1).trim() ?? null };
}

/** Each byte a character: nothing of a head is to be taken for text of any other kind. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
