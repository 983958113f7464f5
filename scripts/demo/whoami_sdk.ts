// demo: a program that knows nothing of Sentinel: the AWS SDK, told a profile by the AWS config.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-providers";

const [profile = ""] = Deno.args;
const sts = new STSClient({ credentials: fromIni({ profile }) });
console.log((await sts.send(new GetCallerIdentityCommand({}))).Arn);
sts.destroy();
