import { assertEquals, assertThrows } from "@std/assert";
import {
  insertPublished,
  insertRun,
  newStreamRow,
  openAudit,
  type Publication,
  saveStream,
} from "../../lib/audit/mod.ts";
import type { Database } from "../../lib/db/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";
import {
  buildManifest,
  type LiveStream,
  liveStreams,
  type ManifestHead,
  type ManifestSource,
  manifestText,
  smallPublication,
} from "../../lib/lake/mod.ts";
import { jsonDocument } from "../../lib/terminal/mod.ts";
import fc from "../_property.ts";
import { runs } from "../_sample.ts";

const KEY = { run_id: "R1", source: "s", stream: "x" } as const;
/** What could be taken for the layout of a manifest, and for its end. */
const ODD = ['\n  "files": [\n', "\n  ],", "\n    },\n", '"\\', "\x9b31m", "é", "\u2028", "{}", ""];
const TEXT = fc.oneof(fc.constantFrom(...ODD, "a"), fc.string({ maxLength: 3 }));
const HEAD = fc.record({ stop_reason: TEXT, watermark: TEXT, column: TEXT }).map(
  ({ column, ...said }): ManifestHead => ({
    ...{ ...KEY, ...said, mode: "incremental", complete: true, evidence: [], contradictions: [] },
    reader: { format: "csv", option: column },
    schema: {
      type: "struct",
      fields: [{ name: column || "a", type: "string", nullable: true, metadata: { files: [] } }],
    },
  }),
);
const FILES = fc.array(
  fc.record({
    name: fc.tuple(fc.integer({ min: 0, max: 9 }), TEXT).map(([at, text]) => `raw/${at}${text}`),
    rows: fc.nat(99),
    kind: fc.constantFrom("file" as const, "part" as const, "marker" as const),
    sources: fc.array(fc.tuple(TEXT, fc.array(TEXT, { maxLength: 2 })), { maxLength: 3 }),
  }),
  { maxLength: 6 },
);

function madeOf(files: typeof FILES extends fc.Arbitrary<infer T> ? T : never) {
  const sources = new Map<string, ManifestSource[]>();
  const publications = files.map(({ name, rows, kind, sources: from }): Publication => {
    const about = { sha256: "0", bytes: 1, version: 1, acceptance: "{}" };
    sources.set(name, from.map(([path, supersedes]) => ({ ...about, path, supersedes })));
    return { ...KEY, kind, path: name, rows, bytes: 2, sha256: "1", staged: null, content: null };
  });
  return { publications, sources };
}

/** A database with one manifest. */
function withManifest(): Database {
  const db = openAudit(":memory:");
  insertRun(db, { run_id: "R1", pipeline: "p", config_identity: "c", started_at: "2026" });
  saveStream(db, newStreamRow({ ...KEY, type: "files", mode: "incremental" }));
  const manifest = smallPublication(KEY, "manifest", { path: "m", content: "" });
  insertPublished(db, [{ ...manifest, mtime_ms: null }]);
  return db;
}

/** Reads the streams of a database whose manifest is this one. */
function streamsBy(db: Database, content: string): LiveStream[] {
  db.run("UPDATE publications SET content = ?", [content]);
  return liveStreams(db);
}

Deno.test("manifestText() is the text of what buildManifest() returns", () => {
  fc.assert(
    fc.property(HEAD, FILES, (head, files) => {
      const made = madeOf(files);
      assertEquals(manifestText(head, made), jsonDocument(buildManifest(head, made)));
    }),
    { numRuns: runs(300) },
  );
});

Deno.test("liveStreams() reads the files of a manifest, however its text is laid out", () => {
  using db = withManifest();
  fc.assert(
    fc.property(HEAD, FILES, (head, files) => {
      const manifest = buildManifest(head, madeOf(files));
      const texts = [
        jsonDocument(manifest),
        JSON.stringify(manifest),
        `${JSON.stringify(manifest, null, 4)}\r\n`,
      ];
      const [one, ...others] = texts.map((text) => streamsBy(db, text));
      for (const other of others) assertEquals(one, other);
      const found = one?.[0]?.sets.flatMap((set) => set.files) ?? [];
      const wanted = manifest.files.map(({ path, rows, bytes }) => ({
        path,
        rows,
        bytes,
        run_id: "R1",
      }));
      assertEquals(found, wanted);
    }),
    { numRuns: runs(200) },
  );
});

Deno.test("liveStreams() names a manifest that is damaged within its files", () => {
  using db = withManifest();
  const head = { ...fc.sample(HEAD, { numRuns: 1, seed: 1 })[0] as ManifestHead };
  const files = [0, 1, 2].map((at) => ({
    name: `raw/${at}`,
    rows: 1,
    kind: "file" as const,
    sources: [],
  }));
  const text = manifestText(head, madeOf(files));
  for (let at = text.indexOf('"files"'); at < text.lastIndexOf("]"); at += 7) {
    for (const damaged of [text.slice(0, at), `${text.slice(0, at)}"${text.slice(at)}`]) {
      assertThrows(() => streamsBy(db, damaged), DatabaseError, "damaged");
    }
  }
});
