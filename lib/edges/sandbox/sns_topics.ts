// sandbox: SNS topics, and what may be said of them.
import { AwsError } from "./aws_error.ts";
import type { State, Topic } from "./state.ts";

/** The ARN of a topic of the sandbox's account and region. */
export function topicArn({ region, account }: State, name: string): string {
  return `arn:aws:sns:${region}:${account}:${name}`;
}

/** Add a topic, or find it: making one twice is no mistake ("CreateTopic"). */
export function addTopic(
  state: State,
  name: string,
  attributes: ReadonlyMap<string, string> = new Map(),
): Topic {
  const arn = topicArn(state, name);
  const found = state.topics.get(arn);
  const differs = [...attributes].some(([key, value]) => found?.attributes.get(key) !== value);
  if (found !== undefined && differs) {
    throw invalid("Attributes Reason: Topic already exists with different attributes");
  }
  const topic = found ?? { arn, attributes };
  state.topics.set(arn, topic);
  return topic;
}

/** @throws {AwsError} `NotFound` */
export function findTopic({ topics }: State, arn: string): Topic {
  const topic = topics.get(arn);
  if (topic === undefined) throw new AwsError("NotFound", "Topic does not exist", 404);
  return topic;
}

/** SNS's word for a parameter that it doesn't take. */
export function invalid(reason: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);
}
