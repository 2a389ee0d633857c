// A source of your own: weather stations from a file with fixed columns, which no built-in source reads.
import type { Json, ReadRequest, Source, SourceBatch } from "../../lib/pipeline/mod.ts";

const BATCH = 4;

/** `options: { file: ... }` in the YAML. */
function fileOf(options: Json): string {
  return (options as { file: string }).file;
}

function parseLine(line: string) {
  return {
    id: line.slice(0, 8).trim(),
    latitude: Number(line.slice(8, 16)),
    longitude: Number(line.slice(16, 26)),
    elevation: Number(line.slice(26, 33)),
    name: line.slice(35).trim(),
  };
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
    // A run that was stopped goes on after the last batch that it kept.
    for (let next = Number(position ?? 0); next < lines.length;) {
      const records = lines.slice(next, next += BATCH).map(parseLine);
      // Without `end` nobody would know that it is complete.
      yield next < lines.length ? { records, position: next } : { records, end: "end-of-file" };
    }
  },
} satisfies Source;
