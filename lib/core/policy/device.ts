// policy: does a device fulfil what a rule asks of it? Unknown stays unknown.
import type { DeviceWants } from "./document.ts";
import { all } from "./truth.ts";
import type { DevicePosture, Truth } from "./types.ts";

/** A device against what a rule asks, all ANDed. */
export function fulfils(wants: DeviceWants, posture: DevicePosture | null): Truth {
  const known = posture ?? {};
  const must = (wanted: boolean, found: boolean | null | undefined): Truth =>
    wanted ? found ?? null : true;
  return all([
    must(wants.requireEncryption, known.diskEncrypted),
    must(wants.requireMdm, known.mdmEnrolled),
    must(wants.requireMdmCompliant, known.mdmCompliant),
    must(wants.requireFirewall, known.firewallEnabled),
    osTypeIn(wants.allowedOsTypes, known.osType ?? null),
    osAtLeast(wants.minOsVersion, known.osVersion ?? null),
  ]);
}

function osTypeIn(wanted: readonly string[] | null, found: string | null): Truth {
  if (wanted === null) return true;
  return found === null || found === "" ? null : wanted.includes(found.toLowerCase());
}

function osAtLeast(wanted: string | null, found: string | null): Truth {
  if (wanted === null) return true;
  if (found === null || !/\d/.test(found)) return null;
  return compareVersions(found, wanted) >= 0;
}

/** Words of a version that comes before the one without them. */
const BEFORE_RELEASE = /^(?:a|alpha|b|beta|dev|pre|preview|rc|seed)\d*$/i;

/**
 * Compares versions part by part (`.`, `-`, `+` divide); a missing part is 0, a part's leading
 * digits count, and words such as `beta` come before the release. Numbers may be of any length.
 *
 * @returns negative, zero or positive, as for sorting
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split(/[.+-]/);
  const right = b.split(/[.+-]/);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = rank(left[index]) - rank(right[index]) ||
      compareDigits(digits(left[index]), digits(right[index]));
    if (order !== 0) return order;
  }
  return 0;
}

function rank(part: string | undefined): number {
  return part !== undefined && BEFORE_RELEASE.test(part) ? -1 : 0;
}

function digits(part: string | undefined): string {
  return /^0*(\d*)/.exec(part ?? "")?.[1] ?? "";
}

function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a rule asks of a device, in words. */
export function wantsText(wants: DeviceWants): string {
  const words = [
    wants.requireEncryption ? "disk encrypted" : "",
    wants.requireMdm ? "managed" : "",
    wants.requireMdmCompliant ? "compliant" : "",
    wants.requireFirewall ? "firewall on" : "",
    wants.allowedOsTypes === null ? "" : `system ${wants.allowedOsTypes.join(" or ")}`,
    wants.minOsVersion === null ? "" : `version ${wants.minOsVersion} or later`,
  ];
  return words.filter((word) => word !== "").join(", ");
}

/** What is known of a device, in words. */
export function postureText(posture: DevicePosture | null): string {
  if (posture === null) return "nothing known";
  const known = [
    fact("disk encrypted", posture.diskEncrypted),
    fact("managed", posture.mdmEnrolled),
    fact("compliant", posture.mdmCompliant),
    fact("firewall on", posture.firewallEnabled),
    posture.osType ? `system ${posture.osType}` : "",
    posture.osVersion ? `version ${posture.osVersion}` : "",
  ].filter((word) => word !== "");
  return known.length === 0 ? "nothing known" : known.join(", ");
}

function fact(name: string, value: boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  return value ? name : `not ${name}`;
}
