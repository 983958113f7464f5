// commands: the desk where approvals are asked for, given and looked up. Part of the composition root.
import {
  type ApprovalPolicy,
  type Clerk,
  type DeskPorts,
  findApproval,
  parseApprovalPolicy,
  personOf,
} from "../lib/core/approvals/mod.ts";
import { SentinelError } from "../lib/core/errors/mod.ts";
import type { Caller } from "../lib/core/sessions/types.ts";
import { perCall } from "../lib/core/store/per_call.ts";
import { parseStoreLocation } from "../lib/core/store/location.ts";
import type { StorePort } from "../lib/core/store/types.ts";
import { quoted } from "../lib/core/text/printable.ts";
import type { SigningKeys } from "../lib/edges/aws/sign.ts";
import { lookAt } from "../lib/edges/os/owner.ts";
import { policyText } from "../lib/edges/policy/load.ts";
import { openStore } from "../lib/edges/store/open.ts";
import type { ApprovalAnswer, ApprovalQuestion } from "../lib/gate/mod.ts";
import type { Base } from "./base.ts";
import { openRecord } from "./wiring.ts";
import type { Workplace } from "./workplace.ts";

/** What the desk is made of. */
export interface DeskParts {
  base: Base;
  work: Workplace;
  caller: Caller;
  /** The caller's own keys, for a store in AWS. */
  credentials(): SigningKeys;
}

/** The file that says who may approve what, in Sentinel's configuration directory. */
const APPROVAL_FILE = "approval.yaml";

/**
 * The approval that the gate may use for a question.
 * @throws SentinelError `PIN_CONFLICT` for a pinned profile: neither the approval policy nor the
 * store is pinned yet, so an approval would be whatever the owner of this machine writes
 */
export async function approvalFor(
  question: ApprovalQuestion,
  parts: DeskParts,
): Promise<ApprovalAnswer> {
  const { base, work, caller } = parts;
  const { profile, role } = question;
  if (await work.isPinned(profile)) throw pinned(profile);
  const location = await locationOf(work, profile);
  if (!isThere(location)) return { approved: null, waiting: [] };
  const ports = {
    store: storeAt(location, profile, parts),
    policies: approvalPolicies(work),
    keys: null,
    now: () => base.now(),
  };
  const person = await clerkOf(work, caller);
  return await findApproval(ports, { caller: person, profile, role });
}

/** The desk as whoever only looks sees it. */
export interface DeskView extends Pick<DeskPorts, "policies"> {
  /** `null` where nobody ever asked: then there is no store yet, and looking makes none. */
  store: StorePort | null;
  clerk: Clerk;
}

/** What is kept, for looking. */
export async function viewDesk(parts: DeskParts): Promise<DeskView> {
  const { work, caller } = parts;
  const location = await locationOf(work, null);
  return {
    store: isThere(location) ? storeAt(location, null, parts) : null,
    policies: approvalPolicies(work),
    clerk: await clerkOf(work, caller),
  };
}

function isThere(location: string): boolean {
  const kept = parseStoreLocation(location);
  return kept.kind !== "sqlite" || lookAt(kept.path) !== null;
}

/**
 * The desk as `caller` stands before it.
 * @param profile the one that is asked for; `null` = requests of any profile
 * @throws SentinelError `PIN_CONFLICT` for a pinned profile: nothing that is approved would count
 */
export async function openDesk(
  parts: DeskParts,
  profile: string | null,
): Promise<{ ports: DeskPorts; clerk: Clerk }> {
  const { base, work, caller } = parts;
  if (profile !== null && await work.isPinned(profile)) throw pinned(profile);
  const ports: DeskPorts = {
    store: storeAt(await locationOf(work, profile), profile, parts),
    journal: await openRecord(base, work),
    now: () => base.now(),
    policies: approvalPolicies(work),
    sign: null,
    about: { pins: await work.pins() === null ? "unpinned" : "pinned", version: base.version },
  };
  return { ports, clerk: await clerkOf(work, caller) };
}

async function clerkOf(work: Workplace, { principal, user }: Caller): Promise<Clerk> {
  return { ...personOf(principal, user, await work.issuer()), arn: principal.arn };
}

async function locationOf(work: Workplace, profile: string | null): Promise<string> {
  return (await work.setting("store", profile)).value ??
    `sqlite:${work.directories().state}/sentinel.db`;
}

// Opened for each call: nothing is held while AWS, a person or another program is waited for.
function storeAt(location: string, profile: string | null, parts: DeskParts): StorePort {
  const { base, work, credentials } = parts;
  const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
  const now = () => base.now();
  const random = (bytes: number) => base.random(bytes);
  return perCall(() =>
    openStore(location, {
      sqlite: { now, sleep, random },
      dynamodb: async () => ({
        // Who decides names no profile: then the base credentials' own region is meant.
        region: profile === null
          ? (await work.leafOnly()).region
          : (await work.setting("region", profile)).value,
        endpoint: await work.dynamoEndpoint(profile),
        credentials: () => Promise.resolve(credentials()),
        now,
        random,
      }),
    })
  );
}

function approvalPolicies(work: Workplace): readonly ApprovalPolicy[] {
  const text = policyText(`${work.directories().config}/${APPROVAL_FILE}`, APPROVAL_FILE);
  return text === null ? [] : [parseApprovalPolicy(text, APPROVAL_FILE)];
}

function pinned(profile: string): SentinelError {
  return new SentinelError(
    "PIN_CONFLICT",
    `Cannot use approvals for ${quoted(profile)}: it is pinned, and this version can't pin ` +
      "who may approve, nor where approvals are kept",
    { hint: "take the pin away, or let a rule of the pinned policy allow it" },
  );
}
