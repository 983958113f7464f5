// commands: what help tells beside the commands: exit codes, variables, files, flags.
import { SETTINGS } from "../../lib/core/config/settings.ts";
import { SENTINEL_KEYS } from "../../lib/core/profiles/section.ts";
import { exitCodes } from "../../lib/core/errors/exits.ts";
import { GRANT_FLAGS } from "../flags.ts";
import { HELP_ROW, longFlag } from "./pages.ts";
import { type Block, blocksOf, type Section, type Sheet } from "./sheet.ts";

/** A topic: one page that belongs to no command. */
export interface Topic {
  /** The word after `sentinel help`. */
  name: string;
  brief: string;
  about: string;
  sections: () => readonly Section[];
}

type Rows = readonly (readonly [string, string])[];

const rows = (heading: string, all: Rows): Section => ({
  heading,
  blocks: [{ kind: "rows", rows: all }],
});
const prose = (heading: string, text: string): Section => ({ heading, blocks: blocksOf(text) });

/** The variables that stand for flags. */
function settingRows(): Rows {
  return Object.values(SETTINGS).flatMap(({ env, flag, brief }) =>
    env === null ? [] : [[env, `--${flag}: ${brief}`] as const]
  );
}

/** Flags that mean the same everywhere: those of a grant, then those of every answer. */
function flagRows(): Rows {
  return [
    ...Object.entries(GRANT_FLAGS).map(([name, flag]) => {
      const value = "placeholder" in flag ? ` ${flag.placeholder}` : "";
      const letter = name === "profile" ? "-p, " : "";
      return [`${letter}${longFlag(name)}${value}`, flag.brief] as const;
    }),
    HELP_ROW,
  ];
}

const GATED: Block = {
  kind: "code",
  language: "ini",
  lines: [
    "[profile prod]",
    "region = eu-central-1",
    "credential_process = sentinel credentials --profile prod",
    "sentinel_role_arn = arn:aws:iam::111122223333:role/SentinelProtected-Prod",
    "sentinel_source_profile = mara",
  ],
};

/** The topics, in the order in which help lists them. */
export const TOPICS: readonly Topic[] = [
  {
    name: "exit-codes",
    brief: "What each exit code means",
    about: `Every command ends with one of these codes. Errors have a code of their own as well,
error[CODE] on stderr, which is stable; texts may change. exec passes its program's exit code
through, and 128 and the signal's number for one that a signal ended.`,
    sections: () => [
      rows("Codes", exitCodes().map(({ code, long }) => [String(code), long.replaceAll("`", "")])),
      prose(
        "Examples",
        `
  sentinel credentials --profile prod; echo $?
  sentinel journal verify || echo "exit $?: look at the journal"`,
      ),
    ],
  },
  {
    name: "environment",
    brief: "Variables that are read, and those that a program gets",
    about: `Pins beat flags, flags beat these variables, the variables beat the AWS profile's
sentinel_* keys, and those beat config.yaml. An empty variable counts as unset.`,
    sections: () => [
      rows("In place of flags", settingRows()),
      rows("Where things are", [
        [
          "SENTINEL_HOME",
          "One directory for all of Sentinel's own files; else the XDG directories",
        ],
        ["AWS_CONFIG_FILE", "AWS's config file; default ~/.aws/config"],
        ["AWS_SHARED_CREDENTIALS_FILE", "AWS's credentials file; default ~/.aws/credentials"],
        ["AWS_PROFILE", "Base credentials where neither a target nor --aws-profile names any"],
        ["AWS_ENDPOINT_URL", "Another AWS; the sandbox sets it. Pinned profiles ignore it"],
      ]),
      rows("In the environment of exec's program", [
        ["AWS_ACCESS_KEY_ID, …", "The session's keys, and AWS_CREDENTIAL_EXPIRATION"],
        ["AWS_REGION", "The profile's region, where it has one; AWS_DEFAULT_REGION too"],
        ["AWS_SENTINEL", "The profile's name: the program is inside an exec"],
      ]),
      prose(
        "Examples",
        `
  SENTINEL_PROFILE=dev sentinel exec -- aws s3 ls
  SENTINEL_HOME="$HOME/.sentinel" sentinel config show --origin`,
      ),
    ],
  },
  {
    name: "files",
    brief: "Which files are read and written, and where",
    about: `Paths are those of Linux and macOS; SENTINEL_HOME puts all of them into one directory.
Directories have mode 0700 and files 0600. A policy or config file that others may write is refused.`,
    sections: () => [
      rows("Yours to write", [
        [
          "~/.config/sentinel/config.yaml",
          "Settings: issuer, policy, duration, journal, journal_key, …",
        ],
        ["~/.config/sentinel/policies/PROFILE.yaml", "The policy of one profile; first choice"],
        ["~/.config/sentinel/policy.yaml", "The policy of all others"],
        [
          "~/.config/sentinel/guardrails.yaml, guardrails/*.yaml beside it",
          "Rules that bind whatever the policy says",
        ],
      ]),
      rows("Written by Sentinel", [
        ["~/.local/state/sentinel/journal/", "The record of every decision"],
        ["~/.cache/sentinel/", "Sealed sessions, compiled policies; may be thrown away"],
      ]),
      rows("Others'", [
        ["~/.aws/config, ~/.aws/credentials", "AWS's own files; read, and never written unasked"],
        ["/etc/sentinel/pins.yaml", "The administrator's: what no flag, variable or file changes"],
      ]),
      prose(
        "Examples",
        `\n  sentinel config show --origin\n  sentinel policy validate policy.yaml`,
      ),
    ],
  },
  {
    name: "flags",
    brief: "Flags that mean the same in every command",
    about: `Flags come after the command; --flag VALUE and --flag=VALUE are the same. Words after --
belong to the program that is run. Not every command takes every flag.`,
    sections: () => [
      rows("Flags", flagRows()),
      prose(
        "Durations",
        `15m, 1h30m, 7d. A session lasts from 15m to 12h, and never longer than policy lets it.`,
      ),
      prose(
        "Examples",
        `
  sentinel exec -p dev --duration 30m --reason "look around" -- aws sts get-caller-identity
  sentinel list --json | jq -r .profile`,
      ),
    ],
  },
  {
    name: "profiles",
    brief: "How a profile of the AWS config is gated",
    about: `A profile is gated by sentinel_role_arn beside credential_process: every SDK then asks
Sentinel by the profile's name. With role_arn in the same section SDKs would go round it, so both in
one section is an error.`,
    sections: () => [
      { heading: "A gated profile", blocks: [GATED] },
      rows("Keys", Object.entries(SENTINEL_KEYS)),
      prose("Examples", `\n  sentinel list\n  sentinel config show --profile prod --origin`),
    ],
  },
];

/** A topic's page. */
export function topicSheet(topic: Topic): Sheet {
  return {
    title: topic.name.replaceAll("-", " "),
    brief: topic.brief,
    about: blocksOf(topic.about),
    sections: topic.sections(),
  };
}
