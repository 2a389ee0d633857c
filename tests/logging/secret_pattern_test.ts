import { everyTest } from "../_sample.ts";
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { secretPattern } from "../../lib/logging/mod.ts";
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
};
const value = fc.string({ unit: "grapheme", minLength: 6, maxLength: 40 })
  .filter((text) => text === text.trim() && new Set(text).size > 3);

/** Forms that are left to the suite of every case. */
const RARE = /marks|escaped bytes|quoted|UTF-16|several lines/;

for (const [form, encode] of Object.entries(FORMS)) {
  const test = RARE.test(form) ? everyTest : Deno.test;
  test(`secretPattern() finds any secret when it is sent ${form}`, () => {
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
        const pattern = secretPattern([secret]);
        assert(pattern);
        const encoded = encode(secret);
        const clean = `${before} ${encoded} ${after}`.replace(pattern, "***");
        assert(!clean.includes(encoded) && !clean.includes(secret), clean);
      }),
      { numRuns: runs(60) },
    );
  });
}

Deno.test("secretPattern() takes the longer of two secrets when one begins with the other", () => {
  const pattern = secretPattern(["abcdef", "abcdef-ghi"]);
  assert(pattern);
  assertEquals("abcdef-ghi abcdef".replace(pattern, "***"), "*** ***");
});

Deno.test("secretPattern() ignores blanks around a value", () => {
  const pattern = secretPattern(["  abcdef\n"]);
  assert(pattern);
  assertEquals("x-abcdef".replace(pattern, "***"), "x-***");
});

Deno.test("secretPattern() is undefined when there is nothing to find", () => {
  assertEquals(secretPattern([]), undefined);
  assertEquals(secretPattern([" "]), undefined);
});

function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
