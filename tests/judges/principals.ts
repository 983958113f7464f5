// judges: who a resource's statement names.
import type { IamPrincipal } from "../../lib/core/iam/mod.ts";
import type { JsonPrincipal, JsonStatement } from "./case.ts";
import type { Dice } from "./dice.ts";
import { HOME } from "./world.ts";

type PrincipalPart = Pick<JsonStatement, "Principal" | "NotPrincipal">;

/** A trust policy takes no `NotPrincipal`. */
export function drawPrincipal(
  dice: Dice,
  caller: IamPrincipal,
  effect: "Allow" | "Deny",
  hit: number,
  trust: boolean,
): PrincipalPart {
  if (!trust && dice.chance(effect === "Deny" ? 0.3 : 0.01)) {
    // Half named, now and then: AWS says only that this "might" deny.
    if (dice.chance(0.1)) {
      return { NotPrincipal: { AWS: caller.account || HOME } };
    }
    return {
      NotPrincipal: dice.chance(0.5) ? wholeOf(caller) : stranger(dice),
    };
  }
  return { Principal: dice.chance(hit) ? named(dice, caller) : stranger(dice) };
}

/** How a caller without account is named; `null` for the others. */
export function outsider(caller: IamPrincipal): Record<string, string> | null {
  if (caller.kind === "service") return { Service: caller.arn };
  return caller.kind === "federated-provider" ? { Federated: caller.arn } : null;
}

/** All that a caller consists of: less than that leaves open what NotPrincipal does. */
function wholeOf(caller: IamPrincipal): JsonPrincipal {
  const outside = outsider(caller);
  if (outside !== null) return outside;
  const root = `arn:aws:iam::${caller.account}:root`;
  return { AWS: [...new Set([root, caller.roleArn ?? root, caller.arn])] };
}

function named(dice: Dice, caller: IamPrincipal): JsonPrincipal {
  if (dice.chance(0.2)) return dice.pick<JsonPrincipal>(["*", { AWS: "*" }]);
  const outside = outsider(caller);
  if (outside !== null) return outside;
  const forms = [
    caller.arn,
    caller.arn,
    `arn:aws:iam::${caller.account}:root`,
    caller.account,
  ];
  if (caller.roleArn !== undefined) forms.push(caller.roleArn, caller.roleArn);
  return { AWS: dice.unlist(dice.several(1, 2, () => dice.pick(forms))) };
}

function stranger(dice: Dice): JsonPrincipal {
  return dice.pick<JsonPrincipal>([
    { AWS: `arn:aws:iam::${HOME}:user/nobody` },
    { AWS: ["777788889999", `arn:aws:iam::777788889999:role/ci/Deploy`] },
    { AWS: `arn:aws:sts::${HOME}:assumed-role/Deploy/other` },
    { Service: ["sns.amazonaws.com", "sqs.amazonaws.com"] },
    { Federated: `arn:aws:iam::${HOME}:saml-provider/Corp` },
    { AWS: `arn:aws:iam::${HOME}:user/Staff/Alice` },
    { AWS: `arn:aws:iam::${HOME}:role/Deploy` },
  ]);
}
