// commands: a template's text on stdout in the form that was asked for, and what is to be said of it.
import {
  checkName,
  type DocumentKind,
  type Form,
  formed,
  formOf,
  FORMS,
  hasComments,
} from "../../templates/forms.ts";
import type { PolicyText } from "../../templates/text.ts";
import type { Context } from "../context.ts";
import { offering, said, TALK_FLAGS, type TalkFlags } from "../flags.ts";

/** What every text in several forms is asked with. */
export interface FormFlags extends TalkFlags {
  readonly format?: string;
  readonly name?: string;
}

/** The flags of a text in several forms; `name` is what the policy or role is called. */
export const FORM_FLAGS = {
  format: offering(
    said(`${FORMS.join(", ")}; default ${FORMS[0] ?? ""}`, "FORM"),
    () => FORMS,
  ),
  name: said("What the policy, role or permission set is called", "NAME"),
  ...TALK_FLAGS,
} as const;

/** A text, and where it belongs. */
export interface Printed {
  kind: DocumentKind;
  /** Used where `--name` says nothing. */
  name: string;
  description: string;
  policy: PolicyText;
}

/**
 * Prints it. Forms with comments explain themselves; JSON has none, so it is explained on stderr.
 *
 * @throws {SentinelError} `USAGE` for a format that there is not
 */
export async function printText(
  { open, base }: Context,
  flags: FormFlags,
  { policy, ...about }: Printed,
): Promise<void> {
  const form = formOf(flags.format ?? "json", FORMS);
  const name = flags.name ?? about.name;
  checkName(name, about.kind);
  const { document, explains } = policy;
  const text = formed({ ...about, name, document, comments: explains }, form);
  const session = open(flags);
  if (await session.work.switchedOn("json")) base.out(asJson({ form, name, text, explains }));
  else await session.explained(text, hasComments(form) ? [] : explains);
}

/** One document: the text, and what is to be said of it. */
export function asJson(
  told: { form: Form; name: string; text: string; explains: readonly string[] },
): string {
  return `${JSON.stringify(told)}\n`;
}
