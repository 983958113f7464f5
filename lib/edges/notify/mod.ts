// notify: the face of the senders and of the outbox.
export {
  deliver,
  flush,
  type Flushed,
  type FlushLimits,
  keep,
  listed,
  type OutboxPorts,
} from "./outbox.ts";
export { machineNetwork, type Network } from "./pinned.ts";
export {
  type NotifyTarget,
  type Send,
  type SenderPorts,
  type Senders,
  sendersOf,
} from "./senders.ts";
