# clients: botocore told by the AWS config alone; one line of JSON a call.
# Arguments: profile ("" = what the environment holds), calls, milliseconds between calls.
import json
import sys
import time

import botocore.session

profile, calls, pause = sys.argv[1] or None, int(sys.argv[2]), int(sys.argv[3])
client = None
code = 0
for i in range(calls):
    if i > 0:
        time.sleep(pause / 1000)
    began = time.time()
    line = {"at": round(began * 1000)}
    try:
        client = client or botocore.session.Session(profile=profile).create_client("sts")
        line["arn"] = client.get_caller_identity()["Arn"]
    except Exception as error:
        line["error"] = f"{type(error).__name__}: {error}"
        code = 1
    line["took"] = round((time.time() - began) * 1000)
    print(json.dumps(line), flush=True)
sys.exit(code)
