import { assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { StreamRequest } from "../../lib/api/mod.ts";
import { granted } from "../_granted.ts";
import { hunted, outcome } from "./adversary/_outcome.ts";
import { serve } from "./_server.ts";

const ignore = !granted("net", "read", "write");
const TEXT = '{"items":[{"id":"é"},{"id":"ü"}]}';
const TWO_MEMBERS = Buffer.concat([gzipSync(TEXT.slice(0, 16)), gzipSync(TEXT.slice(16))]);
const JSON_TYPE = { "content-type": "application/json" };

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function utf16(text: string, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at++) {
    view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
  }
  return new Uint8Array(view.buffer);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

interface Case {
  readonly body: Uint8Array;
  readonly headers?: Record<string, string>;
  readonly stream?: Partial<StreamRequest>;
}

const CASES: Record<string, Case> = {
  "deflate with zlib's header": {
    body: deflateSync(TEXT),
    headers: { "content-encoding": "deflate" },
  },
  "deflate without header": {
    body: deflateRawSync(TEXT),
    headers: { "content-encoding": "deflate" },
  },
  "gzip of two members": {
    body: TWO_MEMBERS,
    headers: { "content-encoding": "gzip" },
  },
  "gzip of two members under its old name": {
    body: TWO_MEMBERS,
    headers: { "content-encoding": "x-gzip" },
  },
  "gzip with zeros after it": {
    body: Buffer.concat([TWO_MEMBERS, Buffer.alloc(700)]),
    headers: { "content-encoding": "x-gzip" },
  },
  "gzip of two members without saying so": { body: TWO_MEMBERS },
  "brotli that nobody asked for": {
    body: brotliCompressSync(TEXT),
    headers: { "content-encoding": "br" },
  },
  "gzip without saying so": { body: gzipSync(TEXT) },
  "Latin-1 as it says": {
    body: latin1(TEXT),
    headers: { "content-type": "application/json; charset=ISO-8859-1" },
  },
  "UTF-8 although it says Latin-1": {
    body: utf8(TEXT),
    headers: { "content-type": 'application/json; charset="iso-8859-1"' },
  },
  "Latin-1 as the configuration says": { body: latin1(TEXT), stream: { charset: "latin1" } },
  "UTF-16 as it says": {
    body: utf16(TEXT, true),
    headers: { "content-type": "application/json;charset=utf-16le" },
  },
  "UTF-16 by its mark": { body: utf16(`\ufeff${TEXT}`, true) },
  "UTF-16 by its mark, big-endian": { body: utf16(`\ufeff${TEXT}`, false) },
  "Latin-1 in deflate": {
    body: deflateSync(latin1(TEXT)),
    headers: { "content-encoding": "deflate" },
    stream: { charset: "latin1" },
  },
  "HTML by its content type, as declared": {
    body: utf8(TEXT),
    headers: { "content-type": "text/html; charset=utf-8" },
    stream: { contentType: "text/html" },
  },
};

for (const [name, { body, headers, stream }] of Object.entries(CASES)) {
  for (const large of [false, true]) {
    const isHeld = !/says|mark|so/.test(name) || stream?.charset !== undefined;
    // What only shows once a body is whole is not looked for in a file.
    if (large && !isHeld) continue;
    Deno.test({
      name: `pages() reads a body in ${name}${large ? ", from a file" : ""}`,
      ignore,
      async fn() {
        const folder = await Deno.makeTempDir();
        await using server = serve(() =>
          new Response(new Uint8Array(body), { headers: { ...JSON_TYPE, ...headers } })
        );
        const spool = { folder, threshold: large ? 0 : 1e6 };
        const { client } = hunted(server.url, { spool });
        const ids: unknown[] = [];
        for await (const { value } of client.records({ path: "/", records: "items", ...stream })) {
          ids.push((value as { id: string }).id);
        }
        await Deno.remove(folder, { recursive: true });
        assertEquals(ids, ["é", "ü"]);
      },
    });
  }
}

for (
  const [name, { body, headers, stream, says }] of Object.entries({
    "no Latin-1 that is declared UTF-16": {
      body: latin1('{"items":[]}x'),
      stream: { charset: "utf-16le" },
      headers: {},
      says: "not in the declared charset utf-16le",
    },
    "gzip with something else after it": {
      body: new Uint8Array([...gzipSync(TEXT), 120, 120]),
      stream: {},
      headers: { "content-encoding": "x-gzip" },
      says: "cannot be decompressed (x-gzip)",
    },
    "gzip with another member behind zeros": {
      body: new Uint8Array(Buffer.concat([gzipSync(TEXT), Buffer.alloc(5), gzipSync(" ")])),
      stream: {},
      headers: { "content-encoding": "x-gzip" },
      says: "other bytes follow the end of the body (x-gzip)",
    },
    "gzip whose second member is cut": {
      body: new Uint8Array(TWO_MEMBERS.subarray(0, -3)),
      stream: {},
      headers: { "content-encoding": "x-gzip" },
      says: "cannot be decompressed (x-gzip)",
    },
    "a compression that nobody asked for": {
      body: utf8(TEXT),
      stream: {},
      headers: { "content-encoding": "compress" },
      says: 'its compression "compress" is unknown',
    },
    "a charset that nobody knows": {
      body: latin1(TEXT),
      stream: {},
      headers: { "content-type": "application/json; charset=klingon" },
      says: 'the charset "klingon" is unknown',
    },
    "Latin-1 that says nothing": { body: latin1(TEXT), stream: {}, headers: {}, says: "not UTF-8" },
  })
) {
  Deno.test({
    name: `pages() refuses a body in ${name}`,
    ignore,
    async fn() {
      await using server = serve(() =>
        new Response(body, { headers: { ...JSON_TYPE, ...headers } })
      );
      const { client } = hunted(server.url, { retry: { limit: 0 } });
      const { code, error } = await outcome(client, { path: "/", records: "items", ...stream });
      assertEquals(code, "http-body-invalid");
      assertStringIncludes(String(error), says);
    },
  });
}

Deno.test({
  name: "pages() asks for compressed JSON, and for lines as they are",
  ignore,
  async fn() {
    const asked: (string | null)[] = [];
    const lines = '{"id":1}\n{"id":2}\n';
    await using server = serve(({ headers, url }) => {
      asked.push(headers.get("accept-encoding"));
      return url.pathname === "/lines"
        ? new Response(lines, { headers: { "content-type": "application/jsonl" } })
        : new Response(new Uint8Array(TWO_MEMBERS), {
          headers: { ...JSON_TYPE, "content-encoding": "gzip" },
        });
    });
    const { client } = hunted(server.url);
    const { ids } = await outcome(client, { path: "/", records: "items" });
    assertEquals([ids, asked], [["é", "ü"], ["gzip, br", "identity"]]);
    // From then on nothing is compressed.
    await outcome(client, { path: "/", records: "items" });
    assertEquals(asked.slice(2), ["identity"]);
    const other = hunted(server.url);
    const read = await outcome(other.client, { path: "/lines", format: "jsonl" });
    assertEquals([read.ids, asked.slice(3)], [[1, 2], ["identity"]]);
  },
});

for (
  const [body, says] of [
    ['{"items":[{"id":1} {"id":2}]}', "not valid JSON from character 19 on"],
    ['{"items":[', "not valid JSON: it ends too early"],
  ] as const
) {
  Deno.test({
    name: `pages() says where the JSON breaks: ${says}`,
    ignore,
    async fn() {
      await using server = serve(() => new Response(body, { headers: JSON_TYPE }));
      const { client } = hunted(server.url, { retry: { limit: 0 } });
      const { error } = await outcome(client, { path: "/", records: "items" });
      assertStringIncludes(String(error), says);
    },
  });
}
