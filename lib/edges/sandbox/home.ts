// sandbox: the files with which AWS's clients and Sentinel find the world.
import type { SettledWorld, WorldProfile } from "./world.ts";

const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;

/** Where `writeHome` puts things, as environment variables. */
export function homePaths(home: string): Record<string, string> {
  return {
    AWS_CONFIG_FILE: `${home}/aws/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${home}/aws/credentials`,
    SENTINEL_HOME: `${home}/sentinel`,
  };
}

/**
 * Fill a directory with AWS config and credentials files and a SENTINEL_HOME. Directories are
 * made 0700, files 0600; files that are there already are an error.
 * @param dir made if it isn't there
 * @param endpoint the sandbox's, said in the config file for tools that drop the environment
 */
export async function writeHome(dir: string, world: SettledWorld, endpoint: string): Promise<void> {
  const folders = world.files.flatMap(({ name }) => name.split("/").slice(0, -1));
  const inside = folders.map((folder) => `${dir}/sentinel/${folder}`);
  for (const directory of [dir, `${dir}/aws`, `${dir}/sentinel`, ...inside]) {
    await Deno.mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    await Deno.chmod(directory, PRIVATE_DIRECTORY);
  }
  await writePrivate(`${dir}/aws/config`, awsConfig(world, endpoint));
  await writePrivate(`${dir}/aws/credentials`, awsCredentials(world));
  if (world.policy !== null) await writePrivate(`${dir}/sentinel/policy.yaml`, world.policy);
  for (const file of world.files) await writePrivate(`${dir}/sentinel/${file.name}`, file.text);
}

async function writePrivate(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { createNew: true, mode: PRIVATE_FILE });
}

function awsConfig(world: SettledWorld, endpoint: string): string {
  const users = world.users.map((user) =>
    section(`profile ${user.name}`, [
      ["region", world.region],
      ["endpoint_url", endpoint],
    ])
  );
  const profiles = world.profiles.map((profile) =>
    section(`profile ${profile.name}`, [
      ["region", world.region],
      ["endpoint_url", endpoint],
      ...profileKeys(world, profile),
      ...profile.settings,
    ])
  );
  return [...users, ...profiles].join("\n");
}

function profileKeys(world: SettledWorld, profile: WorldProfile): [string, string][] {
  const role = roleArn(world, profile.role);
  const source = profile.source ?? world.user;
  if (profile.kind === "role") return [["role_arn", role], ["source_profile", source]];
  return [
    ["credential_process", `sentinel credentials --profile ${profile.name}`],
    ["sentinel_role_arn", role],
    ["sentinel_source_profile", source],
  ];
}

function roleArn(world: SettledWorld, role: string): string {
  if (role.startsWith("arn:")) return role;
  const path = world.roles.find((known) => known.name === role)?.path ?? "/";
  return `arn:aws:iam::${world.account}:role${path}${role}`;
}

function awsCredentials(world: SettledWorld): string {
  return world.users.map(({ name, keys }) =>
    section(name, [
      ["aws_access_key_id", keys.accessKeyId],
      ["aws_secret_access_key", keys.secretAccessKey],
    ])
  ).join("\n");
}

function section(title: string, keys: readonly (readonly [string, string])[]): string {
  return `[${title}]\n${keys.map(([name, value]) => `${name} = ${value}\n`).join("")}`;
}
