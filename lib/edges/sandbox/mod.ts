// sandbox: the face; AWS that fits on loopback.
import { control } from "./control.ts";
import { answer, type Services } from "./answer.ts";
import { homePaths } from "./home.ts";
import { hex } from "../../core/text/hex.ts";
import type { Random } from "./random.ts";
import { createState, settleWorld } from "./seed.ts";
import type { TrailRecord } from "./state.ts";
import { cloudtrail } from "./cloudtrail.ts";
import { dynamodb } from "./dynamodb.ts";
import { iam } from "./iam.ts";
import { kms } from "./kms.ts";
import { ses } from "./ses.ts";
import { sns } from "./sns.ts";
import { ssm } from "./ssm.ts";
import { sts } from "./sts.ts";
import type { SettledWorld, World } from "./world.ts";

export { writeHome } from "./home.ts";
export type { Random } from "./random.ts";
export type { TrailRecord } from "./state.ts";
export { defaultWorld, parseWorld } from "./world_file.ts";
export type {
  NamedDocument,
  SettledWorld,
  World,
  WorldIdentity,
  WorldKey,
  WorldKeys,
  WorldParameter,
  WorldProfile,
  WorldRole,
  WorldUser,
} from "./world.ts";

/** What a sandbox starts with. */
export interface SandboxOptions {
  /** Port on 127.0.0.1; 0 = a free one. */
  port: number;
  /** What stands at the start: `defaultWorld()`, or `parseWorld(…)`. */
  world: World;
  /** Real time, ms since the epoch; the sandbox adds its own offset. */
  now: () => number;
  /** Where every key, token, id and the control path come from. */
  random: Random;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>`. */
  endpoint: string;
  /** URL of the control endpoint, without a slash at its end; its path is a secret. */
  control: string;
  /** The world with everybody's keys: what `writeHome` wants. */
  world: SettledWorld;
  /**
   * Environment for a program that acts as `user`.
   * @param home directory that `writeHome` filled
   */
  env(user: string, home: string): Record<string, string>;
  /** CloudTrail records so far, oldest first. */
  events(): readonly TrailRecord[];
  /** End everything, calls that hang included. */
  stop(): Promise<void>;
}

const SERVICES: Services = { cloudtrail, dynamodb, iam, kms, ses, sns, ssm, sts };

/**
 * Start AWS on loopback.
 * @throws SentinelError `IAM_POLICY_INVALID` when the world holds a document that is none
 * @throws Deno.errors.AddrInUse when the port is taken
 */
export function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  // A world that can't stand rejects, as everything else that goes wrong here.
  return new Promise((resolve) => resolve(start(options)));
}

function start({ port, world: wanted, now, random }: SandboxOptions): Sandbox {
  const world = settleWorld(wanted, random);
  const state = createState(world, now, random);
  const prefix = `/_sandbox/${hex(random(16))}`;
  const stopping = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    onListen: () => {},
    handler: (request, info) => {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith(`${prefix}/`)) {
        return control(state, request, pathname.slice(prefix.length + 1));
      }
      return answer(state, SERVICES, request, info.remoteAddr.hostname, stopping.signal);
    },
  });
  const endpoint = `http://127.0.0.1:${server.addr.port}`;
  return {
    endpoint,
    control: endpoint + prefix,
    world,
    env: (user, home) => ({
      AWS_ENDPOINT_URL: endpoint,
      ...homePaths(home),
      AWS_REGION: world.region,
      AWS_PROFILE: user,
      // Nobody may find real credentials of the machine behind the world's.
      AWS_EC2_METADATA_DISABLED: "true",
      SENTINEL_SANDBOX_CONTROL: endpoint + prefix,
    }),
    events: () => [...state.events],
    stop: async () => {
      stopping.abort();
      await server.shutdown();
      // One that could not be loaded has told its caller so.
      await (await state.tables.engine?.catch(() => null))?.settled();
    },
  };
}
