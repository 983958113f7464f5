// commands: what each command may do to the machine; everything else is given up before it starts.

/** A category that Deno can take away. */
export type Right = "read" | "write" | "net" | "run" | "env" | "sys" | "ffi";

/** One command's row. */
export interface Rights {
  rights: readonly Right[];
  /** A question may come: the controlling terminal is opened before the rights go. */
  terminal: boolean;
}

const ALL: readonly Right[] = ["read", "write", "net", "run", "env", "sys", "ffi"];

// Base credentials may come from a process (run) and through the AWS SDK (sys: it says its platform).
const ASKING: readonly Right[] = ["read", "write", "net", "run", "env", "sys"];

/** The least rights of each command, by its words. */
export const RIGHTS: Readonly<Record<string, Rights>> = {
  "credentials": { rights: ASKING, terminal: true },
  "exec": { rights: ASKING, terminal: true },
  "export": { rights: ASKING, terminal: true },
  "whoami": { rights: ASKING, terminal: false },
  "help": { rights: ["read", "env"], terminal: false },
  "list": { rights: ASKING, terminal: false },
  "request": { rights: ASKING, terminal: false },
  "request list": { rights: ASKING, terminal: false },
  "request show": { rights: ASKING, terminal: false },
  "request cancel": { rights: ASKING, terminal: false },
  "approve": { rights: ASKING, terminal: false },
  "deny": { rights: ASKING, terminal: false },
  "policy validate": { rights: ["read", "env", "sys"], terminal: false },
  "policy explain": { rights: ASKING, terminal: false },
  "journal show": { rights: ["read", "env", "sys"], terminal: false },
  "journal verify": { rights: ["read", "env", "sys"], terminal: false },
  "config show": { rights: ["read", "env", "sys"], terminal: false },
  // It starts no program and keeps nothing: what it looks at stays as it is.
  "doctor": { rights: ["read", "net", "env", "sys"], terminal: false },
  "init": { rights: ["read", "write", "env", "sys"], terminal: true },
  "shell init": { rights: ASKING, terminal: true },
  "completion": { rights: ["read", "env", "sys"], terminal: false },
  "sandbox run": { rights: ["read", "write", "net", "env"], terminal: false },
  "sandbox exec": { rights: ["read", "write", "net", "run", "env"], terminal: false },
  "permissions": { rights: ASKING, terminal: false },
  "permissions list": { rights: ASKING, terminal: false },
  "permissions check": { rights: ASKING, terminal: false },
  "permissions detect": { rights: ASKING, terminal: false },
  "template trust": { rights: ["read", "env", "sys"], terminal: false },
  "template scp": { rights: ["read", "env", "sys"], terminal: false },
  "template iam": { rights: ["read", "env", "sys"], terminal: false },
  "template rcp": { rights: ["read", "env", "sys"], terminal: false },
  "template policy": { rights: ["read", "env", "sys"], terminal: false },
  "template monitoring": { rights: ["read", "env", "sys"], terminal: false },
};

/** The row of a call: by its first two words, or its first; help and mistakes need next to nothing. */
export function rightsOf(argv: readonly string[]): Rights {
  // Without a command: the first steps, which look at the AWS config.
  const [first = "help", second = ""] = argv;
  const row = Object.hasOwn(RIGHTS, `${first} ${second}`)
    ? RIGHTS[`${first} ${second}`]
    : Object.hasOwn(RIGHTS, first)
    ? RIGHTS[first]
    : undefined;
  return row ?? { rights: ["env"], terminal: false };
}

/** Gives up, for the rest of this process, every right outside the row. */
export function keepOnly(row: Rights): void {
  giveUp(ALL.filter((name) => !row.rights.includes(name)));
}

/** Gives rights up for good: `node:child_process` and native code included. */
export function giveUp(rights: readonly Right[]): void {
  for (const name of rights) Deno.permissions.revokeSync({ name });
}
