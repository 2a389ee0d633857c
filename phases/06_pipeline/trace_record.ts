import { join } from "node:path";
import { openDatabase } from "../../lib/db/mod.ts";
import { gunzip } from "../../lib/files/mod.ts";
import type { FetchReport } from "../01_apis/fetch_report.ts";
import type { DatabasesResult } from "../03_databases.ts";
import type { FilesResult } from "../02_files.ts";
import type { WorkFolders } from "../_narrator/mod.ts";

/** One place where a record was found. */
export interface TraceStep {
  /** `phase 1` and so on. */
  readonly phase: string;
  /** Where. */
  readonly place: string;
  /** How one knows that it is that record. */
  readonly proof: string;
  /** The record's own line. */
  readonly line: string;
}

/** A part of the lake of phase 6 and the manifest that names it. */
interface ManifestFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Follows one record from the page that brought it to the part of the lake that holds it.
 *
 * @param id The record's id.
 * @returns One step a place, in the order of the phases; a place that lacks the record is left out.
 */
export async function traceRecord(work: WorkFolders, id: string): Promise<TraceStep[]> {
  const steps = [
    await tracePage(work, id),
    await tracePart(work, id),
    await traceTable(work, id),
    await traceLake(work, id),
  ];
  return steps.filter((step) => step !== undefined);
}

async function tracePage(work: WorkFolders, id: string): Promise<TraceStep | undefined> {
  const report = await work.result<FetchReport>(1);
  const bytes = await Deno.readFile(work.path(1, report.file));
  for (const page of report.pages) {
    const line = findLine(new TextDecoder().decode(bytes.subarray(page.fromByte, page.toByte)), id);
    if (line === undefined) continue;
    const place = `page ${page.number}, attempt ${page.attempts}`;
    return { phase: "phase 1", place, proof: `request ${page.requestId}`, line };
  }
  return undefined;
}

async function tracePart(work: WorkFolders, id: string): Promise<TraceStep | undefined> {
  const { parts } = await work.result<FilesResult>(2);
  for (const part of parts) {
    const line = findLine(await readGzip(work.path(2, part)), id);
    if (line !== undefined) {
      return { phase: "phase 2", place: part, proof: "the same bytes", line };
    }
  }
  return undefined;
}

async function traceTable(work: WorkFolders, id: string): Promise<TraceStep | undefined> {
  const { source } = await work.result<DatabasesResult>(3);
  using db = openDatabase(work.path(3, source), { readOnly: true });
  const row = db.get<{ body: string }>("SELECT body FROM events WHERE id = ?", [id]);
  if (row === undefined) return undefined;
  return { phase: "phase 3", place: `${source}, table events`, proof: "its key", line: row.body };
}

async function traceLake(work: WorkFolders, id: string): Promise<TraceStep | undefined> {
  const stream = work.path(6, "lake/raw/usgs/events");
  for await (const { name } of Deno.readDir(join(stream, "_manifests"))) {
    if (!name.endsWith(".json")) continue;
    const { files } = JSON.parse(await Deno.readTextFile(join(stream, "_manifests", name))) as {
      readonly files: readonly ManifestFile[];
    };
    for (const { path, sha256 } of files) {
      const line = findLine(await readGzip(work.path(6, "lake", path)), id);
      const proof = `manifest, sha256 ${sha256.slice(0, 12)}…`;
      if (line !== undefined) return { phase: "phase 6", place: path, proof, line };
    }
  }
  return undefined;
}

function findLine(text: string, id: string): string | undefined {
  return text.split("\n").find((line) =>
    line !== "" && (JSON.parse(line) as { readonly id?: unknown }).id === id
  );
}

async function readGzip(path: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of gunzip([await Deno.readFile(path)], { source: path })) {
    pieces.push(piece);
  }
  return await new Blob(pieces as Uint8Array<ArrayBuffer>[]).text();
}

/** Finds the strongest earthquake among phase 1's records. */
export async function strongestQuake(work: WorkFolders): Promise<string> {
  const { file } = await work.result<FetchReport>(1);
  const lines = (await Deno.readTextFile(work.path(1, file))).trimEnd().split("\n");
  const quakes = lines.map((line) =>
    JSON.parse(line) as { id: string; properties: { mag: number | null } }
  );
  return quakes.reduce((a, b) => (b.properties.mag ?? 0) > (a.properties.mag ?? 0) ? b : a).id;
}
