// approvals: the room's face. Requests, who may decide about them, and what an approval is worth.
export {
  type Clerk,
  type DeskPorts,
  judgeRequest,
  requestOf,
  revoke,
  type Settled,
  settleExpiry,
  submit,
  withdraw,
} from "./desk.ts";
export {
  findApproval,
  type Found,
  type LookupPorts,
  type Need,
  type UsableApproval,
} from "./lookup.ts";
export { listRequests, OPEN_STATES, type RequestFilter } from "./listing.ts";
export { approvalDigest, type ApprovalStatement, statementOf } from "./digest.ts";
export { type Canonical, canonicalBytes, canonicalJson } from "./canonical.ts";
export { decisionOf, type Filed, fileRequest, type Wish } from "./create.ts";
export {
  REQUEST_EVENTS,
  type RequestEvent,
  requestEvent,
  type RequestEventType,
} from "./events.ts";
export { grantIdOf, isRecordId, newRecordId } from "../store/ids.ts";
export {
  approverOf,
  cancel,
  consume,
  decide,
  expire,
  type RequestChange,
  requesterOf,
  stateAt,
  takeBack,
} from "./machine.ts";
export { isExactly, isSamePerson, knownAs, type Person, personNamed, personOf } from "./person.ts";
export { type ApprovalPlan, canBeApproved, isAutomatic, lapsedBy, planFor } from "./plan.ts";
export {
  type ApprovalPolicy,
  type ApprovalRule,
  type AutoApprove,
  MAX_WINDOW_SECONDS,
  parseApprovalPolicy,
} from "./policy.ts";
export { judgeQuorum, type NoRight, type Quorum, type Requirement, rightOf } from "./quorum.ts";
export { readRequest, REQUEST_STATES } from "./record.ts";
export {
  type ApproverKey,
  decisionBytes,
  judgeDecision,
  type SignatureVerdict,
  signDecision,
} from "./sign.ts";
export type {
  AccessRequest,
  Change,
  Decision,
  DecisionSignature,
  RequestState,
  Use,
} from "./types.ts";
export {
  type Choice,
  chooseApproval,
  judgeUse,
  type Usable,
  type UseQuestion,
  type UseVerdict,
} from "./use.ts";
