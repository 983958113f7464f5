// mfa: codes by time against the RFCs' own vectors, and secrets that are refused when they are loaded.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  counterAt,
  decodeBase32,
  encodeBase32,
  isSameSecret,
  maskedPhone,
  matchTotp,
  newTotpSecret,
  otpauthUri,
  readPhones,
  readTotpSecret,
  readTotpSecrets,
  type TotpAlgorithm,
  totpCode,
} from "../../../lib/core/mfa/mod.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");
const code = (name: Parameters<typeof hasCode>[1]) => (error: unknown) => hasCode(error, name);
const bytes = (text: string) => new TextEncoder().encode(text);

/** The seeds of RFC 6238, appendix B: ASCII digits, as long as the hash is. */
function rfcSecret(algorithm: TotpAlgorithm, digits: number) {
  const length = { "SHA-1": 20, "SHA-256": 32, "SHA-512": 64 }[algorithm];
  const seed = bytes("1234567890".repeat(7).slice(0, length));
  return readTotpSecret({ secret: encodeBase32(seed), digits, algorithm }, "rfc");
}

// RFC 6238, appendix B: seconds, then the code by SHA-1, SHA-256 and SHA-512.
const RFC_6238: [number, string, string, string][] = [
  [59, "94287082", "46119246", "90693936"],
  [1111111109, "07081804", "68084774", "25091201"],
  [1111111111, "14050471", "67062674", "99943326"],
  [1234567890, "89005924", "91819424", "93441116"],
  [2000000000, "69279037", "90698825", "38618901"],
  [20000000000, "65353130", "77737706", "47863826"],
];
for (const [seconds, ...codes] of RFC_6238) {
  for (const [index, algorithm] of (["SHA-1", "SHA-256", "SHA-512"] as const).entries()) {
    Deno.test(`totpCode() gives RFC 6238's code at ${seconds} by ${algorithm}`, async () => {
      const secret = rfcSecret(algorithm, 8);
      const counter = counterAt(secret, new Date(seconds * 1000));
      assert.equal(await totpCode(secret, counter), codes[index]);
    });
  }
}

Deno.test("totpCode() gives RFC 4226's codes (appendix D)", async () => {
  const secret = rfcSecret("SHA-1", 6);
  const codes = await Promise.all(Array.from({ length: 10 }, (_, n) => totpCode(secret, n)));
  assert.equal(
    codes.join(" "),
    "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489",
  );
});

// RFC 4648, section 10.
const RFC_4648 = [
  ["", ""],
  ["f", "MY======"],
  ["fo", "MZXQ===="],
  ["foo", "MZXW6==="],
  ["foob", "MZXW6YQ="],
  ["fooba", "MZXW6YTB"],
  ["foobar", "MZXW6YTBOI======"],
];
for (const [plain = "", text = ""] of RFC_4648) {
  Deno.test(`base32 of "${plain}" is RFC 4648's, with and without padding`, () => {
    assert.equal(encodeBase32(bytes(plain)), text.replaceAll("=", ""));
    for (const written of [text, text.replaceAll("=", ""), text.toLowerCase()]) {
      assert.deepEqual(decodeBase32(written), bytes(plain));
    }
  });
}

for (const text of ["1", "0O", "MZXW6Y8=", "M", "MZX", "MZXW6Y", "MZ", "Ü", "MZ=XQ"]) {
  Deno.test(`"${text}" is no base32`, () => assert.equal(decodeBase32(text), null));
}

Deno.test("base32 gives back what it was given, however it is grouped", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
      const text = encodeBase32(data);
      assert.deepEqual(decodeBase32(text), data);
      const grouped = text.toLowerCase().replace(/(.{4})/g, "$1 ");
      assert.deepEqual(decodeBase32(` ${grouped}`), data);
    }),
    { seed: 81, numRuns: RUNS },
  );
});

Deno.test("decodeBase32() reads nothing that it could not have written", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."AZ27a=18 -é") }), (text) => {
      const data = decodeBase32(text);
      if (data === null) return;
      const letters = text.replace(/[\s-]/g, "").replace(/=+$/, "").toUpperCase();
      assert.equal(encodeBase32(data), letters);
    }),
    { seed: 82, numRuns: RUNS },
  );
});

const GOOD = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
Deno.test("6, 7 and 8 digits can be had, and 15 to 120 seconds", async () => {
  for (const digits of [6, 7, 8]) {
    const secret = readTotpSecret({ secret: GOOD, digits }, "mara");
    assert.equal((await totpCode(secret, 1)).length, digits);
  }
  for (const periodSeconds of [15, 120]) {
    assert.equal(readTotpSecret({ secret: GOOD, periodSeconds }, "m").periodSeconds, periodSeconds);
  }
});

for (
  const row of [
    { name: "9 digits", written: { secret: GOOD, digits: 9 } },
    { name: "14 seconds", written: { secret: GOOD, periodSeconds: 14 } },
    { name: "121 seconds", written: { secret: GOOD, periodSeconds: 121 } },
    { name: "129 bytes", written: { secret: "AE".repeat(104) } },
    { name: "a secret that is no base32", written: { secret: "not base32!" } },
    { name: "an empty secret", written: { secret: "" } },
    { name: "80 bits", written: { secret: "GEZDGNBVGY3TQOJQ" } },
    { name: "nothing but zeros", written: { secret: "A".repeat(32) } },
    { name: "5 digits", written: { secret: GOOD, digits: 5 } },
    { name: "half a period", written: { secret: GOOD, periodSeconds: 0.5 } },
    { name: "no period", written: { secret: GOOD, periodSeconds: 0 } },
    { name: "a skew of 3", written: { secret: GOOD, skew: 3 } },
    { name: "a skew below zero", written: { secret: GOOD, skew: -1 } },
    { name: "another algorithm", written: { secret: GOOD, algorithm: "MD5" } },
  ]
) {
  Deno.test(`trap: a bad secret is refused when it is loaded: ${row.name}`, () => {
    assert.throws(
      () => readTotpSecret(row.written, "mara"),
      (error) => {
        assert.ok(hasCode(error, "MFA_SECRET_INVALID"));
        assert.ok(!error.message.includes(GOOD) && !error.message.includes("not base32!"));
        return true;
      },
    );
  });
}

Deno.test("trap: a skew of zero can be configured, and takes the present code alone", async () => {
  const now = new Date("2026-01-05T08:00:15Z");
  const present = counterAt(readTotpSecret({ secret: GOOD }, "mara"), now);
  for (const [skew, taken] of [[0, [0]], [1, [-1, 0, 1]], [2, [-2, -1, 0, 1, 2]]] as const) {
    const secret = readTotpSecret({ secret: GOOD, skew }, "mara");
    for (let step = -3; step <= 3; step++) {
      const found = await matchTotp(secret, await totpCode(secret, present + step), -1, now);
      const wanted = (taken as readonly number[]).includes(step) ? present + step : null;
      assert.equal(found, wanted, `skew ${skew} step ${step}`);
    }
  }
});

Deno.test("at the beginning of time no period before it is looked at", async () => {
  const secret = readTotpSecret({ secret: GOOD }, "mara");
  const start = new Date(0);
  assert.equal(await matchTotp(secret, await totpCode(secret, 1), -1, start), 1);
  assert.equal(await matchTotp(secret, "000000", -1, start), null);
  assert.throws(() => counterAt(secret, new Date(-1)), RangeError);
  assert.throws(() => counterAt(secret, new Date(NaN)), RangeError);
});

Deno.test("trap: an empty code is no code", async () => {
  const secret = readTotpSecret({ secret: GOOD }, "mara");
  for (const typed of ["", " ", "0", "0000000", "abcdef", "１２３４５６"]) {
    assert.equal(await matchTotp(secret, typed, -1, new Date("2026-01-05T08:00:00Z")), null);
  }
});

Deno.test("trap: codes are compared byte for byte to the end, and that is equality", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.equal(isSameSecret(a, b), a === b);
      assert.ok(isSameSecret(a, a));
    }),
    { seed: 83, numRuns: RUNS },
  );
  assert.equal(isSameSecret("123456", "123457"), false);
  assert.equal(isSameSecret("123456", "023456"), false);
});

Deno.test("a new secret is 160 bits of randomness, or none", () => {
  const secret = newTotpSecret((n) => new Uint8Array(n).fill(7));
  assert.equal(secret.key.length, 20);
  assert.throws(() => newTotpSecret((n) => new Uint8Array(n)), code("INTERNAL"));
  assert.throws(() => newTotpSecret(() => new Uint8Array(3).fill(1)), code("INTERNAL"));
});

Deno.test("otpauthUri() is read back as it was meant, whatever the names hold", () => {
  const secret = readTotpSecret({ secret: GOOD, digits: 8, periodSeconds: 60 }, "mara");
  for (const [issuer, account] of [["Sentinel", "mara"], ["A & B: c/d", "m?r#a&x=ü@e.org"]]) {
    const url = new URL(otpauthUri(secret, issuer ?? "", account ?? ""));
    assert.equal(url.protocol, "otpauth:");
    const [, label] = /^otpauth:\/\/totp\/([^?]*)\?/.exec(url.href) ?? [];
    assert.equal(decodeURIComponent(label ?? ""), `${issuer}:${account}`);
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      secret: GOOD,
      issuer,
      algorithm: "SHA1",
      digits: "8",
      period: "60",
    });
  }
});

Deno.test("readTotpSecrets() reads the SSM form, and refuses it whole for one bad entry", () => {
  const read = readTotpSecrets(
    JSON.stringify({ mara: { Secret: GOOD }, lea: { Secret: GOOD, Digits: 8, Skew: 0 } }),
  );
  assert.deepEqual([read.get("mara")?.skew, read.get("lea")?.digits, read.get("lea")?.skew], [
    1,
    8,
    0,
  ]);
  assert.equal(read.get("__proto__"), undefined);
  for (
    const bad of [
      "",
      "[]",
      "null",
      `{"mara": "${GOOD}"}`,
      '{"mara": {}}',
      '{"mara": {"Secret": "x"}}',
      `{"mara": {"Secret": "${GOOD}", "Digits": "6"}}`,
      `{"mara": {"Secret": "${GOOD}", "digits": 6}}`,
      `{"mara": {"Secret": "${GOOD}"}, "lea": {"Secret": ""}}`,
      `{"mara": {"Secret": "${GOOD}"`,
    ]
  ) {
    assert.throws(() => readTotpSecrets(bad), (error) => {
      assert.ok(hasCode(error, "MFA_SECRET_INVALID"), bad);
      return !`${error.message}${error.hint}${error.cause}`.includes(GOOD);
    });
  }
});

Deno.test("readPhones() reads E.164 alone, and a number is shown masked", () => {
  assert.equal(readPhones('{"mara": "+4989654321"}').get("mara"), "+4989654321");
  assert.equal(maskedPhone("+4989654321"), "***-***-4321");
  for (const phone of ["089654321", "+0896543210", "+49 89 654321", "+49896", 4989654321]) {
    const text = JSON.stringify({ mara: phone });
    assert.throws(
      () => readPhones(text),
      (error) => hasCode(error, "MFA_SECRET_INVALID") && !error.message.includes(String(phone)),
    );
  }
});

Deno.test("what is read from SSM is read or refused with a code, whatever it is", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      for (const read of [readTotpSecrets, readPhones]) {
        try {
          read(text);
        } catch (error) {
          assert.ok(hasCode(error, "MFA_SECRET_INVALID"), String(error));
        }
      }
    }),
    { seed: 84, numRuns: RUNS },
  );
});
