// policy: what stands under `device`.
import { bool, list, record, refine, text } from "../yaml/mod.ts";
import type { DeviceWants } from "./document.ts";

const OS_TYPES = ["darwin", "windows", "linux"] as const;

/** Any case, as version "1" always had it. */
const osType = text({
  wanted: "darwin, windows or linux",
  check: (found) =>
    OS_TYPES.some((known) => known === found.toLowerCase()) ? null : {
      id: "unknown-value",
      message: `found "${found}", want darwin, windows or linux`,
      fix: /^mac ?os/i.test(found) ? "did you mean darwin?" : null,
    },
});

const osVersion = text({
  pattern: /^(?=.*\d)[0-9A-Za-z.+-]{1,64}$/,
  wanted: "a version such as 14.4 (letters, digits, . - +, at least one digit)",
});

/** `device`: all that is asked for must hold; it must ask for something. */
export const device = refine(
  record({
    require_encryption: bool(),
    require_mdm: bool(),
    require_mdm_compliant: bool(),
    require_firewall: bool(),
    min_os_version: osVersion,
    allowed_os_types: list(osType),
  }),
  (value, report): DeviceWants => {
    if (!Object.values(value).some((asked) => asked !== false)) {
      report([], {
        id: "empty-device",
        message: "found a device block that asks for nothing, which would hold always",
        fix: "ask for something, or leave device out",
      });
    }
    return {
      requireEncryption: value.require_encryption ?? false,
      requireMdm: value.require_mdm ?? false,
      requireMdmCompliant: value.require_mdm_compliant ?? false,
      requireFirewall: value.require_firewall ?? false,
      minOsVersion: value.min_os_version ?? null,
      allowedOsTypes: value.allowed_os_types?.map((name) => name.toLowerCase()) ?? null,
    };
  },
);
