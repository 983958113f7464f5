// profiles: which profiles there are. Broken ones are listed too: the resolver says why.
import { isGated } from "./role.ts";
import type { AwsConfig } from "./types.ts";

/** One line of `sentinel list`. */
export interface ListedProfile {
  name: string;
  /** True when the section names its role by `sentinel_role_arn`. */
  gated: boolean;
  /** The role as the section has it, unchecked; `null` where it names none. */
  roleArn: string | null;
}

/** The profiles in file order: those of the config file, then those of the credentials file alone. */
export function listProfiles(config: AwsConfig): ListedProfile[] {
  return Array.from(config.profiles.values(), (section) => {
    const role = section.values.get("sentinel_role_arn") ?? section.values.get("role_arn");
    return { name: section.name, gated: isGated(section), roleArn: role?.text ?? null };
  });
}
