// demo: goes round Sentinel: base keys ask STS for a role directly, with a source identity or none.
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-providers";

const [profile = "", role = "", sourceIdentity] = Deno.args;
const sts = new STSClient({ credentials: fromIni({ profile }) });
try {
  const { AssumedRoleUser, SourceIdentity } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: role,
      RoleSessionName: "by-hand",
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    }),
  );
  console.log(`${AssumedRoleUser?.Arn} as ${SourceIdentity}`);
} catch (error) {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  Deno.exitCode = 1;
} finally {
  sts.destroy();
}
