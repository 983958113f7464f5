// templates: a resource's name as an id in each form.

/** `SentinelProtected-Prod` as CloudFormation and TypeScript have it: `SentinelProtectedProd`. */
export function pascalId(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const id = words.map((word) => `${word[0]?.toUpperCase() ?? ""}${word.slice(1)}`).join("");
  return /^[A-Za-z]/.test(id) ? id : `Sentinel${id}`;
}

/** `SentinelProtected-Prod` as Terraform has it: `sentinel_protected_prod`. */
export function snakeId(name: string): string {
  return pascalId(name).replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_")
    .toLowerCase();
}
