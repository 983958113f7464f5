// bench: what one decision by Cedar costs, its policies read before. Prints milliseconds for one.
import * as cedar from "@cedar-policy/cedar-wasm/nodejs";

const [count = "10000", rounds = "40"] = Deno.args;
const policies = Array.from(
  { length: Number(count) },
  (_, i) => `permit(principal == User::"u${i}", action == Action::"get", resource == Profile::"p${i}");`,
).join("\n");
const read = cedar.preparsePolicySet("rules", { staticPolicies: policies });
if (read.type !== "success") throw new Error(JSON.stringify(read));
const call = {
  principal: { type: "User", id: "u9" },
  action: { type: "Action", id: "get" },
  resource: { type: "Profile", id: "p9" },
  context: {},
  preparsedPolicySetId: "rules",
  entities: [],
};
let best = Infinity;
for (let i = 0; i < Number(rounds); i++) {
  const start = performance.now();
  const answer = cedar.statefulIsAuthorized(call);
  best = Math.min(best, performance.now() - start);
  if (answer.type !== "success" || answer.response.decision !== "allow") {
    throw new Error(JSON.stringify(answer));
  }
}
console.log(best);
