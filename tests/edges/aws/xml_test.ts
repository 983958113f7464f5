// aws: the XML that is read, and all that is not.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { elementAt, readXml, textAt, XmlError } from "../../../lib/edges/aws/xml.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "500");

Deno.test("readXml() reads elements, attributes and entities", () => {
  const xml = readXml(
    `<?xml version="1.0"?>\n<A xmlns="u:x" b="c"><B>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;</B><C/><D> x </D></A>\n`,
  );
  assert.equal(xml.name, "A");
  assert.equal(textAt(xml, ["B"]), `<&>"'A😀`);
  assert.equal(textAt(xml, ["C"]), "");
  assert.equal(textAt(xml, ["D"]), "x");
  assert.equal(textAt(xml, ["E"]), null);
  assert.equal(textAt(xml, []), null);
  assert.deepEqual(elementAt(xml, ["C"]), { name: "C", text: "", children: [] });
});

Deno.test("elementAt() refuses an element that is there twice", () => {
  const xml = readXml("<A><B>1</B><B>2</B></A>");
  assert.throws(() => textAt(xml, ["B"]), XmlError);
});

for (
  const [what, text] of Object.entries({
    "nothing": "",
    "text alone": "hello",
    "JSON": `{"a": 1}`,
    "HTML with a document type": "<!DOCTYPE html><html></html>",
    "an entity declaration": `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`,
    "an unknown entity": "<a>&x;</a>",
    "a bare ampersand": "<a>a & b</a>",
    "a surrogate out of range": "<a>&#x110000;</a>",
    "an entity of nothing": "<a>&#0;</a>",
    "an entity of half a character": "<a>&#xd800;</a>",
    "NUL": "<a>\0</a>",
    "half a character": "<a>\ud800</a>",
    "CDATA": "<a><![CDATA[x]]></a>",
    "a comment": "<a><!-- x --></a>",
    "a processing instruction": "<a><?x y?></a>",
    "an open element": "<a><b></b>",
    "elements that cross": "<a><b></a></b>",
    "a second root": "<a></a><b></b>",
    "text after the root": "<a></a>x",
    "mixed text and elements": "<a>x<b></b></a>",
    "an attribute without quotes": "<a b=c></a>",
    "a stray bracket": "<a> < </a>",
    "a closing tag alone": "</a>",
    "too many levels": "<a>".repeat(40) + "</a>".repeat(40),
  })
) {
  Deno.test(`readXml() refuses ${what}`, () => {
    assert.throws(() => readXml(text), XmlError);
  });
}

Deno.test("readXml() gives an element or XmlError for whatever it reads", () => {
  const piece = fc.constantFrom("<a>", "</a>", "<b/>", "&lt;", "&", "<", ">", "x", '"', "<?xml ?>");
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 30 }),
      (all) => {
        try {
          assert.notEqual(readXml(all.join("")).name, "");
        } catch (error) {
          assert.ok(error instanceof XmlError, String(error));
        }
      },
    ),
    { seed: 4, numRuns: RUNS },
  );
});

Deno.test("readXml() is linear in hostile text", () => {
  const started = performance.now();
  for (const filler of ["<", " ", "&", "<a ", '<a b="', "a", "<a>"]) {
    const long = filler.repeat(1_000_000 / filler.length);
    for (const text of [long, `<a>${long}`, `<a ${long}>`]) assert.throws(() => readXml(text));
  }
  assert.ok(performance.now() - started < 3_000);
});
