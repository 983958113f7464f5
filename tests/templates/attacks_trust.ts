// template tests: who comes to a protected role, and how: one list for our evaluator and the judge.
import type { TrustOptions } from "../../templates/trust.ts";
import { root, type Row, session, user } from "./judge.ts";

export const STAMP = "sentinel=mara=direct=0123456789abcdef";
const LEA = "sentinel=lea=ap-01234567=0123456789abcdef";
const HEX = "0123456789abcdef";
const USERS = ["arn:aws:iam::111122223333:user/mara", "arn:aws:iam::111122223333:user/team/lea"];

/** The path of the role that Identity Center makes of a set; its end is drawn. */
export const entryRole = (set: string, region = "eu-central-1/"): string =>
  `aws-reserved/sso.amazonaws.com/${region}AWSReservedSSO_${set}_${HEX}`;
const ENTRY = entryRole("SentinelEntry");
const TAGS = { "sentinel:request": HEX, "sentinel:ticket": "INC-7" };

/** A trust policy and everybody who tries it. */
export interface Variant {
  options: TrustOptions;
  rows: readonly Row[];
}

/**
 * What is tried on every first hop by a caller whom the policy lets in (`good`).
 *
 * @param good an attempt that is allowed
 */
function commonAttacks(good: Row["attempt"]): Row[] {
  const { stamp: _, ...unstamped } = good;
  return [
    { name: "as it should be", attempt: good, wanted: "allowed" },
    { name: "no stamp", attempt: unstamped, wanted: "refused" },
    { name: "a stamp of another tool", attempt: { ...good, stamp: "mara" }, wanted: "refused" },
    {
      name: "a stamp with the colon that AWS doesn't take",
      attempt: { ...good, stamp: "sentinel:mara:direct:00" },
      wanted: "refused",
    },
    { name: "the account root", attempt: { ...good, principal: root() }, wanted: "refused" },
    {
      name: "the root of another account",
      attempt: { ...good, principal: root("444455556666") },
      wanted: "refused",
    },
    {
      name: "a session of the role itself, to renew for ever",
      attempt: { ...good, principal: session("SentinelProtected-Prod"), carried: STAMP },
      wanted: "refused",
    },
    {
      name: "through a chained role",
      attempt: { ...good, principal: session("SentinelProtected-Hub"), carried: STAMP },
      wanted: "refused",
    },
    {
      name: "the right caller, stamped already",
      attempt: { ...good, carried: good.stamp ?? STAMP },
      wanted: "refused",
    },
    {
      name: "sts:SetSourceIdentity not trusted",
      attempt: { ...good, untrusted: "sts:SetSourceIdentity" },
      wanted: "refused",
    },
    {
      name: "another principal",
      attempt: { ...good, principal: session("Other") },
      wanted: "refused",
    },
  ];
}

const UNTAGGED = (good: Row["attempt"]): Row => ({
  name: "tags where none are let in",
  attempt: { ...good, tags: TAGS },
  wanted: "refused",
});

const TAGGED = (good: Row["attempt"]): Row[] => [
  { name: "Sentinel's tags", attempt: { ...good, tags: TAGS }, wanted: "allowed" },
  {
    name: "somebody's own tag",
    attempt: { ...good, tags: { ...TAGS, department: "root" } },
    wanted: "refused",
  },
  {
    name: "Sentinel's tags without a stamp",
    attempt: { principal: good.principal, tags: TAGS },
    wanted: "refused",
  },
  {
    name: "sts:TagSession not trusted",
    attempt: { ...good, tags: TAGS, untrusted: "sts:TagSession" },
    wanted: "refused",
  },
];

const MARA = { principal: user("mara"), stamp: STAMP };
const WITH_ID = { ...MARA, externalId: "build-7" };
const FROM_ENTRY = { principal: session(ENTRY), stamp: STAMP };
const FROM_TVM = { principal: session("service/SentinelTVM"), stamp: STAMP };
const FROM_AWAY = { principal: session("SentinelTVM", "444455556666"), stamp: STAMP };
const HUB = session("SentinelProtected-Hub");

/** Every kind of trust policy. */
export const VARIANTS: Readonly<Record<string, Variant>> = {
  "iam-users": {
    options: { callers: { kind: "iam-users", users: USERS } },
    rows: [
      ...commonAttacks(MARA),
      UNTAGGED(MARA),
      {
        name: "a user in a path",
        attempt: { principal: user("team/lea"), stamp: LEA },
        wanted: "allowed",
      },
      { name: "somebody else's name", attempt: { ...MARA, stamp: LEA }, wanted: "refused" },
      {
        name: "a name that begins with the own one",
        attempt: { ...MARA, stamp: "sentinel=mara2=direct=0123456789abcdef" },
        wanted: "refused",
      },
      {
        name: "the own name written by hand, which classic mode can't tell",
        attempt: { ...MARA, stamp: "sentinel=mara=direct=ffffffffffffffff" },
        wanted: "allowed",
      },
      {
        name: "a user who isn't named",
        attempt: { principal: user("eve"), stamp: "sentinel=eve=direct=0123456789abcdef" },
        wanted: "refused",
      },
      {
        name: "the same name in another account",
        attempt: { principal: user("mara", "444455556666"), stamp: STAMP },
        wanted: "refused",
      },
    ],
  },
  "iam-users-tags-external-id": {
    options: { callers: { kind: "iam-users", users: USERS }, tags: true, externalId: "build-7" },
    rows: [
      ...commonAttacks(WITH_ID),
      ...TAGGED(WITH_ID),
      { name: "no external id", attempt: MARA, wanted: "refused" },
      {
        name: "another external id",
        attempt: { ...MARA, externalId: "build-8" },
        wanted: "refused",
      },
    ],
  },
  "permission-set": {
    options: {
      callers: { kind: "permission-set", account: "111122223333", name: "SentinelEntry" },
      tags: true,
    },
    rows: [
      ...commonAttacks(FROM_ENTRY),
      ...TAGGED(FROM_ENTRY),
      {
        name: "the entry set, no region in its path",
        attempt: { ...FROM_ENTRY, principal: session(ENTRY.replace("eu-central-1/", "")) },
        wanted: "allowed",
      },
      {
        name: "the entry set, whose own policy lacks sts:SetSourceIdentity",
        attempt: { ...FROM_ENTRY, lacks: "sts:SetSourceIdentity" },
        wanted: "refused",
      },
      {
        name: "another set",
        attempt: { ...FROM_ENTRY, principal: session(entryRole("Admin")) },
        wanted: "refused",
      },
      {
        name: "a set whose name begins like the entry set's",
        attempt: { ...FROM_ENTRY, principal: session(entryRole("SentinelEntry_x")) },
        wanted: "refused",
      },
      {
        name: "a set whose name ends like the entry role's",
        attempt: {
          ...FROM_ENTRY,
          principal: session(entryRole("AWSReservedSSO_SentinelEntry")),
        },
        wanted: "refused",
      },
      {
        name: "a role of that name outside Identity Center's path",
        attempt: { ...FROM_ENTRY, principal: session(`AWSReservedSSO_SentinelEntry_${HEX}`) },
        wanted: "refused",
      },
      { name: "a user of the account", attempt: MARA, wanted: "refused" },
      {
        name: "the entry set of another account",
        attempt: { ...FROM_ENTRY, principal: session(ENTRY, "444455556666") },
        wanted: "refused",
      },
    ],
  },
  "roles-first": {
    options: {
      callers: { kind: "roles", roles: ["arn:aws:iam::111122223333:role/service/SentinelTVM"] },
    },
    rows: [...commonAttacks(FROM_TVM), UNTAGGED(FROM_TVM)],
  },
  "roles-other-account": {
    options: {
      callers: { kind: "roles", roles: ["arn:aws:iam::444455556666:role/SentinelTVM"] },
      tags: true,
    },
    rows: [
      ...commonAttacks(FROM_AWAY),
      ...TAGGED(FROM_AWAY),
      ...["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"].map((lacks): Row => ({
        name: `the named role, whose own policy lacks ${lacks}`,
        attempt: { ...FROM_AWAY, tags: TAGS, lacks },
        wanted: "refused",
      })),
      {
        name: "a role of that name at home",
        attempt: { principal: session("SentinelTVM"), stamp: STAMP },
        wanted: "refused",
      },
    ],
  },
  "roles-chained": {
    options: {
      callers: { kind: "roles", roles: ["arn:aws:iam::111122223333:role/SentinelProtected-Hub"] },
      hop: "chained",
      tags: true,
    },
    rows: [
      { name: "a stamped session", attempt: { principal: HUB, carried: STAMP }, wanted: "allowed" },
      {
        name: "a stamped session that says its stamp again",
        attempt: { principal: HUB, carried: STAMP, stamp: STAMP },
        wanted: "allowed",
      },
      {
        name: "a stamped session with tags",
        attempt: { principal: HUB, carried: STAMP, tags: TAGS },
        wanted: "allowed",
      },
      {
        name: "a stamped session with somebody's own tag",
        attempt: { principal: HUB, carried: STAMP, tags: { department: "root" } },
        wanted: "refused",
      },
      {
        name: "an unstamped session that sets a stamp now",
        attempt: { principal: HUB, stamp: STAMP },
        wanted: "refused",
      },
      { name: "an unstamped session", attempt: { principal: HUB }, wanted: "refused" },
      {
        name: "a session with a foreign source identity",
        attempt: { principal: HUB, carried: "mara" },
        wanted: "refused",
      },
      {
        name: "a stamped session of another role",
        attempt: { principal: session("Other"), carried: STAMP },
        wanted: "refused",
      },
      {
        name: "sts:SetSourceIdentity not trusted",
        attempt: { principal: HUB, carried: STAMP, untrusted: "sts:SetSourceIdentity" },
        wanted: "refused",
      },
      {
        name: "the account root",
        attempt: { principal: root(), stamp: STAMP },
        wanted: "refused",
      },
    ],
  },
};
