import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { DataError, type Reject } from "../../lib/errors/mod.ts";
import { type Dialect, validateFile } from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder } from "./_support.ts";

type Encoding = NonNullable<Dialect["encoding"]>;

/** Writes text in an encoding; of Windows-1252 only what it has in common with Latin-1, and the euro sign. */
function encode(content: string, encoding: Encoding): Uint8Array {
  const codes = Array.from({ length: content.length }, (_, at) => content.charCodeAt(at));
  if (encoding === "utf-16be") return Uint8Array.from(codes.flatMap((code) => [code >> 8, code]));
  if (encoding.startsWith("utf-16")) {
    return Uint8Array.from(codes.flatMap((code) => [code, code >> 8]));
  }
  return Uint8Array.from(codes, (code) => code === 0x20ac ? 0x80 : code);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

for (
  const [encoding, letters, mark] of [
    ["latin-1", "é", ""],
    ["windows-1252", "é€", ""],
    ["utf-16", "é€😀", "\ufeff"],
    ["utf-16le", "é€😀", ""],
    ["utf-16be", "é€😀", ""],
  ] as const
) {
  Deno.test(
    `validateFile() gives offsets of rejected rows in the bytes of the file: ${encoding}`,
    ON_DISK,
    async () => {
      using folder = new TempFolder();
      const rows = Array.from({ length: 12_000 }, (_, at) => {
        if (at % 4999 === 1) return `${at},${letters.repeat(40_000)}`;
        return at % 997 === 0 ? `${at},${letters},x` : `${at},${letters.repeat(at % 5)}`;
      });
      const content = encode(`${mark}id,${letters}\n${rows.join("\n")}\n`, encoding);
      for (const name of ["a.csv", "a.csv.gz"]) {
        const entry = folder.write(name, name === "a.csv" ? content : gzipSync(content));
        const rejects: Reject[] = [];
        await validateFile(entry, {
          onReject: (reject) => rejects.push(reject),
          dialect: { encoding, maxRowBytes: 1000 },
        });
        const bad = rows.filter((row) => row.endsWith(",x") || row.length > 1000);
        assertEquals(rejects.length, bad.length);
        for (const [at, { place: { byteOffset = -1 } }] of rejects.entries()) {
          const row = encode(`\n${bad[at]}`, encoding);
          const before = encoding.startsWith("utf-16") ? 2 : 1;
          const found = content.subarray(byteOffset - before, byteOffset - before + row.length);
          assertEquals(found.toHex(), row.toHex());
        }
      }
      const lines = `{"a":"${letters}"}\n{"a":${letters}}\n`.repeat(3000);
      const json = encode(mark + lines, encoding);
      const offsets: number[] = [];
      await validateFile(folder.write("a.jsonl", json), {
        onReject: ({ place }) => offsets.push(place.byteOffset ?? -1),
        dialect: { encoding },
      });
      const record = encode(`{"a":${letters}}`, encoding);
      assertEquals(offsets.length, 3000);
      for (const at of offsets) {
        assertEquals(json.subarray(at, at + record.length).toHex(), record.toHex());
      }
    },
  );
}

Deno.test("validateFile() says where UTF-16 is none", ON_DISK, async () => {
  using folder = new TempFolder();
  const good = encode("\ufeffid,v\n" + "1,é😀\n".repeat(30_000), "utf-16");
  const after = encode("x\n".repeat(50_000), "utf-16");
  for (
    const [bad, at] of [
      [[0x34, 0, 0, 0xd8, 0x35, 0], 2],
      [[0x34, 0, 0, 0xdc], 2],
      [[0x3d, 0xd8, 0x3d, 0xd8], 0],
    ] as const
  ) {
    for (const length of [0, 2, 4, 65_536 - good.length % 65_536 - 4]) {
      const filler = encode("y".repeat(length / 2), "utf-16");
      const content = joined(good, filler, Uint8Array.from(bad), after);
      const error = await assertRejects(
        () =>
          validateFile(folder.write("a.csv", content), {
            onReject: () => {},
            dialect: { encoding: "utf-16" },
          }),
        DataError,
      );
      assertEquals(error.code, "file-encoding");
      assertEquals(error.context["byteOffset"], good.length + filler.length + at);
    }
  }
  const half = folder.write("b.csv", joined(good, Uint8Array.of(0x34)));
  const dialect = { encoding: "utf-16" } as const;
  const error = await assertRejects(
    () => validateFile(half, { onReject: () => {}, dialect }),
    DataError,
  );
  assertEquals(error.context["byteOffset"], good.length);
});
