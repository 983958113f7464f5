// profiles: the face of the room. AWS's config files, and what a profile name resolves to.
export type { AwsConfig, Hop, Leaf, ProfileSection, SectionValue, Target } from "./types.ts";
export type { IniFile } from "./ini.ts";
export { type AwsConfigFiles, parseAwsConfig } from "./aws_config.ts";
export { checkProfileName, hasOwnFile } from "./name.ts";
export { endpointFor, type Outside } from "./endpoint.ts";
export { type LeafTarget, resolveLeafOnly, type ResolveOptions, resolveTarget } from "./resolve.ts";
export {
  type SsoSettings,
  ssoSettings,
  type WebIdentitySettings,
  webIdentitySettings,
} from "./leaf_settings.ts";
export { WAYS_ROUND } from "./role.ts";
export { sectionOf, SENTINEL_KEYS } from "./section.ts";
export { type ListedProfile, listProfiles } from "./list.ts";
