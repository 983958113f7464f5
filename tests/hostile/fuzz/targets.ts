// hostile: every parser that reads what others wrote.
import type { AnyTarget } from "./law.ts";
import { ANSWER_TARGETS } from "./targets_answers.ts";
import { TEXT_TARGETS } from "./targets_text.ts";
import { WORD_TARGETS } from "./targets_words.ts";

/** All of them, by names that `scripts/fuzz.ts --only` takes. */
export const TARGETS: readonly AnyTarget[] = [...TEXT_TARGETS, ...WORD_TARGETS, ...ANSWER_TARGETS];
