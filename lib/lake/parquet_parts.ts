import type { SyncFile } from "../files/mod.ts";
import { DataError } from "../errors/mod.ts";
import type { StructType } from "../schema/mod.ts";
import { engineSchema } from "./_engine_schema.ts";
import type { ParquetFile } from "./_parquet_file.ts";
import { RECORD_TEXTS } from "./_view_parts.ts";
import type { PartFormat, PartWriter } from "./part_writer.ts";

/** Parquet in zstd, which Spark and DuckDB read without parsing a text. */
export const PARQUET: PartFormat = {
  extension: ".parquet",
  reader: { format: "parquet" },
  schemaOf: (schema) => engineSchema(schema as StructType) ?? RECORD_TEXTS,
  open: (path, schema) => new ParquetPart(path, schema as StructType),
  async *records(path, columns) {
    const { readParquet } = await import("./_parquet_rows.ts");
    yield* readParquet(path, columns);
  },
};

/** Bytes of JSON in a row group: as values they need many times as much memory. */
const GROUP_BYTES = 1024 * 1024;

/** Lines become row groups; the package is loaded with the first. */
class ParquetPart implements PartWriter {
  readonly #path: string;
  readonly #schema: StructType;
  #file: ParquetFile | undefined;
  #waiting: string[] = [];
  #waitingBytes = 0;
  readonly #decoder = new TextDecoder();

  constructor(path: string, schema: StructType) {
    this.#path = path;
    this.#schema = schema;
  }

  get bytesOut(): number {
    return this.#file?.bytes ?? 0;
  }

  async write(lines: Uint8Array): Promise<void> {
    for (const line of this.#decoder.decode(lines).split("\n")) {
      if (line !== "") this.#waiting.push(line);
    }
    this.#waitingBytes += lines.length;
    if (this.#waitingBytes >= GROUP_BYTES) await this.#writeGroup();
  }

  async finish(sync: SyncFile) {
    const file = await this.#writeGroup();
    return file.finish(sync);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#file?.close();
    return Promise.resolve();
  }

  async #writeGroup(): Promise<ParquetFile> {
    this.#file ??= new (await import("./_parquet_file.ts")).ParquetFile(this.#path, this.#schema);
    try {
      this.#file.writeGroup(this.#waiting);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new DataError(
        "record-invalid",
        `Cannot write "${this.#path}": ${error.message}; part_format: jsonl.gz takes it as it is`,
        { context: { path: this.#path }, cause: error },
      );
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
    return this.#file;
  }
}
