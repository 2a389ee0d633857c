import { zstdDecompressSync } from "node:zlib";
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { parseExactly } from "../grammar/mod.ts";
import { RECORD } from "./_view_parts.ts";

const compressors = { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) };

/** Yields the rows of a Parquet file, one row group in memory at a time; its 64-bit numbers are of type `bigint`. */
export async function* readParquet(
  path: string,
  columns: readonly string[],
): AsyncGenerator<unknown> {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const slice = (from: number, to = size) => {
    const bytes = new Uint8Array(to - from);
    file.seekSync(from, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) {
      const read = file.readSync(bytes.subarray(at));
      if (read === null) throw new RangeError(`Cannot read "${path}": it ends too early`);
      at += read;
    }
    return bytes.buffer;
  };
  const buffer: AsyncBuffer = { byteLength: size, slice };
  const metadata = await parquetMetadataAsync(buffer);
  // A part has a column that none of its records has a value in only if another record of the stream had one.
  const [, ...own] = metadata.schema.map(({ name }) => name);
  const [text = ""] = RECORD.fields.map(({ name }) => name);
  // The names of the records are none for a column: each is one text.
  const isText = own.length === 1 && own[0] === text && !columns.includes(text);
  const wanted = isText ? own : columns.filter((name) => own.includes(name));
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const about = { file: buffer, metadata, compressors, columns: wanted, rowStart, rowEnd };
    const rows = await parquetReadObjects(about);
    yield* isText ? rows.map((row) => parseExactly(String(row[text]))) : rows;
    rowStart = rowEnd;
  }
}
