import { everyTest } from "../_sample.ts";
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import fc from "../_property.ts";
import { SecretFinder } from "../../lib/logging/mod.ts";
import { runs } from "../_sample.ts";

/** Every way in which the value may travel. */
const FORMS: Record<string, (value: string) => string> = {
  "as it is": (value) => value,
  "percent-encoded": encodeURIComponent,
  "percent-encoded in lower case": (value) =>
    encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase()),
  "percent-encoded twice": (value) => encodeURIComponent(encodeURIComponent(value)),
  "form-encoded": (value) => new URLSearchParams({ v: value }).toString().slice(2),
  "escaped in JSON": (value) => JSON.stringify(value).slice(1, -1),
  "as the password of Basic authentication": (value) => base64(`ann:${value}`),
  "as the user of Basic authentication": (value) => base64(`${value}:pw`),
  "in base64url": (value) => base64(`a${value}`).replaceAll("+", "-").replaceAll("/", "_"),
  "in hex": (value) => new TextEncoder().encode(value).toHex(),
  "in hex in upper case": (value) => new TextEncoder().encode(value).toHex().toUpperCase(),
  "in base64 of Basic authentication": (value) => base64(`x${base64(`ann:${value}`)}`),
  "in JSON that escapes every character": (value) =>
    value.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(
      "",
    ),
  "in JSON within JSON": (value) => JSON.stringify(JSON.stringify(value)).slice(3, -3),
  "in entities of every character": (value) =>
    Array.from(value, (letter) => `&#${letter.codePointAt(0)};`).join(""),
  "escaped in HTML, percent-encoded": (value) =>
    encodeURIComponent(value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")),
  "decomposed": (value) => value.normalize("NFD"),
  "in UTF-8 taken for Latin-1": (value) => Buffer.from(value).toString("latin1"),
  "in hex with marks": (value) => Buffer.from(value).toString("hex").replaceAll(/..(?=.)/g, "$&:"),
  "in escaped bytes": (value) => Buffer.from(value).toString("hex").replaceAll(/../g, "\\x$&"),
  "in octal bytes": (value) =>
    Array.from(
      Buffer.from(value),
      (byte) => byte < 0x80 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`,
    ).join("").replaceAll(/\\(?![2-3][0-7]{2})/g, "\\134"),
  "as a list of bytes": (value) => JSON.stringify([...Buffer.from(value)]),
  "as a printed list of bytes": (value) => [...Buffer.from(value)].join(", "),
  "with marks that are not seen": (value) => Array.from(value).join("\u200b"),
  "in base64 of several lines, in JSON": (value) =>
    JSON.stringify(base64(`ab${value}`).replaceAll(/.{8}/g, "$&\n").trim()),
  "as JavaScript's escape()": escape,
  "in quoted-printable": (value) =>
    Array.from(
      value,
      (letter) =>
        /[ -<>-~]/.test(letter)
          ? letter
          : Buffer.from(letter).toString("hex").toUpperCase().replaceAll(/../g, "=$&"),
    ).join(""),
  "in UTF-16 in base64": (value) => Buffer.from(value, "utf16le").toString("base64"),
  "in UTF-16 in hex": (value) => Buffer.from(value, "utf16le").toString("hex"),
  "in base64 of several lines": (value) =>
    base64(`ab${value}`).replaceAll(/.{8}/g, "$&\r\n").trim(),
  "in percent-encoded base64": (value) => encodeURIComponent(base64(`ab${value}`)),
  "in base64 of hex": (value) => base64(`ab${Buffer.from(value).toString("hex")}`),
  "in hex of base64": (value) => Buffer.from(base64(`ab${value}`)).toString("hex"),
  "in escapes of eight digits": (value) =>
    Array.from(value, (one) => `\\U${one.codePointAt(0)?.toString(16).padStart(8, "0")}`).join(""),
};
const value = fc.string({ unit: "grapheme", minLength: 6, maxLength: 40 })
  .filter((text) => text === text.trim() && new Set(text).size > 3);

/** Forms that are left to the suite of every case. */
const RARE =
  /marks|of hex|hex of|eight digits|octal|list of|escaped bytes|quoted|UTF-16|several lines/;

for (const [form, encode] of Object.entries(FORMS)) {
  const test = RARE.test(form) ? everyTest : Deno.test;
  test(`SecretFinder.find() finds any secret when it is sent ${form}`, () => {
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
        const encoded = encode(secret);
        const clean = without(`${before} ${encoded} ${after}`, [secret]);
        assert(!clean.includes(encoded) && !clean.includes(secret), clean);
      }),
      { numRuns: runs(60) },
    );
  });
}

const NESTED: Record<string, (text: string) => string> = {
  base64: (text) => base64(`ab${text}&z=1`),
  base64url: (text) => Buffer.from(`/a?key=${text}`).toString("base64url"),
  hex: (text) => Buffer.from(text).toString("hex"),
  "upper hex": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  percent: encodeURIComponent,
  "every percent": (text) => Buffer.from(text).toString("hex").replaceAll(/../g, "%$&"),
  form: (text) => new URLSearchParams({ v: text }).toString().slice(2),
  JSON: (text) => JSON.stringify({ text }),
  "every escape": (text) =>
    text.split("").map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  HTML: (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;"),
  entities: (text) => Array.from(text, (letter) => `&#${letter.codePointAt(0)};`).join(""),
  "UTF-16": (text) => Buffer.from(`x${text}`, "utf16le").toString("base64"),
  lines: (text) => base64(`q${text}`).replaceAll(/.{20}/g, "$&\r\n").trim(),
};
const key = fc.string({ unit: fc.constantFrom(...`abcXYZ0189+/=&%"\\<>~?-_. '`) })
  .map((text) => `k3y${text}`.trim()).filter((text) => text.length >= 8 && text.length < 40);
const nest = fc.array(fc.constantFrom(...Object.keys(NESTED)), { minLength: 1, maxLength: 4 });

Deno.test("SecretFinder.find() finds a key in up to four writings within one another", () => {
  fc.assert(
    fc.property(key, nest, (secret, writings) => {
      const written = writings.reduce((text, name) => NESTED[name]?.(text) ?? text, secret);
      assert(new SecretFinder([secret]).find(`it is ${written}, in ${writings}`).length > 0);
    }),
    { numRuns: runs(20) },
  );
});

const AZURE = "Zm9vYmFyYmF6+cXV4/3F1eHF1dXg==";
const FOREIGN = 'ä"öü-12345678';
for (
  const [name, written] of Object.entries({
    "base64 of an address": btoa(`/a?key=${encodeURIComponent(AZURE)}&o=10`),
    "hex of an address": NESTED.hex?.(`/a?key=${encodeURIComponent(AZURE)}`),
    "hex of hex": NESTED.hex?.(NESTED.hex(`q${AZURE}`)),
    "base64 of base64 of percents": btoa(btoa(encodeURIComponent(AZURE))),
    "base64 of every escape": btoa(NESTED["every escape"]?.(AZURE) ?? ""),
    "base64 of lines in percents": encodeURIComponent(
      NESTED.lines?.(encodeURIComponent(AZURE)) ?? "",
    ),
    "base64 of JSON with other letters": base64(JSON.stringify(FOREIGN)),
    "base64 of JSON in JSON": btoa(JSON.stringify(JSON.stringify({ u: 'a"b\\c+d/e' }))),
  })
) {
  Deno.test(`SecretFinder.find() finds a key in ${name}, and takes all of it out`, () => {
    assertEquals(
      without(`{"next":"${written}"}`, [AZURE, FOREIGN, 'a"b\\c+d/e']),
      '{"next":"***"}',
    );
  });
}

/** A text that may have been written in each of the ways. */
const RICH = [
  JSON.stringify({
    t: 'line\nnext "q" C:\\temp',
    url: "https://a.example/x?q=a%20b&c=%2541&amp;d",
  }),
  "&lt;b&gt; &#65; \\u0041 =3D =E4=F6 s p e l l e d w o r d 12 13 14 15 16 17 18 3a:4b:5c:6d:7e:8f:90",
  btoa(JSON.stringify({ alg: "HS256", typ: "JWT" })),
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
].join(" ");

Deno.test("SecretFinder.find() finds a key in several writings in a text that is full of others", () => {
  for (
    const writings of [["lines", "lines"], ["HTML", "base64", "lines"], ["form", "hex", "lines"]]
  ) {
    const written = writings.reduce((text, name) => NESTED[name]?.(text) ?? text, AZURE);
    assert(new SecretFinder([AZURE]).find(`${RICH} ${written}`).length > 0, writings.join());
  }
});

const SPELLED = {
  "with blanks": "s 3 c r e t - T o k 3 n",
  "as a list of letters": JSON.stringify([..."s3cret-Tok3n"]),
  "as a list of letters in JSON": JSON.stringify(JSON.stringify([..."s3cret-Tok3n"])).slice(1, -1),
  "with dashes": "s-3-c-r-e-t---T-o-k-3-n",
};
/** Of a value that has to be escaped. */
const ODD = "s3\"r\\t-T o,k'3n";
const ODD_BYTES = [...Buffer.from(ODD)];
const ODDLY = {
  "as a list of letters": JSON.stringify([...ODD]),
  "as a spaced list of letters": JSON.stringify([...ODD]).replaceAll('","', '", "'),
  "as a list of letters in JSON": JSON.stringify(JSON.stringify([...ODD])).slice(1, -1),
  "with blanks": [...ODD].join(" "),
  "as a list of bytes in Go": ODD_BYTES.join(" "),
  "as hex after 0x": ODD_BYTES.map((byte) => `0x${byte.toString(16)}`).join(" "),
  "as hex after 0X with commas": ODD_BYTES.map((byte) => `0X${byte.toString(16)}`).join(", "),
};
for (const [form, text] of Object.entries(ODDLY)) {
  Deno.test(`SecretFinder.find() finds a secret of quotes and backslashes ${form}`, () => {
    const clean = without(`it is [${text}]!`, [ODD]);
    assert(/^it is [[\\"]+(?:0x)?\*\*\*[\\"]*\]+!$/i.test(clean), clean);
  });
}

for (const [form, text] of Object.entries(SPELLED)) {
  Deno.test(`SecretFinder.find() finds a secret that is spelled ${form}`, () => {
    const clean = without(`it is ${text}!`, ["s3cret-Tok3n"]);
    assert(!clean.includes("T") && clean.startsWith("it is ") && clean.endsWith("!"), clean);
  });
}

Deno.test("SecretFinder.find() finds a long token at once, also in a text that is full of it", () => {
  const token = "eyJhbGciOi.".repeat(200);
  assertEquals(without(`<${token.repeat(20)}>`, [token]), "<***>");
});

Deno.test("SecretFinder.find() finds all of what a secret was written as", () => {
  assertEquals(without("<\\u0061bcde\\u0066>", ["abcdef"]), "<***>");
  assertEquals(without("<%61bcde%2566>", ["abcdef"]), "<***>");
  // In base64 the letters next to it hold bits of it; what can be read is taken out as a whole.
  assertEquals(btoa("\u007fabcdef\u007f"), "f2FiY2RlZn8=");
  assertEquals(without("f2FiY2RlZn8=", ["abcdef"]), "f***8=");
  assertEquals(btoa("uabcdefz"), "dWFiY2RlZno=");
  assertEquals(without("<dWFiY2RlZno=>", ["abcdef"]), "<***>");
});

Deno.test("SecretFinder.find() finds a secret alone in base64, in letters of both cases", () => {
  const found = new SecretFinder(["mixedcase-secret"]).find(base64("MixedCase-Secret"));
  assertEquals(found, [{ value: "mixedcase-secret", start: 0, end: 24 }]);
});

Deno.test("SecretFinder.find() finds a secret of two words, each in base64 of its own", () => {
  const found = new SecretFinder(["pass word"]).find(`${base64("my pass")} ${base64("word123")}`);
  assertEquals(found, [{ value: "pass word", start: 0, end: 25 }]);
});

Deno.test("SecretFinder.find() finds a letter whose lower case depends on its place, however it is written", () => {
  assertEquals(without("&#962;&#32;&#65536;-abcd", ["\u03c2 \u{10000}-abcd"]), "***");
  assertEquals(without("&#963;\\u03c2 &#931;-abcd", ["\u03c2\u03a3 \u03c3-abcd"]), "***");
});

Deno.test("SecretFinder.find() finds secrets that overlap", () => {
  assertEquals(without("<abcdefghi>", ["abcdef", "defghi"]), "<***>");
});

Deno.test("SecretFinder.find() takes the longer of two secrets when one begins with the other", () => {
  assertEquals(without("abcdef-ghi abcdef", ["abcdef", "abcdef-ghi"]), "*** ***");
});

Deno.test("SecretFinder.find() finds short and long secrets next to each other", () => {
  const secrets = ["abcd", "pass-1", "token-of-8", "x".repeat(40), `q${"0123456789".repeat(40)}`];
  for (const before of ["", "a", "ab", "abc", "-".repeat(300)]) {
    const clean = without(before + secrets.join("."), secrets);
    assertEquals(clean, `${before}***.***.***.***.***`);
  }
});

Deno.test("SecretFinder.find() finds a character that is named in HTML twice", () => {
  const named = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
  for (const [character, name] of Object.entries(named)) {
    const secret = `pass${character}w0rd`;
    for (const ampersand of ["&amp;", "&#38;", "%26", "\\u0026"]) {
      for (const rest of [name, name.toUpperCase(), `%${name.charCodeAt(0).toString(16)}`]) {
        const written = rest.startsWith("%") ? rest + name.slice(1) : rest;
        assertEquals(without(`<pass${ampersand}${written};w0rd>`, [secret]), "<***>");
      }
    }
    assertEquals(
      without(`<pass&amp;#${character.charCodeAt(0)};w0rd>`, [secret]),
      "<***>",
    );
  }
  assertEquals(without("<pass&amp;amp;w0rd>", ["pass&w0rd"]), "<***>");
  assertEquals(without("<pass&amp; word>", ["pass& word"]), "<***>");
});

everyTest(
  "SecretFinder.find() takes a page in a few times the time of looking at its letters",
  () => {
    const record = (id: number) => ({ id, name: `Person ${id}`, when: "2024-03-10T01:02:03Z" });
    const text = JSON.stringify(Array.from({ length: 10_000 }, (_, id) => record(id)));
    const finder = new SecretFinder(["sk_live_51H8abcdefghijklmnop", "s3cr3t-V4lue-of-1234"]);
    let sum = 0;
    const look = () => {
      for (let at = 0; at < text.length; at++) sum = (sum + text.charCodeAt(at)) | 0;
    };
    const ratio = least(() => assertEquals(finder.find(text), [])) / least(look);
    assert(ratio < 10, `${ratio} ${sum}`);
  },
);

Deno.test("SecretFinder.find() ignores blanks around a value", () => {
  assertEquals(without("x-abcdef", ["  abcdef\n"]), "x-***");
});

Deno.test("SecretFinder.find() finds nothing when there is nothing to find", () => {
  assertEquals(new SecretFinder([]).find("anything"), []);
  assertEquals(new SecretFinder([" "]).find("any thing"), []);
});

/** The least of several times, in ms. */
function least(work: () => void): number {
  return Math.min(...Array.from({ length: 25 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }));
}

function without(text: string, secrets: readonly string[]): string {
  let [clean, kept] = ["", 0];
  for (const { start, end } of new SecretFinder(secrets).find(text)) {
    clean += `${text.slice(kept, start)}***`;
    kept = end;
  }
  return clean + text.slice(kept);
}

function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
