// aws: an STS client whose code loads at its first call: a session that is kept needs none of it.
import type { QueryOptions } from "./query.ts";
import type { StsClient } from "./sts.ts";

/** The client of `stsClient`, loaded when it is first asked. */
export function stsLater(options: QueryOptions): StsClient {
  const client = async () => (await import("./sts.ts")).stsClient(options);
  return {
    getCallerIdentity: async () => await (await client()).getCallerIdentity(),
    assumeRole: async (input) => await (await client()).assumeRole(input),
    getSessionToken: async (input) => await (await client()).getSessionToken(input),
  };
}
