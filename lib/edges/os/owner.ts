// os: who may write a file, judged by its owner and mode.

let own: number | null | undefined;

/**
 * This process's user id; `null` where there is none (Windows). Asked once, so that a call before
 * the rights are narrowed (`sys`) keeps it known afterwards.
 */
export function ownUid(): number | null {
  own ??= Deno.uid();
  return own;
}

/** True when the file belongs to this user or to root, or owners are unknown here. */
export function isOursOrRoots(info: Deno.FileInfo): boolean {
  return info.uid === null || info.uid === 0 || info.uid === ownUid();
}

/** True when the file belongs to this user, or owners are unknown here. */
export function isOurs(info: Deno.FileInfo): boolean {
  return info.uid === null || info.uid === ownUid();
}

/** True when the mode has one of the bits of `mask`; false where modes are unknown (Windows). */
export function hasMode(info: Deno.FileInfo, mask: number): boolean {
  return info.mode !== null && (info.mode & mask) !== 0;
}

/** What `path` is without following a link; `null` when there is nothing. */
export function lookAt(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** An error of the operating system on one short line, without the call that met it. */
export function osReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0]?.replace(/ \(os error \d+\).*$/, "").slice(0, 160).toLowerCase() ?? "";
}
