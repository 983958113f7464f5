// iam: a role session without its role's ARN is told what is missing.
import { strict as assert } from "node:assert";
import { principalContext } from "../../../lib/core/iam/mod.ts";

Deno.test("principalContext() says which caller lacks its role, and what would do", () => {
  const arn = "arn:aws:sts::111122223333:assumed-role/Deploy/run-7";
  assert.throws(
    () => principalContext({ kind: "role-session", arn, account: "111122223333" }),
    {
      code: "IDENTITY_UNSUPPORTED",
      message: `Cannot describe caller "${arn}" to IAM: found a role session without its role's ` +
        "ARN, want the ARN with its path",
    },
  );
});
