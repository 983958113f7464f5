// identity: the name that policies and the source identity know a caller by.
import { encodeBase32 } from "../text/base32.ts";
import type { Issuer, Principal } from "./types.ts";

/** Most characters of a user name in a source identity. */
export const MAX_SOURCE_IDENTITY_USER = 24;

const READABLE = 13;
const DIGEST = 10;
/** No `+` (marks a derived name) and no `=` (parts the source identity). */
const AS_IT_IS = /^[A-Za-z0-9_,.@-]+$/;
/** Every name that {@link policyUser} can give: as it is, or derived. */
export const POLICY_USER = /^(?:[A-Za-z0-9_,.@-]{1,64}|[A-Za-z0-9_,.@-]{0,13}\+[a-z2-7]{10})$/;

/**
 * True when `issuer` vouches for the caller's own name. A session name is otherwise chosen by
 * whoever assumes the role, and says nothing.
 */
export function isVouched(principal: Principal, issuer: Issuer | null): boolean {
  if (issuer === null) return false;
  if (issuer.kind === "iam-users") {
    return principal.kind === "user" && principal.account === issuer.account;
  }
  return principal.kind === "assumed-role" && principal.permissionSet !== null &&
    issuer.accounts.includes(principal.account);
}

/**
 * The policy user name. A name that the issuer vouches for stands as it is, unless it holds `+`
 * or `=`; every other caller gets `<up to 13 readable characters>+<10 of base32>`, with the role's
 * name (never the session's) as the readable part of a role session.
 *
 * Since no name that stands as it is holds a `+`, the two forms can't meet.
 */
export function policyUser(principal: Principal, issuer: Issuer | null): Promise<string> {
  const vouched = isVouched(principal, issuer);
  if (vouched && AS_IT_IS.test(principal.name)) return Promise.resolve(principal.name);
  return derivedName(principal, vouched);
}

/**
 * The user part of a source identity: the policy user name itself if it has at most 24 characters,
 * else a derived name.
 *
 * @param user what {@link policyUser} gave for `principal`. Derived names always fit, so a longer
 * one is a vouched one
 */
export function sourceIdentityUser(user: string, principal: Principal): Promise<string> {
  if (user.length <= MAX_SOURCE_IDENTITY_USER) return Promise.resolve(user);
  return derivedName(principal, true);
}

/**
 * A vouched role session is a person of the Identity Center store, the same one in each account
 * and with each permission set: so it is derived from the store's name for them, since otherwise
 * one person would be several (and could approve their own request), and all who share a
 * permission set would be one.
 */
async function derivedName(principal: Principal, vouched: boolean): Promise<string> {
  const { partition, account, kind, name, role, uniqueId } = principal;
  const storeUser = vouched && kind === "assumed-role";
  const subject = storeUser
    ? [partition, "identity-center", kind, name]
    : [partition, account, kind, uniqueId];
  const readable = (storeUser ? name : role ?? name).replace(/[^A-Za-z0-9_,.@-]/g, "");
  const bytes = new TextEncoder().encode(JSON.stringify(subject));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `${readable.slice(0, READABLE)}+${encodeBase32(digest).slice(0, DIGEST).toLowerCase()}`;
}
