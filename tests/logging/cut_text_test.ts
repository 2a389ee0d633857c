import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { bodyErrorOf } from "../../lib/api/body/reported_error.ts";
import { asUtf8, decodedStream } from "../../lib/api/body/decoded_body.ts";
import { boundedMessage, ConfigError } from "../../lib/errors/mod.ts";
import { cutText } from "../../lib/logging/mod.ts";
import { fault } from "../../lib/pipeline/sources/module/load.ts";
import { Secret } from "../../lib/secrets/mod.ts";

const TOKEN = "Kq8vZ2mXw4RtY7uPaLs9Kq8vZ2mXw4RtY7uPaLs9Kq8vZ2mX";
/** No more of it than this may be shown by chance. */
const PART = TOKEN.slice(0, 8);

/** Runs a test while the token is a secret. */
async function withToken(test: () => void | Promise<void>): Promise<void> {
  const secret = new Secret(TOKEN, "CUT_TOKEN");
  try {
    await test();
  } finally {
    secret.forget();
  }
}

function assertHidden(text: string): void {
  assert(!text.toLowerCase().includes(PART.toLowerCase()), text);
  assertStringIncludes(text, "***");
}

Deno.test("cutText() takes out a secret that begins before the limit and ends after it", () =>
  withToken(() => {
    assertEquals(cutText(`seen: ${TOKEN}`, 20), "seen: ***");
    assertEquals(cutText(`${"x".repeat(18)}${TOKEN} and more`, 20), `${"x".repeat(18)}**...`);
    assertEquals(cutText(btoa(TOKEN), 20), "***");
  }));

Deno.test("cutText() leaves a short text as it is and half a character out", () => {
  assertEquals(cutText("a b", 3), "a b");
  assertEquals(cutText("ab\u{1f600}", 3), "ab\ufffd...");
});

Deno.test("cutText() shows no part of a secret where it stops to read", () =>
  withToken(() => {
    // Each of those before is three letters when it is taken out: the last one moves to the front.
    const text = `${TOKEN} `.repeat(900);
    assert(!cutText(text, 3_000).includes(PART));
    assert(cutText(text, 40).endsWith("..."));
  }));

Deno.test("an answer's parts are quoted without the part of a secret that is left by their limits", () =>
  withToken(async () => {
    const body = { error: { a: ["x".repeat(170), TOKEN] } };
    assertHidden(bodyErrorOf(undefined)(body, 0) ?? "");
    const type = new Headers({ "content-type": `application/json; charset=${TOKEN}` });
    try {
      asUtf8(Uint8Array.of(0xff), type);
      throw new Error("it has read that charset");
    } catch (error) {
      assertHidden(String(error));
    }
    const response = new Response("{}", { headers: { "content-encoding": TOKEN } });
    const read = new Response(decodedStream(response, {})).text();
    assertHidden(await read.then(() => "it has read that", String));
  }));

Deno.test("IngestError's message is cut after its secrets were taken out", () =>
  withToken(() => {
    const text = `${"x".repeat(3_490)}${TOKEN}${"y".repeat(4_000)}`;
    assertHidden(boundedMessage(text));
    assertHidden(new ConfigError("config-invalid", text).message);
  }));

Deno.test("what a module throws is shortened after its secrets were taken out", () =>
  withToken(() => assertHidden(fault("m.ts", "read", { at: "x".repeat(170), TOKEN }).message)));
