// aws: where a region's endpoint of a service is, in each partition.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";

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

/** This machine, as URLs spell it: `new URL` has put every form of an address into one. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The URL of a service's regional endpoint. */
export function endpointOf(service: string, region: string): string {
  const suffix = SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "amazonaws.com";
  return `https://${service}.${region}.${suffix}/`;
}

/**
 * Refuses to send a token (which is worth as much as a password) over plain http, but to this
 * machine.
 * @throws {SentinelError} `AWS_CONFIG_INVALID`
 */
export function refuseClearText(endpoint: string, doing: string): void {
  const { protocol, hostname, host } = new URL(endpoint);
  if (protocol === "https:" || LOOPBACK.test(hostname)) return;
  throw new SentinelError(
    "AWS_CONFIG_INVALID",
    `Cannot ${doing}: found the endpoint ${quoted(`${protocol}//${host}`)}, want https: ` +
      "a token goes there",
    { hint: "check endpoint_url, the services section and AWS_ENDPOINT_URL*" },
  );
}
