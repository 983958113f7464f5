// hostile: an AWS that never answers. In a file of its own: it takes the time that a call may take.
import { strict as assert } from "node:assert";
import { onStage, refused } from "./stage.ts";

const full = Deno.env.get("SENTINEL_TEST_FULL") === "1";

/** Most seconds that the whole command may take, start of the process included. */
const CASES = [
  { action: "AssumeRole", tries: 1, seconds: 13, said: "10 s", last: "outcome", ignore: false },
  {
    action: "GetCallerIdentity",
    tries: 2,
    seconds: 23,
    said: "20 s",
    last: "refused",
    ignore: !full,
  },
];

for (const { action, tries, seconds, said, last, ignore } of CASES) {
  Deno.test({
    name: `a silent ${action} is given up after ${said}`,
    ignore,
    fn: () =>
      onStage(async (stage) => {
        await stage.control("fault", { service: "sts", action, kind: "hang", times: 9 });
        const start = performance.now();
        const ran = await stage.run(["credentials", "-p", "dev"]);
        const took = (performance.now() - start) / 1000;
        refused(ran, "AWS_UNREACHABLE");
        assert.ok(took < seconds, `${took.toFixed(1)} s`);
        assert.ok(ran.err.includes(`no answer within ${said}`), ran.err);
        assert.equal(await stage.count(`sts:${action}`), tries);
        const end = (await stage.journal()).at(-1);
        assert.deepEqual([end?.kind, end?.code], [last, "AWS_UNREACHABLE"]);
        await stage.control("fault", { service: "sts", action, kind: "hang", times: 0 });
        assert.equal((await stage.run(["credentials", "-p", "dev"])).code, 0);
      }),
  });
}
