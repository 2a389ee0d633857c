import { everyTest } from "../_sample.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { gunzipSync, gzipSync, zstdDecompressSync } from "node:zlib";
import { DataError } from "../../lib/errors/mod.ts";
import {
  compressFile,
  decompressFile,
  type FileEntry,
  fileEntry,
  listArchive,
} from "../../lib/files/mod.ts";
import { bytes, ON_DISK, TempFolder, text } from "./_support.ts";
import { zipOf } from "./_zip.ts";

/** Two blocks and a half, so that more than one worker has something to do. */
const CONTENT = "0123456789abcdef,some text\n".repeat(100_000);

function at(folder: TempFolder, name: string): FileEntry {
  return fileEntry(name, folder.at(name), Deno.statSync(folder.at(name)));
}

everyTest(
  "compressFile() writes the same gzip members on any number of workers",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entry = folder.write("a.csv", CONTENT);
    const one = await compressFile(entry, folder.at("1.gz"), { workers: 1 });
    const two = await compressFile(entry, folder.at("2.gz"), { workers: 2 });
    assertEquals(two, one);
    assertEquals(text(gunzipSync(Deno.readFileSync(folder.at("2.gz")))), CONTENT);
    assertEquals([one.contentBytes, one.bytes], [CONTENT.length, at(folder, "1.gz").size]);
    const back = await decompressFile(at(folder, "2.gz"), folder.at("back.csv"));
    assertEquals([back.sha256, back.contentBytes], [one.contentSha256, one.contentBytes]);
  },
);

Deno.test("compressFile() writes small files, empty ones and zstd", ON_DISK, async () => {
  using folder = new TempFolder();
  for (const content of ["a\n1\n", ""]) {
    const entry = folder.write("a.csv", content);
    await compressFile(entry, folder.at("a.csv.gz"));
    assertEquals(text(gunzipSync(Deno.readFileSync(folder.at("a.csv.gz")))), content);
  }
  await compressFile(folder.write("b.csv", CONTENT), folder.at("b.csv.zst"), { format: "zstd" });
  assertEquals(text(zstdDecompressSync(Deno.readFileSync(folder.at("b.csv.zst")))), CONTENT);
  await decompressFile(at(folder, "b.csv.zst"), folder.at("back.csv"));
  assertEquals(Deno.readTextFileSync(folder.at("back.csv")), CONTENT);
});

Deno.test(
  "compressFile() notices that the disk does not hold what was written",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    for (const [content, format] of [["a\n1\n", "zstd"], ["a\n1\n", "gzip"]] as const) {
      const entry = folder.write("a.csv", content);
      const sync = (file: Deno.FsFile) => file.truncateSync(0);
      const error = await assertRejects(
        () => compressFile(entry, folder.at("a.gz"), { format, sync }),
        DataError,
      );
      assertEquals(error.code, "file-corrupt");
    }
  },
);

/** What can be added to bytes without another CRC-32: its polynomial. */
const SAME_CHECKSUM = [0x41, 0x06, 0x71, 0xdb, 0x01];

/** Changes each block on its way to a worker; or each member on its way back, so that its checksum stays right. */
function damagedWorker(what: "block" | "member"): typeof Worker {
  return class extends Worker {
    override postMessage(message: { readonly block?: Uint8Array }, options?: unknown): void {
      const { block } = message;
      if (what === "block" && block !== undefined) block[100] = (block[100] ?? 0) ^ 1;
      super.postMessage(message, options as Transferable[]);
    }

    override set onmessage(hear: (event: MessageEvent) => void) {
      super.onmessage = (event) => {
        const { bytes } = event.data;
        const isMember = bytes?.[0] === 0x1f && bytes[1] === 0x8b;
        hear(what === "member" && isMember ? damaged(bytes) : event);
      };
    }
  };
}

function damaged(member: Uint8Array): MessageEvent {
  const content = gunzipSync(member);
  for (const [at, byte] of SAME_CHECKSUM.entries()) {
    content[100 + at] = (content[100 + at] ?? 0) ^ byte;
  }
  return new MessageEvent("message", { data: { bytes: Uint8Array.from(gzipSync(content)) } });
}

everyTest(
  "compressFile() notices what is damaged between reading and writing",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entry = folder.write("a.csv", CONTENT);
    const { Worker } = globalThis;
    for (const what of ["block", "member"] as const) {
      globalThis.Worker = damagedWorker(what);
      try {
        const compress = () => compressFile(entry, folder.at(`${what}.gz`), { workers: 2 });
        assertEquals((await assertRejects(compress, DataError)).code, "file-corrupt");
      } finally {
        globalThis.Worker = Worker;
      }
    }
  },
);

Deno.test(
  "decompressFile() reads all members, takes files out of archives, and refuses the rest",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const members = [gzipSync("a\n"), gzipSync("1\n")].flatMap((member) => [...member]);
    await decompressFile(folder.write("a.gz", Uint8Array.from(members)), folder.at("a"));
    assertEquals(Deno.readTextFileSync(folder.at("a")), "a\n1\n");
    const [file] = listArchive(folder.write("z.zip", zipOf([{ name: "d/x.csv", content: "x\n" }])));
    assert(file !== undefined);
    await decompressFile(file, folder.at("x.csv"));
    assertEquals(Deno.readTextFileSync(folder.at("x.csv")), "x\n");
    for (
      const [name, content, code] of [
        ["plain.csv", bytes("a\n"), "file-type"],
        ["plain.gz", bytes("a\n"), "file-kind"],
        ["cut.gz", gzipSync(CONTENT).subarray(0, 900), "file-corrupt"],
      ] as const
    ) {
      const entry = folder.write(name, Uint8Array.from(content));
      const error = await assertRejects(() => decompressFile(entry, folder.at("no")), DataError);
      assertEquals(error.code, code);
    }
  },
);
