// aws tests: the harness itself; what it starts, makes and leaves behind.
import { strict as assert } from "node:assert";
import { GetUserCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { defaultWorld } from "../../lib/edges/sandbox/mod.ts";
import { client, failure, keysOf } from "../edges/sandbox/fixture.ts";
import { findMoto, type Moto, motoWanted, startMoto } from "./moto.ts";
import { seedWorld } from "./seed.ts";

const program = motoWanted() ? await findMoto() : "SENTINEL_TEST_MOTO isn't 1";
const reason = typeof program === "string" ? program : null;
if (reason !== null) console.log(`SKIP the harness of moto: ${reason}`);

/** A test with a moto of its own. */
function withOwnMoto(name: string, test: (moto: Moto) => Promise<void>): void {
  Deno.test({
    name,
    ignore: reason !== null,
    fn: async () => {
      if (typeof program === "string") return;
      const moto = await startMoto(program, defaultWorld().account);
      try {
        await test(moto);
      } finally {
        await moto.stop();
      }
    },
  });
}

withOwnMoto("[ours] startMoto() listens on loopback, and stop() leaves nothing", async (moto) => {
  const { port, hostname } = new URL(moto.endpoint);
  assert.equal(hostname, "127.0.0.1");
  (await Deno.connect({ hostname, port: Number(port) })).close();
  await moto.stop();
  await assert.rejects(Deno.connect({ hostname, port: Number(port) }));
  assert.throws(() => Deno.kill(moto.pid, "SIGCONT"), "the process is gone");
});

withOwnMoto("[ours] seedWorld() makes the world, and reset() forgets it", async (moto) => {
  const world = await seedWorld(moto.endpoint, defaultWorld());
  const aws = { endpoint: moto.endpoint, world };
  const [iam, sts] = [client.iam(aws, keysOf(aws, "sam")), client.sts(aws, keysOf(aws, "mara"))];
  assert.match((await sts.send(new GetCallerIdentityCommand({}))).Arn ?? "", /:user\/mara$/);
  const roles = async () =>
    (await iam.send(new ListRolesCommand({}))).Roles?.map((role) => role.RoleName).sort();
  assert.deepEqual(await roles(), world.roles.map((role) => role.name).sort());
  await moto.reset();
  assert.deepEqual(await roles(), []);
  const gone = await failure(iam.send(new GetUserCommand({ UserName: "mara" })));
  assert.equal(gone.code, "NoSuchEntityException");
  iam.destroy();
  sts.destroy();
});

Deno.test("[ours] moto is started only where it is asked for", () => {
  const asked = ["SENTINEL_TEST_FULL", "SENTINEL_TEST_MOTO"].map((name) => Deno.env.get(name));
  assert.equal(motoWanted(), asked.includes("1"));
});
