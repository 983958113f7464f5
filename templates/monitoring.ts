// templates: CloudTrail watched for what goes round Sentinel, as CloudFormation and Terraform.
import { commentBlock } from "./comments.ts";
import { type Resource, templateText } from "./cloudformation.ts";
import { Block, Expression, hclBlock, jsonEncoded } from "./hcl.ts";
import { pascalId, snakeId } from "./names.ts";
import { DEFAULT_BREAK_GLASS, DEFAULT_PROTECTED } from "./text.ts";
import { type Watch, watches, type WatchOptions } from "./monitoring_watches.ts";

export type { WatchOptions } from "./monitoring_watches.ts";

/** The forms that monitoring comes in: each is whole, so that one call sets it up. */
export const MONITORING_FORMS = ["cloudformation", "terraform"] as const;

const NAMESPACE = "Sentinel/Security";
const DESCRIPTION = "Messages about what goes round Sentinel, from CloudTrail";
// Also events that CloudTrail calls read-only (Amazon EventBridge User Guide, "Receiving read-only
// management events from AWS services"): taking a role is one of them.
const STATE = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/**
 * A topic, a rule for each thing that is watched, and with `logGroup` metric filters and alarms.
 *
 * @throws {SentinelError} `USAGE` for patterns that EventBridge can't take
 */
export function monitoring(
  options: WatchOptions,
  form: typeof MONITORING_FORMS[number],
): string {
  const all = watches(options);
  const comments = explain(all, options);
  return form === "cloudformation"
    ? cloudFormation(all, comments, options.logGroup)
    : terraform(all, comments, options.logGroup);
}

function explain(all: readonly Watch[], options: WatchOptions): readonly string[] {
  const { protectedRoles = DEFAULT_PROTECTED, breakGlassRoles = DEFAULT_BREAK_GLASS } = options;
  const { policyRoot = "/sentinel/", logGroup } = options;
  return [
    "binds: nothing; it tells a topic, and the topic whoever subscribes to it",
    ...all.map(({ id, sees }) => `sees (sentinel-${id}): ${sees}`),
    "does not see: a stamp that somebody wrote by hand in Sentinel's form; CloudTrail held against the " +
    "journal shows it",
    "does not see: regions where it isn't deployed. Put it where your STS calls go; IAM's and " +
    "Organizations' events and the root user's sign-ins come in us-east-1, Organizations' in the " +
    "management account alone",
    "does not see: calls across accounts that are recorded in the caller's account alone; put it there too",
    "rests on: a trail that records management events (EventBridge gets none without one)",
    "rests on: the topic's policy names the two services without conditions, since AWS doesn't say " +
    "which keys EventBridge brings; a stranger's rule could add noise, and silence nothing",
    ...(logGroup === undefined
      ? ["option --log-group NAME: metric filters and alarms besides, over the trail's log group"]
      : [`option --log-group ${logGroup}: the trail's log group; filters and alarms look there`]),
    `option --roles ${protectedRoles}: the roles that want a stamp`,
    `option --break-glass ${breakGlassRoles}: the roles for emergencies`,
    `option --policy-root ${policyRoot}: the parameters that hold policies`,
  ];
}

const alarmed = (all: readonly Watch[]): readonly Watch[] =>
  all.filter(({ filter }) => filter !== undefined);

const SERVICES = ["events.amazonaws.com", "cloudwatch.amazonaws.com"];

/** Who may use the topic's key: AWS's own key lets neither service in. */
const keyPolicy = (root: unknown) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Administration",
      Effect: "Allow",
      Principal: { AWS: root },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "Publishers",
      Effect: "Allow",
      Principal: { Service: SERVICES },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    },
  ],
});

const topicPolicy = (topic: unknown) => ({
  Version: "2012-10-17",
  Statement: [{
    Sid: "Publishers",
    Effect: "Allow",
    Principal: { Service: SERVICES },
    Action: "sns:Publish",
    Resource: topic,
  }],
});

function cloudFormation(
  all: readonly Watch[],
  comments: readonly string[],
  logGroup: string | undefined,
): string {
  const topic = { Ref: "SentinelAlerts" };
  const resources: Record<string, Resource> = {
    SentinelAlertsKey: {
      Type: "AWS::KMS::Key",
      Properties: {
        Description: "Encrypts Sentinel's alerts",
        EnableKeyRotation: true,
        KeyPolicy: keyPolicy({
          "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root",
        }),
      },
    },
    SentinelAlerts: {
      Type: "AWS::SNS::Topic",
      Properties: {
        TopicName: "sentinel-security-alerts",
        KmsMasterKeyId: { "Fn::GetAtt": ["SentinelAlertsKey", "Arn"] },
      },
    },
    SentinelAlertsPolicy: {
      Type: "AWS::SNS::TopicPolicy",
      Properties: { Topics: [topic], PolicyDocument: topicPolicy(topic) },
    },
  };
  for (const { id, sees, pattern } of all) {
    resources[pascalId(`Sentinel-${id}`)] = {
      Type: "AWS::Events::Rule",
      Properties: {
        Name: `sentinel-${id}`,
        Description: sees,
        State: STATE,
        EventPattern: pattern,
        Targets: [{ Id: "alerts", Arn: topic }],
      },
    };
  }
  for (const watch of alarmed(all)) {
    Object.assign(resources, alarmResources(watch, logGroup, topic));
  }
  const Outputs = { TopicArn: { Description: "Subscribe to it", Value: topic } };
  return templateText({ Description: DESCRIPTION, Resources: resources, Outputs }, comments);
}

const metricName = (id: string): string => pascalId(id);

function alarmResources(
  { id, sees, filter }: Watch,
  logGroup: string | undefined,
  topic: unknown,
): Record<string, Resource> {
  return {
    [`${pascalId(`Sentinel-${id}`)}Filter`]: {
      Type: "AWS::Logs::MetricFilter",
      Properties: {
        LogGroupName: logGroup,
        FilterName: `sentinel-${id}`,
        FilterPattern: filter?.pattern,
        MetricTransformations: [{
          MetricNamespace: NAMESPACE,
          MetricName: metricName(id),
          MetricValue: "1",
          DefaultValue: 0,
        }],
      },
    },
    [`${pascalId(`Sentinel-${id}`)}Alarm`]: {
      Type: "AWS::CloudWatch::Alarm",
      Properties: {
        AlarmName: `sentinel-${id}`,
        AlarmDescription: sees,
        Namespace: NAMESPACE,
        MetricName: metricName(id),
        Statistic: "Sum",
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: filter?.threshold,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        TreatMissingData: "notBreaching",
        AlarmActions: [topic],
      },
    },
  };
}

const ROOT = new Expression(
  '"arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"',
);
const TOPIC = new Expression("aws_sns_topic.sentinel_alerts.arn");

function terraform(
  all: readonly Watch[],
  comments: readonly string[],
  logGroup: string | undefined,
): string {
  const blocks = [
    hclBlock('data "aws_partition" "current"', {}),
    hclBlock('data "aws_caller_identity" "current"', {}),
    hclBlock('resource "aws_kms_key" "sentinel_alerts"', {
      description: "Encrypts Sentinel's alerts",
      enable_key_rotation: true,
      policy: jsonEncoded(keyPolicy(ROOT)),
    }),
    hclBlock('resource "aws_sns_topic" "sentinel_alerts"', {
      name: "sentinel-security-alerts",
      kms_master_key_id: new Expression("aws_kms_key.sentinel_alerts.arn"),
    }),
    hclBlock('resource "aws_sns_topic_policy" "sentinel_alerts"', {
      arn: TOPIC,
      policy: jsonEncoded(topicPolicy(TOPIC)),
    }),
    ...all.flatMap(terraformRule),
    ...alarmed(all).flatMap((watch) => terraformAlarm(watch, logGroup)),
    hclBlock('output "topic_arn"', { description: "Subscribe to it", value: TOPIC }),
  ];
  return `${commentBlock(comments, "#")}${blocks.join("\n")}`;
}

function terraformRule({ id, sees, pattern }: Watch): string[] {
  const name = snakeId(`sentinel-${id}`);
  return [
    hclBlock(`resource "aws_cloudwatch_event_rule" "${name}"`, {
      name: `sentinel-${id}`,
      description: sees,
      state: STATE,
      event_pattern: jsonEncoded(pattern),
    }),
    hclBlock(`resource "aws_cloudwatch_event_target" "${name}"`, {
      rule: new Expression(`aws_cloudwatch_event_rule.${name}.name`),
      target_id: "alerts",
      arn: TOPIC,
    }),
  ];
}

function terraformAlarm(
  { id, sees, filter }: Watch,
  logGroup: string | undefined,
): string[] {
  const name = snakeId(`sentinel-${id}`);
  return [
    hclBlock(`resource "aws_cloudwatch_log_metric_filter" "${name}"`, {
      name: `sentinel-${id}`,
      log_group_name: logGroup,
      pattern: filter?.pattern,
      metric_transformation: new Block("metric_transformation", {
        namespace: NAMESPACE,
        name: metricName(id),
        value: "1",
        default_value: "0",
      }),
    }),
    hclBlock(`resource "aws_cloudwatch_metric_alarm" "${name}"`, {
      alarm_name: `sentinel-${id}`,
      alarm_description: sees,
      namespace: NAMESPACE,
      metric_name: metricName(id),
      statistic: "Sum",
      period: 300,
      evaluation_periods: 1,
      threshold: filter?.threshold,
      comparison_operator: "GreaterThanOrEqualToThreshold",
      treat_missing_data: "notBreaching",
      alarm_actions: [TOPIC],
    }),
  ];
}
