// sandbox tests: a world with chains, boundaries, an SCP, MFA and external ids.
import { parseWorld, type World } from "../../../lib/edges/sandbox/mod.ts";

const ACCOUNT = "111122223333";
const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

const document = (...statements: Record<string, unknown>[]) => ({
  Version: "2012-10-17",
  Statement: statements,
});
const allow = (rest: Record<string, unknown>) => ({ Effect: "Allow", ...rest });
const trust = (principal: string, rest: Record<string, unknown> = {}) =>
  document(allow({
    Principal: { AWS: principal },
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
    ...rest,
  }));
const ANY = document(allow({ Action: "*", Resource: "*" }));
const chain = { chain: document(allow({ Action: "sts:*", Resource: "*" })) };

const WORLD = {
  account: ACCOUNT,
  region: "eu-central-1",
  user: "ann",
  users: {
    ann: { mfa: { serial: `arn:aws:iam::${ACCOUNT}:mfa/ann`, codes: ["123456"] } },
    bounded: { boundary: document(allow({ Action: "ssm:*", Resource: "*" })) },
    delegated: { policies: { all: ANY } },
    bare: {},
  },
  roles: {
    Open: { trust: trust(user("ann")), max_session: "2h", policies: chain },
    NoStamp: {
      trust: document(allow({ Principal: { AWS: user("ann") }, Action: "sts:AssumeRole" })),
    },
    Next: { trust: trust(role("Open")), policies: chain },
    Silent: { trust: trust(user("ann")) },
    AfterSilent: { trust: trust(role("Silent")) },
    NextNoStamp: {
      trust: document(allow({ Principal: { AWS: role("Open") }, Action: "sts:AssumeRole" })),
    },
    External: {
      trust: trust(user("ann"), { Condition: { StringEquals: { "sts:ExternalId": "id-1" } } }),
    },
    Mfa: {
      trust: trust(user("ann"), { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
    },
    Account: { trust: trust(`arn:aws:iam::${ACCOUNT}:root`) },
    Tagged: {
      trust: trust(user("ann"), { Condition: { StringEquals: { "aws:RequestTag/team": "red" } } }),
    },
    TeamRed: {
      trust: trust(role("Next"), {
        Condition: { StringEquals: { "aws:PrincipalTag/team": "red" } },
      }),
    },
    DeskFour: {
      trust: trust(role("Next"), {
        Condition: { StringEquals: { "aws:PrincipalTag/desk": "4" } },
      }),
    },
    Forbidden: { trust: trust(user("ann")) },
    Bounded: { trust: trust(user("bounded")) },
  },
  scps: [{
    all: ANY,
    no: document({ Effect: "Deny", Action: "sts:AssumeRole", Resource: role("Forbidden") }),
  }],
  parameters: { "/a": { type: "String", value: "a" } },
};

/** The world as its file says it (JSON is YAML). */
export const assumeRoleWorld = (): World => parseWorld(JSON.stringify(WORLD), "world.yaml");
