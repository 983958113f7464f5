// config: the face of settings, config.yaml and pins.
export {
  type Config,
  issuerOf,
  type Pin,
  pinFor,
  pinnedRoles,
  type Pins,
  readConfig,
  readPins,
} from "./read.ts";
export {
  type Places,
  type Setting,
  type SettingName,
  SETTINGS,
  type SettingSpec,
  settle,
  type Source,
} from "./settings.ts";
