// os: which directories are Sentinel's.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { sentinelDirectories } from "../../../lib/edges/os/directories.ts";

type Env = Record<string, string>;
const from = (env: Env, os: string) => sentinelDirectories({ get: (name) => env[name] }, os);

const HOME = { HOME: "/home/mara" };
const ROWS: { name: string; env: Env; os?: string; is: [string, string, string] }[] = [
  {
    name: "HOME alone",
    env: HOME,
    is: [
      "/home/mara/.config/sentinel",
      "/home/mara/.local/state/sentinel",
      "/home/mara/.cache/sentinel",
    ],
  },
  {
    name: "XDG's own",
    env: { XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s/", XDG_CACHE_HOME: "/k" },
    is: ["/c/sentinel", "/s/sentinel", "/k/sentinel"],
  },
  {
    name: "a relative or empty XDG path as if it were unset",
    env: { ...HOME, XDG_CONFIG_HOME: "c", XDG_STATE_HOME: "", XDG_CACHE_HOME: "/k" },
    is: ["/home/mara/.config/sentinel", "/home/mara/.local/state/sentinel", "/k/sentinel"],
  },
  {
    name: "SENTINEL_HOME, flat, before all else",
    env: { ...HOME, XDG_CONFIG_HOME: "/c", SENTINEL_HOME: "/srv/s/" },
    is: ["/srv/s", "/srv/s", "/srv/s/cache"],
  },
  {
    name: "HOME on a Mac",
    env: HOME,
    os: "darwin",
    is: [
      "/home/mara/.config/sentinel",
      "/home/mara/.local/state/sentinel",
      "/home/mara/.cache/sentinel",
    ],
  },
  {
    name: "the profile's on Windows",
    env: { USERPROFILE: "C:\\Users\\mara", APPDATA: "C:\\R" },
    os: "windows",
    is: [
      "C:\\R/sentinel",
      "C:\\Users\\mara/AppData/Local/sentinel",
      "C:\\Users\\mara/AppData/Local/sentinel/cache",
    ],
  },
];
for (const { name, env, os = "linux", is: [config, state, cache] } of ROWS) {
  Deno.test(`sentinelDirectories() takes ${name}`, () => {
    assert.deepEqual(from(env, os), { config, state, cache });
  });
}

for (
  const c of [
    { name: "nothing tells", env: {} },
    { name: "HOME is empty", env: { HOME: "" } },
    { name: "HOME is relative", env: { HOME: "home" } },
    { name: "one of the three is missing", env: { XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s" } },
    { name: "SENTINEL_HOME is relative", env: { ...HOME, SENTINEL_HOME: "s" } },
  ]
) {
  Deno.test(`sentinelDirectories() refuses when ${c.name}`, () => {
    assert.throws(() => from(c.env, "linux"), (e) => hasCode(e, "HOME_UNKNOWN"));
  });
}
