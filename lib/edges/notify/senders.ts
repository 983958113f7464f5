// notify: targets by name, each with its way of sending.
import type { Envelope, Link, Sending } from "../../core/notify/mod.ts";
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import type { CallLimits } from "../aws/call.ts";
import type { SigningKeys } from "../aws/sign.ts";
import type { Network } from "./pinned.ts";

/** A target, as configuration names it. */
export type NotifyTarget =
  /** `secret` signs bodies; `null` = unsigned. */
  | { name: string; kind: "webhook"; url: string; secret: string | null }
  | { name: string; kind: "slack" | "teams"; url: string }
  /** ARN of a standard topic. */
  | { name: string; kind: "sns"; topic: string }
  /** `region`: where SES knows the sender; `null` = the caller's. */
  | { name: string; kind: "ses"; from: string; to: readonly string[]; region: string | null };

/** What senders need of the world. */
export interface SenderPorts {
  network: Network;
  now(): Date;
  /** Where requests can be read; `null` = nowhere. */
  link: Link | null;
  aws: {
    /** Asked for where a target is in AWS, once for each try. */
    credentials(): Promise<SigningKeys>;
    region: string | null;
    /** `null` = AWS's own. */
    endpoint(service: "sns" | "ses"): string | null;
    fetch?: CallLimits["fetch"];
  };
}

/** One try to send to the target of a name, within `timeoutMs`. */
export type Send = (name: string, envelope: Envelope, timeoutMs: number) => Promise<Sending>;

/** The targets' names and their sender, as the outbox wants them. */
export interface Senders {
  targets: ReadonlySet<string>;
  /** Throws `CONFIG_INVALID` for a name that is none's, and what each sender throws. */
  send: Send;
}

/**
 * Senders for targets.
 * @throws {SentinelError} `CONFIG_INVALID` for two of one name
 */
export function sendersOf(targets: readonly NotifyTarget[], ports: SenderPorts): Senders {
  const byName = new Map(targets.map((target) => [target.name, target]));
  if (byName.size < targets.length) {
    throw new SentinelError("CONFIG_INVALID", "Cannot use targets: found two of one name");
  }
  return {
    targets: new Set(byName.keys()),
    send: async (name, envelope, timeoutMs) => {
      const target = byName.get(name);
      if (target !== undefined) return await sendTo(target, envelope, ports, timeoutMs);
      throw new SentinelError(
        "CONFIG_INVALID",
        `Cannot send to ${quoted(name, 80)}: no such target`,
      );
    },
  };
}

/** Each way's code is loaded when it is first gone. */
async function sendTo(
  target: NotifyTarget,
  envelope: Envelope,
  ports: SenderPorts,
  timeoutMs: number,
): Promise<Sending> {
  const { network, now, link } = ports;
  const options = { network, now, timeoutMs };
  switch (target.kind) {
    case "webhook":
      return await (await import("./webhook.ts")).sendWebhook(target, envelope, options);
    case "slack":
    case "teams":
      return await (await import("./chat.ts")).sendChat({ ...target, link }, envelope, options);
    case "sns": {
      const aws = await awsOptions(ports, "sns", timeoutMs);
      return await (await import("./sns.ts")).sendSns({ arn: target.topic }, envelope, aws);
    }
    case "ses": {
      const aws = await awsOptions(ports, "ses", timeoutMs);
      const region = target.region ?? ports.aws.region;
      const { sendMail } = await import("./ses.ts");
      return await sendMail({ ...target, link }, envelope, { ...aws, region });
    }
  }
}

async function awsOptions({ aws, now }: SenderPorts, service: "sns" | "ses", timeoutMs: number) {
  return {
    credentials: await aws.credentials(),
    endpoint: aws.endpoint(service),
    now,
    timeoutMs,
    totalMs: timeoutMs,
    ...(aws.fetch === undefined ? {} : { fetch: aws.fetch }),
  };
}
