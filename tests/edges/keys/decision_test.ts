// keys: a decision about a request, signed by an opened key and judged by what is pinned.
import { strict as assert } from "node:assert";
import { decisionOf, judgeDecision, signDecision } from "../../../lib/core/approvals/mod.ts";
import {
  APPROVAL_CONTEXT,
  pinnedKey,
  publicPem,
  textSigner,
  textVerifier,
} from "../../../lib/core/keys/mod.ts";
import { loadSigner } from "../../../lib/edges/journal/signing.ts";
import { makeKey, openKey } from "../../../lib/edges/keys/mod.ts";
import { at, filed, lea, mara } from "../../core/approvals/people.ts";
import { withFolder } from "./desk.ts";

const NOW = at("09:00:00.000");

Deno.test("a signed decision is good under the pinned key of whose decision it is, and under no other", () =>
  withFolder(async (folder) => {
    const pins = [];
    for (const owner of ["lea", "tom"]) {
      const pem = publicPem(await makeKey(`file:${folder}/${owner}.pem`));
      pins.push({ owner, key: await textVerifier(pinnedKey(pem), APPROVAL_CONTEXT) });
    }
    const open = async (name: string, context = APPROVAL_CONTEXT) =>
      await textSigner(await openKey(`file:${folder}/${name}.pem`, context));
    const said = await decisionOf(await filed(), lea, "approve", "seen the graphs", NOW);
    const good = await signDecision(said, await open("lea"));
    assert.equal(await judgeDecision(good, pins), "good");
    assert.equal(await judgeDecision({ ...good, verdict: "deny" }, pins), "wrong");
    assert.equal(await judgeDecision({ ...good, approverId: mara.id }, pins), "wrong");
    assert.equal(await judgeDecision(good, pins.slice(1)), "foreign-key");
    assert.equal(
      await judgeDecision(await signDecision(said, await open("tom")), pins),
      "foreign-owner",
    );
    // The same key, over the same bytes, for another purpose: a policy's, and the journal's.
    const forPolicy = await signDecision(said, await open("lea", "sentinel policy v1"));
    assert.equal(await judgeDecision(forPolicy, pins), "wrong");
    const byJournal = await signDecision(said, await loadSigner(`${folder}/lea.pem`));
    assert.equal(byJournal.signature?.key, good.signature?.key);
    assert.equal(await judgeDecision(byJournal, pins), "wrong");
  }));
