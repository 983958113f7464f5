// clients: the AWS SDK for JavaScript told by the AWS config alone; one line of JSON a call.
//
// Arguments: chain or ini, profile ("" = what the environment holds), calls, milliseconds between.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-providers";

const [way = "", profile = "", calls = "1", pause = "0"] = Deno.args;
// A client that is told nothing takes the default chain, as most programs do. The two renew in
// different ways.
const sts = new STSClient(
  profile === "" ? {} : way === "ini" ? { credentials: fromIni({ profile }) } : { profile },
);
for (let i = 0; i < Number(calls); i++) {
  if (i > 0) await new Promise((resolve) => setTimeout(resolve, Number(pause)));
  const at = Date.now();
  const line: { at: number; took?: number; arn?: string; error?: string } = { at };
  try {
    line.arn = (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? "";
  } catch (error) {
    line.error = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    Deno.exitCode = 1;
  }
  console.log(JSON.stringify({ ...line, took: Date.now() - at }));
}
sts.destroy();
