// policy: what a device must be, and what stays unknown of it.
import { strict as assert } from "node:assert";
import { compareVersions, fulfils, postureText } from "../../../lib/core/policy/device.ts";
import type { DevicePosture, DeviceWants, Truth } from "../../../lib/core/policy/mod.ts";

const NOTHING: DeviceWants = {
  requireEncryption: false,
  requireMdm: false,
  requireMdmCompliant: false,
  requireFirewall: false,
  minOsVersion: null,
  allowedOsTypes: null,
};

const rows: {
  name: string;
  wants: Partial<DeviceWants>;
  posture: DevicePosture | null;
  truth: Truth;
}[] = [
  { name: "is unknown without a posture", wants: { requireMdm: true }, posture: null, truth: null },
  {
    name: "is unknown when the field is",
    wants: { requireMdm: true },
    posture: { mdmEnrolled: null },
    truth: null,
  },
  {
    name: "is true when the field is",
    wants: { requireMdm: true },
    posture: { mdmEnrolled: true },
    truth: true,
  },
  {
    name: "is false when the field is",
    wants: { requireMdm: true },
    posture: { mdmEnrolled: false },
    truth: false,
  },
  {
    name: "judges encryption",
    wants: { requireEncryption: true },
    posture: { diskEncrypted: false },
    truth: false,
  },
  {
    name: "judges the firewall",
    wants: { requireFirewall: true },
    posture: { firewallEnabled: false },
    truth: false,
  },
  {
    name: "judges compliance apart from enrolment",
    wants: { requireMdmCompliant: true },
    posture: { mdmEnrolled: true },
    truth: null,
  },
  {
    name: "is false as soon as one is, however much is unknown",
    wants: { requireMdm: true, requireEncryption: true },
    posture: { diskEncrypted: false },
    truth: false,
  },
  {
    name: "is unknown if one is, all else true",
    wants: { requireMdm: true, requireEncryption: true },
    posture: { diskEncrypted: true },
    truth: null,
  },
  {
    name: "takes a system in any case",
    wants: { allowedOsTypes: ["darwin"] },
    posture: { osType: "Darwin" },
    truth: true,
  },
  {
    name: "refuses another system",
    wants: { allowedOsTypes: ["darwin"] },
    posture: { osType: "linux" },
    truth: false,
  },
  {
    name: "does not know an empty system",
    wants: { allowedOsTypes: ["darwin"] },
    posture: { osType: "" },
    truth: null,
  },
  {
    name: "takes a later version",
    wants: { minOsVersion: "14.4" },
    posture: { osVersion: "14.10" },
    truth: true,
  },
  {
    name: "refuses an earlier version",
    wants: { minOsVersion: "14.4" },
    posture: { osVersion: "14.3.9" },
    truth: false,
  },
  {
    name: "does not know a version without digits",
    wants: { minOsVersion: "14.4" },
    posture: { osVersion: "latest" },
    truth: null,
  },
];
for (const row of rows) {
  Deno.test(`fulfils() ${row.name}`, () => {
    assert.equal(fulfils({ ...NOTHING, ...row.wants }, row.posture), row.truth);
  });
}

for (
  const row of [
    { a: "14.4", b: "14.4.0", order: 0 },
    { a: "14.10", b: "14.9", order: 1 },
    { a: "014.4", b: "14.4", order: 0 },
    { a: "14.4-beta", b: "14.4", order: -1 },
    { a: "14.4-rc1", b: "14.4-beta2", order: 0 },
    { a: "5.15.0-91-generic", b: "5.15.0", order: 1 },
    { a: "10.0.22631+4", b: "10.0.22631", order: 1 },
    { a: "99999999999999999999999", b: "99999999999999999999998", order: 1 },
    { a: "9007199254740993", b: "9007199254740992", order: 1 },
    { a: "14.4b2", b: "14.4", order: 0 },
  ]
) {
  Deno.test(`compareVersions() of ${row.a} and ${row.b} is ${row.order}`, () => {
    assert.equal(Math.sign(compareVersions(row.a, row.b)), row.order);
    assert.equal(Math.sign(compareVersions(row.b, row.a)) + row.order, 0);
  });
}

Deno.test("postureText() names what is known and nothing else", () => {
  assert.equal(postureText(null), "nothing known");
  assert.equal(postureText({ mdmEnrolled: null }), "nothing known");
  assert.equal(postureText({ mdmEnrolled: false, osVersion: "14" }), "not managed, version 14");
});
