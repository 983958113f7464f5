// doctor: how lines are written: our words and others' kept apart, so that others' can be masked.
import type { Line, State, Words } from "./types.ts";

/** A sentence. What is put into it is somebody else's, and is masked when it is shown. */
export function say(texts: TemplateStringsArray, ...values: readonly (string | number)[]): Words {
  return texts.flatMap((text, index) => {
    const value = values[index];
    return value === undefined ? [text] : [text, { foreign: String(value) }];
  });
}

/** `1 entry`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What a line may have beside its words. */
export interface About {
  profile?: string | null;
  fix?: Words | null;
}

/** A line of one group. */
export function line(id: string, state: State, says: Words, about: About = {}): Line {
  return {
    id: `doctor/${id}`,
    state,
    profile: about.profile ?? null,
    says,
    fix: about.fix ?? null,
  };
}
