// gate: the face of the one way to credentials.
export { authorize } from "./authorize.ts";
export { grant } from "./grant.ts";
export type {
  ApprovalAnswer,
  ApprovalQuestion,
  Approved,
  Ask,
  Authorization,
  AuthorizePorts,
  GatePorts,
  Grant,
  Judged,
  LoadedPolicy,
  PinnedProfile,
} from "./ports.ts";
