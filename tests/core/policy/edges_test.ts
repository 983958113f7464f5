// policy: instants, index and words at their edges.
import { strict as assert } from "node:assert";
import {
  compareVersions,
  fulfils,
  postureText,
  wantsText,
} from "../../../lib/core/policy/device.ts";
import type { DeviceWants } from "../../../lib/core/policy/mod.ts";
import { compilePolicy, evaluate, parsePolicy } from "../../../lib/core/policy/mod.ts";
import {
  clock,
  edgesOf,
  isOpen,
  nextChange,
  wallText,
  windowText,
} from "../../../lib/core/policy/window.ts";
import { offsetAt, wallAt } from "../../../lib/core/policy/zone.ts";
import { compiledOf, request, rulesText } from "./requests.ts";

const at = (text: string) => Date.parse(`2026-${text}Z`);
const DAY = 86_400_000;
const window = (start: number, end: number, zone = "UTC", days: number[] | null = null) => ({
  days,
  hours: { start: start * 60, end: end * 60 },
  zone,
});
const texts = (instants: number[]) =>
  instants.map((one) => new Date(one).toISOString().slice(5, 19));

Deno.test("edgesOf() are a window's times and midnights, after the start, up to the end", () => {
  assert.deepEqual(texts(edgesOf(window(8, 18), at("01-05T08:00:00"), DAY)), [
    "01-05T18:00:00",
    "01-06T00:00:00",
    "01-06T08:00:00",
  ]);
  assert.deepEqual(texts(edgesOf(window(8, 18), at("01-05T08:00:01"), DAY - 2_000)), [
    "01-05T18:00:00",
    "01-06T00:00:00",
  ]);
  const days = { days: [1], hours: null, zone: "UTC" };
  assert.deepEqual(texts(edgesOf(days, at("01-05T12:00:00"), 2 * DAY)), [
    "01-06T00:00:00",
    "01-07T00:00:00",
  ]);
});

Deno.test("edgesOf() holds both readings of a day on which the clock jumps, and the jump", () => {
  const edges = edgesOf(window(8, 24, "Europe/Berlin"), at("03-28T12:00:00"), DAY);
  assert.deepEqual(texts(edges), [
    "03-28T22:00:00",
    "03-28T23:00:00",
    "03-29T01:00:00",
    "03-29T06:00:00",
    "03-29T07:00:00",
  ]);
});

Deno.test("nextChange() looks eight days ahead", () => {
  const monday = window(8, 9, "UTC", [1]);
  assert.equal(nextChange(monday, at("01-05T09:00:00")), at("01-12T08:00:00"));
  assert.equal(nextChange({ ...monday, days: [] }, at("01-05T09:00:00")), null);
  const days = { days: [1], hours: null, zone: "UTC" };
  assert.equal(nextChange(days, at("01-06T00:00:00")), at("01-12T00:00:00"));
});

Deno.test("offsetAt() is what the zone's clock is ahead, to the second of the jump", () => {
  const HOUR = 3_600_000;
  const rows: [string, string, number][] = [
    ["UTC", "07-01T00:00:00", 0],
    ["Europe/Berlin", "01-01T00:00:00.999", HOUR],
    ["Europe/Berlin", "03-29T00:59:59.999", HOUR],
    ["Europe/Berlin", "03-29T01:00:00", 2 * HOUR],
    ["America/Los_Angeles", "01-01T00:00:00", -8 * HOUR],
    ["Asia/Kolkata", "01-01T12:34:56", 5.5 * HOUR],
    ["Pacific/Kiritimati", "01-31T23:00:00", 14 * HOUR],
  ];
  for (const [zone, when, offset] of rows) {
    // Once read and once remembered.
    assert.equal(offsetAt(zone, at(when)), offset, `${zone} ${when}`);
    assert.equal(offsetAt(zone, at(when)), offset, `${zone} ${when}`);
  }
});

Deno.test("offsetAt() remembers no wrong offset, however many it is asked for", () => {
  for (let hour = 0; hour < 1_100; hour += 1) {
    offsetAt("Europe/Berlin", at("01-01T00:00:00") + hour);
  }
  assert.equal(offsetAt("Europe/Berlin", at("01-01T00:00:00")), 3_600_000);
  assert.equal(offsetAt("Asia/Tokyo", at("01-01T00:00:00")), 9 * 3_600_000);
});

Deno.test("wallAt() counts days and weekdays before 1970 too", () => {
  assert.deepEqual(wallAt("UTC", 0), { day: 0, weekday: 4, minute: 0 });
  assert.deepEqual(wallAt("UTC", -1), { day: -1, weekday: 3, minute: 1_439 });
  assert.deepEqual(wallAt("UTC", -8 * DAY), { day: -8, weekday: 3, minute: 0 });
  assert.deepEqual(wallAt("UTC", at("01-04T23:59:59.999")), {
    day: 20_457,
    weekday: 0,
    minute: 1_439,
  });
});

Deno.test("clock(), wallText() and windowText() are in words that a policy would use", () => {
  assert.deepEqual([0, 9, 60, 605, 1_440].map(clock), [
    "00:00",
    "00:09",
    "01:00",
    "10:05",
    "24:00",
  ]);
  assert.equal(wallText("UTC", at("01-04T09:05:00")), "sunday 09:05 UTC");
  assert.equal(wallText("Asia/Tokyo", at("01-03T20:00:00")), "sunday 05:00 Asia/Tokyo");
  assert.equal(windowText(window(8, 24, "UTC", [0, 6])), "sunday, saturday 08:00-24:00 UTC");
  assert.equal(windowText({ days: null, hours: null, zone: "UTC" }), "any day all day UTC");
  const days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
  const week = { days: [1, 2, 3, 4, 5], hours: null, zone: "UTC" };
  assert.equal(windowText(week), `${days.join(", ")} all day UTC`);
});

Deno.test("isOpen() of a window as long as a day, by its start", () => {
  const round = window(9, 9, "UTC", [1]);
  assert.equal(isOpen(round, at("01-05T08:59:00")), false);
  assert.equal(isOpen(round, at("01-05T09:00:00")), true);
  assert.equal(isOpen(round, at("01-06T08:59:00")), true);
  assert.equal(isOpen(round, at("01-06T09:00:00")), false);
});

const NOTHING: DeviceWants = {
  requireEncryption: false,
  requireMdm: false,
  requireMdmCompliant: false,
  requireFirewall: false,
  minOsVersion: null,
  allowedOsTypes: null,
};

Deno.test("wantsText() and postureText() name each thing in words", () => {
  const wants: [Partial<DeviceWants>, string][] = [
    [{}, ""],
    [{ requireEncryption: true }, "disk encrypted"],
    [{ requireMdm: true }, "managed"],
    [{ requireMdmCompliant: true }, "compliant"],
    [{ requireFirewall: true }, "firewall on"],
    [{ allowedOsTypes: ["darwin", "linux"] }, "system darwin or linux"],
    [{ minOsVersion: "14.4" }, "version 14.4 or later"],
    [{ requireMdm: true, minOsVersion: "1" }, "managed, version 1 or later"],
  ];
  for (const [some, text] of wants) assert.equal(wantsText({ ...NOTHING, ...some }), text);
  const known = {
    diskEncrypted: true,
    mdmEnrolled: true,
    mdmCompliant: false,
    firewallEnabled: true,
    osType: "linux",
    osVersion: "6.1",
  };
  const text = "disk encrypted, managed, not compliant, firewall on, system linux, version 6.1";
  assert.equal(postureText(known), text);
  assert.equal(postureText({}), "nothing known");
});

Deno.test("fulfils() asks for just what is wanted, each from its own fact", () => {
  const facts = {
    diskEncrypted: true,
    mdmEnrolled: true,
    mdmCompliant: true,
    firewallEnabled: true,
    osType: "linux",
    osVersion: "6.1",
  };
  const wants: [Partial<DeviceWants>, keyof typeof facts][] = [
    [{ requireEncryption: true }, "diskEncrypted"],
    [{ requireMdm: true }, "mdmEnrolled"],
    [{ requireMdmCompliant: true }, "mdmCompliant"],
    [{ requireFirewall: true }, "firewallEnabled"],
    [{ allowedOsTypes: ["linux"] }, "osType"],
    [{ minOsVersion: "6.1" }, "osVersion"],
  ];
  for (const [some, fact] of wants) {
    const asked = { ...NOTHING, ...some };
    assert.equal(fulfils(asked, facts), true, fact);
    assert.equal(fulfils(asked, { ...facts, [fact]: null }), null, fact);
    const { [fact]: _, ...rest } = facts;
    assert.equal(fulfils(asked, rest), null, fact);
    const wrong = { ...facts, [fact]: fact.startsWith("os") ? "0" : false };
    assert.equal(fulfils(asked, wrong), false, fact);
    assert.equal(fulfils(NOTHING, wrong), true, fact);
  }
  assert.equal(fulfils(NOTHING, null), true);
});

Deno.test("compareVersions() puts every word of a coming release before it, and no other", () => {
  for (const word of ["a", "alpha", "b", "beta", "dev", "pre", "preview", "rc", "seed", "RC2"]) {
    assert.ok(compareVersions(`1.0-${word}`, "1.0") < 0, word);
    assert.ok(compareVersions("1.0", `1.0-${word}`) > 0, word);
  }
  for (const word of ["xrc", "rcx", "generic"]) {
    assert.equal(compareVersions(`1.0-${word}`, "1.0"), 0, word);
  }
  assert.ok(compareVersions("10", "9") > 0);
  assert.ok(compareVersions("9", "10") < 0);
  assert.ok(compareVersions("1", "1.0.1") < 0);
  assert.ok(compareVersions("1.0.1", "1") > 0);
  assert.equal(compareVersions("1.x2", "1.0"), 0);
});

Deno.test("compilePolicy() says what is there twice", () => {
  const deny = (file: string, kind: "policy" | "guardrail" = "policy") =>
    parsePolicy(rulesText("name: d, effect: deny, conditions: {}"), { file, kind });
  assert.throws(() => compilePolicy([deny("a.yaml"), deny("a.yaml", "guardrail")]), {
    code: "POLICY_INVALID",
    message: 'Cannot compile policy: found the file name "a.yaml" twice, want one',
  });
  assert.throws(() => compilePolicy([deny("a"), deny("b"), deny("c")]), {
    code: "POLICY_INVALID",
    message: "Cannot compile policy: found 3 policies beside the guardrails, want one",
  });
  const { policy, guardrails } = compilePolicy([
    deny("g2", "guardrail"),
    deny("p"),
    deny("g1", "guardrail"),
  ]);
  assert.deepEqual([policy?.file, policy?.kind], ["p", "policy"]);
  assert.deepEqual(guardrails.map(({ file, kind }) => [file, kind]), [
    ["g2", "guardrail"],
    ["g1", "guardrail"],
  ]);
});

Deno.test("compilePolicy() indexes by profile and user, and long lists by one of the two", () => {
  const names = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const bucketsOf = (conditions: string) =>
    compiledOf([`name: r, effect: deny, conditions: {${conditions}}`]).policy?.buckets;
  assert.deepEqual(bucketsOf(""), { "\n": [0] });
  assert.deepEqual(bucketsOf("profiles: [a, b], users: [u]"), { "a\nu": [0], "b\nu": [0] });
  const keys = (profiles: number, users: number) => {
    const lists = [
      profiles === 0 ? "" : `profiles: [${names("p", profiles)}]`,
      users === 0 ? "" : `users: [${names("u", users)}]`,
    ];
    return Object.keys(bucketsOf(lists.filter((list) => list !== "").join(", ")) ?? {});
  };
  assert.equal(keys(8, 8).length, 64);
  assert.deepEqual(keys(13, 5), names("p", 13).map((name) => `${name}\n`));
  assert.deepEqual(keys(0, 65), names("u", 65).map((name) => `\n${name}`));
  assert.deepEqual(keys(65, 0), names("p", 65).map((name) => `${name}\n`));
});

Deno.test("evaluate() refuses a form of another compiler, and says which", () => {
  const compiled = compiledOf(["name: d, effect: deny, conditions: {}"]);
  assert.throws(() => evaluate({ ...compiled, compiler: "old" }, request()), {
    code: "POLICY_UNREADABLE",
    message: `Cannot decide: found a policy compiled by "old", want "${compiled.compiler}"`,
  });
  assert.equal(compiled.compiler, "sentinel-policy-1");
});
