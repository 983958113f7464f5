// notify tests: the webhook that processes of a test send to.
import type { NotifyTarget } from "../../../lib/edges/notify/mod.ts";

/** Never connected to: the tests' network leads from there to loopback. */
export const PUBLIC_ADDRESS = "93.184.215.14";
export const HOOK = {
  name: "ops",
  kind: "webhook",
  url: "https://hooks.example.com/services/s3cret",
  secret: "0123456789abcdef",
} as const satisfies NotifyTarget;
