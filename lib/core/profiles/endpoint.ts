// profiles: the region that is asked, and a service's endpoint where it is not AWS's own.
import { SentinelError } from "../errors/mod.ts";
import { quoted } from "../text/printable.ts";
import { checkedRegion, flagOf, invalidAt, isRegion, placeOf, valueOf } from "./section.ts";
import type { AwsConfig, ProfileSection, SectionValue } from "./types.ts";

/** A value and the words for where it came from. */
export interface Said {
  text: string;
  origin: string;
}

/** What is set outside the files. */
export interface Outside {
  /** An environment variable; an empty one counts as unset. */
  env: (name: string) => string | undefined;
  /** `--region`. */
  region?: string | null;
}

/** A service whose endpoint can be set, by the name that variables and `services` sections give it. */
export type Service = "sts" | "ssm" | "sso" | "dynamodb" | "iam";

/**
 * The region for a section: `--region`, `AWS_REGION`, `AWS_DEFAULT_REGION`, the section, the
 * `[default]` section.
 *
 * @returns `null` where none is said
 * @throws {SentinelError} `USAGE` (flag, environment) or `AWS_CONFIG_INVALID` (file) for no region
 */
export function regionOf(
  config: AwsConfig,
  section: ProfileSection | null,
  outside: Outside,
): Said | null {
  const given = outside.region ?? null;
  if (given !== null) return checkRegion({ text: given, origin: "--region" });
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
    const text = outside.env(name) ?? "";
    if (text !== "") return checkRegion({ text, origin: name });
  }
  for (const each of [section, config.profiles.get("default")]) {
    const value = each ? valueOf(each, "region") : null;
    if (value === null) continue;
    return { text: checkedRegion(value), origin: placeOf(value) };
  }
  return null;
}

function checkRegion(said: Said): Said {
  if (isRegion(said.text)) return said;
  throw new SentinelError(
    "USAGE",
    `Cannot use ${said.origin}: found ${quoted(said.text, 40)}, want an AWS region`,
    { hint: `${said.origin === "--region" ? "--region " : `${said.origin}=`}eu-central-1` },
  );
}

/**
 * A service's endpoint in the SDKs' order: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the
 * `services` section, `endpoint_url`; none of them under `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` or
 * `ignore_configured_endpoint_urls`.
 *
 * @returns `null` for AWS's own
 * @throws {SentinelError} `USAGE` or `AWS_CONFIG_INVALID` for what is no http(s) URL
 */
export function endpointFor(
  service: Service,
  config: AwsConfig,
  section: ProfileSection | null,
  outside: Outside,
): Said | null {
  const ignored = outside.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.toLowerCase() === "true";
  if (ignored || (section && flagOf(section, "ignore_configured_endpoint_urls"))) return null;
  for (const name of [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, "AWS_ENDPOINT_URL"]) {
    const text = outside.env(name) ?? "";
    if (text === "") continue;
    if (isEndpoint(text)) return { text, origin: name };
    throw new SentinelError("USAGE", `Cannot use ${name}: found no plain http or https URL`);
  }
  if (section === null) return null;
  const value = serviceEndpoint(service, config, section) ?? valueOf(section, "endpoint_url");
  if (value === null) return null;
  if (!isEndpoint(value.text)) throw invalidAt(value, "no plain URL", "an http or https endpoint");
  return { text: value.text, origin: placeOf(value) };
}

function serviceEndpoint(
  service: Service,
  config: AwsConfig,
  section: ProfileSection,
): SectionValue | null {
  const named = valueOf(section, "services");
  if (named === null) return null;
  const services = config.services.get(named.text);
  if (services === undefined) {
    throw invalidAt(named, `services ${quoted(named.text, 64)}`, "a [services] section");
  }
  const own = services.values.get(service);
  const text = own?.nested?.get("endpoint_url");
  return own === undefined || text === undefined ? null : { ...own, text };
}

/** An URL that says where, and nothing else: no log-in in it, no query. */
function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === "https:" || url.protocol === "http:") && url.username === "" &&
    url.password === "" && url.search === "" && url.hash === "";
}
