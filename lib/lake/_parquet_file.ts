import { createHash } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { SyncFile } from "../files/mod.ts";
import { storageError, writeAllSync } from "../io/mod.ts";
import type { StructType } from "../schema/mod.ts";
import { engineSchema } from "./_engine_schema.ts";
import { parquetElements } from "./_parquet_schema.ts";
import { parquetRows } from "./_parquet_values.ts";

/** A Parquet file that is written one row group at a time; none is kept in memory. */
export class ParquetFile {
  readonly #path: string;
  readonly #schema: StructType | undefined;
  readonly #file: Deno.FsFile;
  readonly #hash = createHash("sha256");
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #isOpen = true;

  /** Creates the file; one that is there is replaced. */
  constructor(path: string, schema: StructType) {
    this.#path = path;
    this.#schema = engineSchema(schema);
    try {
      this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    } catch (error) {
      throw storageError("create", path, error);
    }
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: parquetElements(this.#schema),
      codec: "ZSTD",
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
      createdBy: "headwaters",
    });
  }

  get bytes(): number {
    return this.#bytes.offset;
  }

  /**
   * Writes records as one row group.
   *
   * @param lines JSON.
   * @throws {RangeError} If a value does not fit the schema.
   */
  writeGroup(lines: readonly string[]): void {
    if (lines.length > 0) {
      const columnData = parquetRows(lines, this.#schema);
      this.#writer.write({ columnData, rowGroupSize: lines.length });
    }
    this.#store();
  }

  /** Writes the footer, and closes the file unless somebody else keeps it. */
  finish(sync: SyncFile): { bytes: number; sha256: string } {
    this.#writer.finish();
    this.#store();
    if (sync(this.#file) === true) this.#isOpen = false;
    this.close();
    return { bytes: this.bytes, sha256: this.#hash.digest("hex") };
  }

  /** Closes the file; what was not finished stays incomplete. */
  close(): void {
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
  }

  #store(): void {
    const bytes = this.#bytes.getBytes();
    try {
      writeAllSync(this.#file, bytes);
    } catch (error) {
      throw storageError("write", this.#path, error);
    }
    this.#hash.update(bytes);
    this.#bytes.index = 0;
  }
}
