// commands: what `sentinel` alone shows: five things to do first, by what a cheap look finds.
import { shellWord } from "../../lib/core/text/printable.ts";
import type { Context } from "../context.ts";
import { follow, type Target } from "./pages.ts";

/** How far somebody has come. */
export type Standing =
  | { kind: "nothing" }
  /** AWS profiles, none of them gated. */
  | { kind: "profiles" }
  | { kind: "gated"; profile: string };

type Step = readonly [call: string, why: string];

const TRY: Step = [
  "sentinel sandbox exec -- sentinel credentials --profile dev",
  "try it: an AWS on this machine, no account needed",
];
const WHOAMI: Step = ["sentinel whoami", "who you are to AWS and to policy"];
const LIST: Step = ["sentinel list", "which profiles there are, and what policy says of each"];
const DOCTOR: Step = ["sentinel doctor", "what is wrong with the set-up, and how to mend it"];
const INIT: Step = ["sentinel init", "gate a first profile: shows what it would do, then asks"];
const TRUST: Step = [
  "sentinel template trust --user arn:aws:iam::111122223333:user/NAME",
  "the trust policy that makes a role want the stamp",
];
const FILES: Step = ["sentinel help files", "where policy, journal and settings are"];
const PROFILES: Step = ["sentinel help profiles", "how a profile of the AWS config is gated"];
const JOURNAL: Step = ["sentinel journal show --last 5", "the latest decisions, on record"];

/** Five steps; those of commands that this build has not are left out, and later ones move up. */
export function firstSteps(standing: Standing, root: Target): Step[] {
  const steps = stepsFor(standing).filter(([call]) => isBuilt(call, root));
  return steps.slice(0, 5);
}

function stepsFor(standing: Standing): readonly Step[] {
  switch (standing.kind) {
    case "nothing":
      return [TRY, INIT, PROFILES, DOCTOR, TRUST, FILES];
    case "profiles":
      return [WHOAMI, INIT, LIST, TRY, DOCTOR, PROFILES, TRUST];
    case "gated": {
      const name = shellWord(standing.profile);
      return [
        [
          `sentinel exec --profile ${name} -- aws sts get-caller-identity`,
          "run a program with credentials",
        ],
        LIST,
        [`sentinel policy explain ${name}`, "why this answer, and what would change it"],
        JOURNAL,
        DOCTOR,
        WHOAMI,
      ];
    }
  }
}

function isBuilt(call: string, root: Target): boolean {
  const [, ...words] = call.split(" ");
  return follow(root, words).route.words.length > 0;
}

/** A look at the AWS config alone: no policy, no AWS, and no failure. */
export async function standingOf(context: Context): Promise<Standing> {
  try {
    const { listProfiles } = await import("../../lib/core/profiles/mod.ts");
    const profiles = listProfiles(await context.open({}).work.awsConfig());
    const gated = profiles.find((profile) => profile.gated);
    if (gated !== undefined) return { kind: "gated", profile: gated.name };
    return { kind: profiles.length > 0 ? "profiles" : "nothing" };
  } catch {
    // A config that can't be read is `doctor`'s to tell of, and no reason to show nothing.
    return { kind: "nothing" };
  }
}

/** The text of `sentinel` without a command. */
export function firstText(standing: Standing, root: Target): string {
  const steps = firstSteps(standing, root).map(([call, why]) => `  ${call}\n      ${why}\n`);
  return `No policy match, no credentials, no exceptions.\n\nTo do first:\n${
    steps.join("")
  }\nAll commands: sentinel help. More words behind it: a command, or a topic such as exit-codes.\n`;
}
