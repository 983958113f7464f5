// iam: addresses and blocks are read to the bit, and what is none is none.
import { strict as assert } from "node:assert";
import { holds, parseAddress, parseBlock } from "../../../lib/core/iam/ip.ts";

const addresses: { text: string; bits: 32 | 128; value: bigint }[] = [
  { text: "0.0.0.0", bits: 32, value: 0n },
  { text: "255.254.1.10", bits: 32, value: 0xfffe010an },
  { text: "255.255.255.255", bits: 32, value: 0xffffffffn },
  { text: "::", bits: 128, value: 0n },
  { text: "::1", bits: 128, value: 1n },
  { text: "1::", bits: 128, value: 1n << 112n },
  { text: "FFFF::a", bits: 128, value: (0xffffn << 112n) | 10n },
  { text: "2001:db8::1:2", bits: 128, value: (0x20010db8n << 96n) | 0x10002n },
  { text: "1:2:3:4:5:6:7:8", bits: 128, value: 0x00010002000300040005000600070008n },
  { text: "1:2:3:4:5:6:7::", bits: 128, value: 0x00010002000300040005000600070000n },
  { text: "::2:3:4:5:6:7:8", bits: 128, value: 0x00000002000300040005000600070008n },
  { text: "::ffff:192.0.2.1", bits: 128, value: 0xffffc0000201n },
  { text: "1:2:3:4:5:6:1.2.3.4", bits: 128, value: 0x00010002000300040005000601020304n },
];

for (const { text, bits, value } of addresses) {
  Deno.test(`parseAddress() reads ${text}`, () => {
    assert.deepEqual(parseAddress(text), { bits, value });
    assert.deepEqual(parseBlock(text), { bits, value, prefix: bits });
  });
}

const none = [
  "",
  "1.2.3",
  "1.2.3.4.5",
  "256.0.0.1",
  "1.2.3.999",
  "1.2.3.0255",
  "01.2.3.4",
  "1.2.3.4x",
  "x1.2.3.4",
  "1.2.3.",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4::5:6:7:8",
  "1::2::3",
  "::12345",
  "::g",
  "::x1",
  "::1x",
  ":1",
  "1.2.3.4::",
  "1.2.3.4::1",
  "::1.2.3.4:5",
  "::1.2.3.256",
];

for (const text of none) {
  Deno.test(`parseAddress() finds no address in "${text}"`, () => {
    assert.equal(parseAddress(text), null);
    assert.equal(parseBlock(text), null);
  });
}

Deno.test("parseBlock() reads the prefix up to the family's width", () => {
  assert.deepEqual(parseBlock("10.0.0.0/8"), { bits: 32, value: 0x0a000000n, prefix: 8 });
  assert.equal(parseBlock("0.0.0.0/0")?.prefix, 0);
  assert.equal(parseBlock("10.0.0.1/32")?.prefix, 32);
  assert.equal(parseBlock("::/128")?.prefix, 128);
  for (
    const text of [
      "10.0.0.0/33",
      "::/129",
      "10.0.0.0/",
      "10.0.0.0/x8",
      "10.0.0.0/8x",
      "10.0.0.0/0008",
      "10.0.0.0/8/8",
      "10.0.0.0/-1",
      "10.0.0/8",
      "/8",
    ]
  ) {
    assert.equal(parseBlock(text), null, text);
  }
});

const held: { block: string; address: string; holds: boolean }[] = [
  { block: "10.0.0.0/8", address: "10.255.255.255", holds: true },
  { block: "10.0.0.0/8", address: "11.0.0.0", holds: false },
  { block: "10.0.0.0/8", address: "9.255.255.255", holds: false },
  { block: "10.9.9.9/8", address: "10.1.1.1", holds: true },
  { block: "10.0.0.0/31", address: "10.0.0.1", holds: true },
  { block: "10.0.0.0/31", address: "10.0.0.2", holds: false },
  { block: "10.0.0.1", address: "10.0.0.1", holds: true },
  { block: "10.0.0.1", address: "10.0.0.0", holds: false },
  { block: "0.0.0.0/0", address: "255.255.255.255", holds: true },
  { block: "0.0.0.0/0", address: "::1", holds: false },
  { block: "::/0", address: "1.2.3.4", holds: false },
  { block: "::/0", address: "ffff::", holds: true },
  { block: "2001:db8::/33", address: "2001:db8:7fff::1", holds: true },
  { block: "2001:db8::/33", address: "2001:db8:8000::1", holds: false },
];

for (const row of held) {
  Deno.test(`${row.block} ${row.holds ? "holds" : "doesn't hold"} ${row.address}`, () => {
    const block = parseBlock(row.block);
    const address = parseAddress(row.address);
    assert.ok(block !== null && address !== null);
    assert.equal(holds(block, address), row.holds);
  });
}
