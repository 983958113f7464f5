// permissions: ARNs of roles and parameters, taken apart and put together.

/** A role's name, its path and its account. */
export function roleParts(arn: string): { account: string; path: string; name: string } {
  const [, , , , account = "", resource = ""] = arn.split(":");
  const words = resource.replace(/^role\//, "").split("/");
  const name = words.pop() ?? "";
  return { account, path: words.map((word) => `${word}/`).join(""), name };
}

/** True where a role's name, with its path, fits a pattern of `*` and `?`. */
export function fitsRolePattern(arn: string, pattern: string): boolean {
  const { path, name } = roleParts(arn);
  const form = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${form}$`).test(`${path}${name}`);
}
