import { GzipFile } from "../files/mod.ts";
import type { PartFormat } from "./part_writer.ts";

/** JSON lines in gzip, which every stock Spark reads. */
export const JSON_LINES_GZIP: PartFormat = {
  extension: ".jsonl.gz",
  reader: { format: "json" },
  open: (path) => new GzipFile(path),
};
