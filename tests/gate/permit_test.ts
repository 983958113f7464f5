// gate: a permit is the gate's, and good once.
import { strict as assert } from "node:assert";
import { mintPermit, Permit, redeemPermit } from "../../lib/core/sessions/permit.ts";
import { callerOf, targetOf } from "./fakes.ts";

const terms = {
  requestId: "0".repeat(16),
  target: targetOf(),
  caller: callerOf(),
  sourceIdentity: null,
  sessionName: "mara",
  duration: 900,
  until: null,
  notAfter: new Date(0),
  tags: [],
  mfa: null,
};
const intent = { seq: 1, hash: "a".repeat(64) };

Deno.test("redeemPermit() takes a minted permit once", () => {
  const permit = mintPermit(terms, intent);
  assert.equal(redeemPermit(permit).sessionName, "mara");
  assert.throws(() => redeemPermit(permit), { code: "INTERNAL" });
});

Deno.test("redeemPermit() refuses a permit that somebody made himself", () => {
  assert.throws(() => redeemPermit(new Permit(terms, intent)), { code: "INTERNAL" });
  assert.throws(() => redeemPermit(structuredClone({ terms, intent }) as Permit), {
    code: "INTERNAL",
  });
  const copy = Object.assign(Object.create(Permit.prototype), mintPermit(terms, intent));
  assert.throws(() => redeemPermit(copy), { code: "INTERNAL" });
});

Deno.test("a permit's terms can't be changed after minting", () => {
  const permit = mintPermit(terms, intent);
  assert.throws(() => Object.assign(permit.terms, { duration: 43_200 }), TypeError);
});
