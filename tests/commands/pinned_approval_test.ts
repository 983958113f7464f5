// commands: approvals of pinned profiles: what can't be pinned is not believed.
import { strict as assert } from "node:assert";
import { approvalFor, type DeskParts } from "../../commands/desk.ts";
import { SentinelError } from "../../lib/core/errors/mod.ts";

Deno.test("a pinned profile uses no approval, and no store is opened", async () => {
  const asked: string[] = [];
  const isPinned = (profile: string) => (asked.push(profile), Promise.resolve(profile === "prod"));
  // Whatever else were asked for would throw a TypeError.
  const parts = { work: { isPinned } } as unknown as DeskParts;
  const question = { profile: "prod", role: null, caller: parts.caller };
  const error = await approvalFor(question, parts).then(
    () => assert.fail("an approval was looked for"),
    (thrown) => thrown,
  );
  assert.ok(error instanceof SentinelError, String(error));
  assert.equal(error.code, "PIN_CONFLICT");
  assert.deepEqual(asked, ["prod"]);
});
