// clients: the page is held to what was measured, but for what differs from run to run.
import { strict as assert } from "node:assert";
import { minor, Section, stable, unstable } from "./page.ts";

const sectionOf = (starts: string, took: string, shown: string): string =>
  new Section("botocore", "botocore 1.43.11", [["live", `${starts} (${unstable(took)})`]], [
    { title: "Shown:", text: shown },
  ]).text();
const page = sectionOf("21 starts", "0.3 s", "no, request 00000000-1111-2222-3333-444444444444");

for (
  const { name, text, same } of [
    { name: "itself", text: page, same: true },
    {
      name: "another time taken",
      text: sectionOf("21 starts", "12 s", "no, request 11111111-1111-2222-3333-444444444444"),
      same: true,
    },
    { name: "a padded table", text: page.replace("| live |", "| live      |"), same: true },
    { name: "a patch of the version", text: page.replace("1.43.11", "1.43.12"), same: true },
    { name: "another count", text: page.replace("21", "20"), same: false },
    { name: "another word shown", text: page.replace("no,", "yes,"), same: false },
    { name: "a row less", text: page.replace(/^\| live.*\n/m, ""), same: false },
  ]
) {
  Deno.test(`a page and ${name} are ${same ? "the same" : "told apart"}`, () => {
    if (same) assert.deepEqual(stable(text), stable(page));
    else assert.notDeepEqual(stable(text), stable(page));
  });
}

Deno.test("minor() keeps what a client's behaviour may hang on", () => {
  assert.equal(minor("config v1.33.18, service/sts v1.52.0"), "config v1.33, service/sts v1.52");
  assert.notEqual(minor("botocore 1.43.11"), minor("botocore 1.44.0"));
});
