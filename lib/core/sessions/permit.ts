// sessions: the permit that a vending call must show: minted by the gate alone, good once.
import { SentinelError } from "../errors/mod.ts";
import type { Appended } from "../journal/types.ts";
import type { VendTerms } from "./types.ts";

const unredeemed = new WeakSet<Permit>();

/** Proof that an intent is on disk. It carries the terms, so that nothing else can be asked for. */
export class Permit {
  readonly terms: VendTerms;
  readonly intent: Appended;

  constructor(terms: VendTerms, intent: Appended) {
    this.terms = Object.freeze({ ...terms });
    this.intent = Object.freeze({ ...intent });
  }
}

/** Makes a permit for an intent that is durable. A law test lets only `lib/gate` call this. */
export function mintPermit(terms: VendTerms, intent: Appended): Permit {
  const permit = new Permit(terms, intent);
  unredeemed.add(permit);
  return permit;
}

/**
 * Takes the permit's terms, once.
 * @throws SentinelError `INTERNAL` when the gate did not mint it, or it was used before
 */
export function redeemPermit(permit: Permit): VendTerms {
  if (!unredeemed.delete(permit)) {
    throw new SentinelError(
      "INTERNAL",
      "Cannot vend: the permit is not one of the gate's, or used",
    );
  }
  return permit.terms;
}
