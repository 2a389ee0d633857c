// A source of your own: weather stations from a file with fixed columns, which no built-in source reads.
import type { Json, ReadRequest, Source, SourceBatch } from "../../lib/pipeline/mod.ts";

const BATCH = 4;

/** `options: { file: ... }` in the YAML. */
const fileOf = (options: Json) => (options as { file: string }).file;

/** The record of a line; `undefined` if its coordinates are not numbers, which JSON would turn into null. */
function parseLine(line: string) {
  const [latitude, longitude] = [parseFloat(line.slice(8, 16)), parseFloat(line.slice(16, 26))];
  if (Number.isNaN(latitude + longitude)) return undefined;
  return { id: line.slice(0, 8).trim(), latitude, longitude, name: line.slice(35).trim() };
}

export default {
  // Asked in a process that may read this file alone; the run gets what it says here, and no more.
  describe: (options) => ({
    streams: [{ name: "stations", mode: "snapshot", primary_key: ["id"] }],
    needs: { read: [fileOf(options)] },
  }),

  async *read({ options, position, path }: ReadRequest): AsyncGenerator<SourceBatch> {
    const text = await Deno.readTextFile(path(fileOf(options)));
    const lines = text.split("\n").filter((line) => line !== "");
    // A stopped run resumes after the last batch that it kept.
    for (let next = Number(position ?? 0); next < lines.length;) {
      const batch = lines.slice(next, next += BATCH);
      const records = batch.map(parseLine).filter((record) => record !== undefined);
      const rejects = batch.filter((raw) => parseLine(raw) === undefined)
        .map((raw) => ({ raw, message: "no coordinates" }));
      // Without `end` nobody would know that it is complete.
      const place = next < lines.length ? { position: next } : { end: "end-of-file" };
      yield { records, rejects, ...place };
    }
  },
} satisfies Source;
