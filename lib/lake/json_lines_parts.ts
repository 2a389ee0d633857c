import { TextLineStream } from "@std/streams";
import { gunzip, GzipFile } from "../files/mod.ts";
import { parseExactly } from "../grammar/mod.ts";
import type { PartFormat } from "./part_writer.ts";

/** JSON lines in gzip, which every stock Spark reads. */
export const JSON_LINES_GZIP: PartFormat = {
  extension: ".jsonl.gz",
  reader: { format: "json" },
  isAsSent: true,
  open: (path) => new GzipFile(path),
  records: recordsIn,
};

async function* recordsIn(path: string): AsyncGenerator<unknown> {
  const file = await Deno.open(path);
  const lines = ReadableStream.from(gunzip(file.readable, { source: path }))
    .pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) yield parseExactly(line);
}
