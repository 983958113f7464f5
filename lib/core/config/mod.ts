// config: the face of settings, config.yaml and pins. What reads their text (read.ts) loads when asked.
export {
  issuerOf,
  type Pin,
  pinFor,
  pinnedJournalKeys,
  pinnedRoles,
  type Pins,
  type ReadConfig,
} from "./meaning.ts";
export {
  type Places,
  type Setting,
  type SettingName,
  SETTINGS,
  type SettingSpec,
  settle,
  type Source,
} from "./settings.ts";
