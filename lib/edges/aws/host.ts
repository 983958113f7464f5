// aws: where a region's endpoint of a service is, in each partition.

/** The region that is asked where nobody names one. */
export const DEFAULT_REGION = "us-east-1";

/** Region prefix to DNS suffix ("AWS partitions"); the first that fits. */
const SUFFIXES = [
  ["cn-", "amazonaws.com.cn"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["us-iso-", "c2s.ic.gov"],
  ["eusc-", "amazonaws.eu"],
] as const;

/** The URL of a service's regional endpoint. */
export function endpointOf(service: string, region: string): string {
  const suffix = SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "amazonaws.com";
  return `https://${service}.${region}.${suffix}/`;
}
