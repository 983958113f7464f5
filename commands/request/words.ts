// commands: the word and the flags of a command about one request.
import { ASK_FLAGS, type AskFlags, GRANT_FLAGS, STORE_FLAGS, type StoreFlags } from "../flags.ts";

/** The flags of a command that decides. */
export interface DeskFlags extends AskFlags, StoreFlags {
  readonly journal?: string;
}

/** The flags of a command that decides. */
export const DESK_FLAGS = { journal: GRANT_FLAGS.journal, ...STORE_FLAGS, ...ASK_FLAGS } as const;

/** The id of a request. */
export const ID = {
  kind: "tuple",
  parameters: [{ brief: "Id of the request", parse: String, placeholder: "id" }],
} as const;
