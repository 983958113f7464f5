// iam: the context keys that follow from the caller.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { type IamPrincipal, principalContext } from "../../../lib/core/iam/mod.ts";
import callers from "../../vectors/iam/callers.json" with { type: "json" };

const rows: { name: keyof typeof callers; context: Record<string, string> }[] = [
  {
    name: "alice",
    context: {
      "aws:PrincipalIsAWSService": "false",
      "aws:PrincipalType": "User",
      "aws:PrincipalAccount": "111122223333",
      "aws:PrincipalArn": "arn:aws:iam::111122223333:user/staff/alice",
      "aws:username": "alice",
    },
  },
  {
    name: "deploy",
    context: {
      "aws:PrincipalIsAWSService": "false",
      "aws:PrincipalType": "AssumedRole",
      "aws:PrincipalAccount": "111122223333",
      "aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci/Deploy",
    },
  },
  {
    name: "federated",
    context: {
      "aws:PrincipalIsAWSService": "false",
      "aws:PrincipalType": "FederatedUser",
      "aws:PrincipalAccount": "111122223333",
      "aws:PrincipalArn": "arn:aws:sts::111122223333:federated-user/guest",
      "aws:userid": "111122223333:guest",
    },
  },
  {
    name: "root",
    context: {
      "aws:PrincipalIsAWSService": "false",
      "aws:PrincipalType": "Account",
      "aws:PrincipalAccount": "111122223333",
      "aws:PrincipalArn": "arn:aws:iam::111122223333:root",
      "aws:userid": "111122223333",
    },
  },
  {
    name: "lambda",
    context: {
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": "lambda.amazonaws.com",
    },
  },
  {
    name: "github",
    context: {
      "aws:PrincipalIsAWSService": "false",
      "aws:FederatedProvider":
        "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
    },
  },
];

for (const row of rows) {
  Deno.test(`principalContext() of ${row.name}`, () => {
    assert.deepEqual(principalContext(callers[row.name] as IamPrincipal), row.context);
  });
}

Deno.test("principalContext() lets the caller's own keys win, in any case", () => {
  const context = principalContext(callers.alice as IamPrincipal, {
    "AWS:USERNAME": "bob",
    "sts:SourceIdentity": "x",
  });
  assert.equal(context["AWS:USERNAME"], "bob");
  assert.equal(context["aws:username"], undefined);
  assert.equal(context["sts:SourceIdentity"], "x");
});

Deno.test("principalContext() refuses a role session whose role it can't name", () => {
  const { kind, arn, account } = callers.deploy as IamPrincipal;
  assert.throws(
    () => principalContext({ kind, arn, account }),
    (error) => hasCode(error, "IDENTITY_UNSUPPORTED"),
  );
  const named = principalContext({ kind, arn, account }, { "aws:principalarn": "arn:x" });
  assert.equal(named["aws:principalarn"], "arn:x");
  assert.equal(named["aws:PrincipalArn"], undefined);
});
