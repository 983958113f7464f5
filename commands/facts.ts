// commands: facts as `explain --fact k=v` says them.
import { SentinelError } from "../lib/core/errors/mod.ts";
import type { DevicePosture } from "../lib/core/policy/types.ts";
import { printable, quoted } from "../lib/core/text/printable.ts";
import type { Instead } from "./decide.ts";

const FACTS: Readonly<
  Record<string, (value: string, into: DevicePosture) => void>
> = {
  "device.mdm": (value, into) => into.mdmEnrolled = truth(value),
  "device.mdm_compliant": (value, into) => into.mdmCompliant = truth(value),
  "device.encryption": (value, into) => into.diskEncrypted = truth(value),
  "device.firewall": (value, into) => into.firewallEnabled = truth(value),
  "device.os": (value, into) => into.osType = value,
  "device.os_version": (value, into) => into.osVersion = value,
};

function truth(value: string): boolean {
  if (value === "true" || value === "false") return value === "true";
  throw new SentinelError(
    "USAGE",
    `Cannot read the fact's value ${quoted(value)}: want true or false`,
  );
}

/**
 * Reads `key=value` words into what stands in place of the facts found.
 * @throws SentinelError `USAGE` for an unknown key or a bad value
 */
export function factsInto(words: readonly string[]): Instead {
  const device: DevicePosture = {};
  const instead: Instead = {};
  for (const text of words) {
    const at = text.indexOf("=");
    const key = at < 0 ? text : text.slice(0, at);
    const value = text.slice(at + 1);
    if (key === "session_table" && at > 0) {
      instead.sessionTable = value;
      continue;
    }
    const set = Object.hasOwn(FACTS, key) ? FACTS[key] : undefined;
    if (set === undefined || at < 0) throw unknownFact(key);
    set(value, device);
    instead.device = device;
  }
  return instead;
}

function unknownFact(key: string): SentinelError {
  const known = ["session_table", ...Object.keys(FACTS)].join(", ");
  return new SentinelError(
    "USAGE",
    `Cannot use the fact ${quoted(printable(key))}: want ${known}`,
    {
      hint: "--fact device.mdm=true",
    },
  );
}
