import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import {
  completeKey,
  missedRows,
  type TableEnd,
  type TableInfo,
  type Tables,
  uncountedRows,
} from "../../db/mod.ts";
import { DatabaseError, DataError } from "../../errors/mod.ts";
import { writeAllSync } from "../../io/mod.ts";
import { PART_FORMAT, type PartWriter } from "../../lake/mod.ts";
import { cutText } from "../../logging/mod.ts";
import { TableSchema } from "../../schema/mod.ts";

/** Size of a part's content: compressed it is one task of Spark, of the size that it likes. */
const PART_BYTES = 512 * 1024 * 1024;
/** Name of the file that says what the parts are. */
const DESCRIPTION = "_extract.json";

/** What {@linkcode extractTable} does. */
export interface ExtractOptions {
  readonly table: string;
  readonly key: readonly string[];
  readonly signal: AbortSignal;
  /** Called for each page. */
  readonly onPage: (rows: number, bytes: number) => void;
  /** Size of a part's content. @default 512 MiB */
  readonly partBytes?: number;
}

/** A part of an extract. */
export interface ExtractPart {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

const encoder = new TextEncoder();

/** What was extracted. */
export interface Extract extends TableEnd {
  readonly table: string;
  /** What the rows were read by. */
  readonly key: readonly string[];
  readonly rows: number;
  readonly parts: readonly ExtractPart[];
}

/** Writes a table into a folder: parts of JSON lines, and a description of them. */
export async function extractTable(
  tables: Tables,
  folder: string,
  options: ExtractOptions,
): Promise<Extract> {
  const { signal } = options;
  const table = await tables.describe(options.table, { signal, retry: {} });
  const key = completeKey(table, options.key);
  const schema = new TableSchema(table.columns);
  await using parts = new Parts(folder, options.partBytes ?? PART_BYTES);
  const reading = tables.read({ table, key: options.key, signal });
  // The database makes the next page while this one is compressed.
  let next = reading.next();
  for (;;) {
    const step = await next;
    if (step.done) {
      await parts.close();
      checkCount(table, parts.rows, step.value);
      const extract = { table: table.name, key, rows: parts.rows, parts: parts.list };
      describeParts(folder, { ...extract, ...step.value, schema: schema.toStructType() });
      return { ...extract, ...step.value };
    }
    next = reading.next();
    // Its error is thrown where it is awaited; until then it must not count as unhandled.
    next.catch(() => {});
    const { lines, rows, tooLarge } = step.value;
    if (tooLarge !== undefined) refuseLarge(lines, table, tooLarge);
    refuseOtherText(lines, table);
    if (schema.needsValues(lines)) {
      for (const line of decoder.decode(lines).split("\n")) {
        schema.add(JSON.parse(line), encoder.encode(line));
      }
    }
    await parts.write(lines, rows);
    options.onPage(rows, lines.length);
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** SQLite takes any bytes for text; a file with them would be no JSON. */
function refuseOtherText(lines: Uint8Array, table: TableInfo): void {
  if (isUtf8(lines)) return;
  const row = decoder.decode(lines).split("\n").find((line) => line.includes("\ufffd"));
  throw new DataError(
    "record-invalid",
    `Cannot extract table "${table.name}": a text of the row ${
      cutText(row ?? "", 80)
    } is not UTF-8; ` +
      "correct it, or take the table in with a pipeline, which keeps such rows in quarantine",
    { context: { table: table.name } },
  );
}

function refuseLarge(key: Uint8Array, { name }: TableInfo, tooLarge: string): never {
  throw new DataError(
    "record-too-large",
    `Cannot extract table "${name}": the row ${cutText(decoder.decode(key), 80)} is ${tooLarge}; ` +
      "shorten it, or take the table in with a pipeline, which keeps the key of such rows in quarantine",
    { context: { table: name } },
  );
}

/** What the rows were read by is an index, which may be damaged. */
function checkCount(table: TableInfo, rows: number, { counted }: TableEnd): void {
  const uncounted = uncountedRows(table);
  if (counted === rows || counted === undefined && uncounted === undefined) return;
  if (counted === undefined) {
    throw new DatabaseError(
      "database-busy",
      `Cannot extract table "${table.name}": ${uncounted}`,
      { context: { table: table.name, rows } },
    );
  }
  throw new DatabaseError(
    table.isInherited ? "database-statement" : "database-damaged",
    `Cannot extract table "${table.name}": its key leads to ${rows} rows, and it has ${counted}; ` +
      missedRows(table),
    { context: { table: table.name, ...(table.isInherited && { key: [] }), rows, counted } },
  );
}

function describeParts(folder: string, extract: Extract & { readonly schema: unknown }): void {
  const { table, key, rows, oneSnapshot, counted, parts, schema } = extract;
  const text = JSON.stringify(
    {
      table,
      key,
      rows,
      one_snapshot: oneSnapshot,
      counted: counted ?? null,
      parts,
      reader: PART_FORMAT.reader,
      schema,
    },
    null,
    2,
  );
  using file = Deno.openSync(join(folder, DESCRIPTION), { write: true, createNew: true });
  writeAllSync(file, new TextEncoder().encode(`${text}\n`));
}

/** The parts, one open at a time. */
class Parts implements AsyncDisposable {
  readonly list: ExtractPart[] = [];
  readonly #folder: string;
  readonly #most: number;
  #open:
    | { readonly name: string; readonly writer: PartWriter; rows: number; bytes: number }
    | undefined;

  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  get rows(): number {
    return this.list.reduce((sum, { rows }) => sum + rows, 0);
  }

  async write(lines: Uint8Array, rows: number): Promise<void> {
    const part = this.#open ??= this.#next();
    await part.writer.write(lines);
    await part.writer.write(LINE_BREAK);
    part.rows += rows;
    part.bytes += lines.length + 1;
    if (part.bytes >= this.#most) await this.close();
  }

  async close(): Promise<void> {
    if (this.#open === undefined) return;
    const { name, rows, writer } = this.#open;
    const { bytes, sha256 } = await writer.finish((file) => file.syncSync());
    this.list.push({ name, rows, bytes, sha256 });
    this.#open = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open?.writer[Symbol.asyncDispose]();
  }

  #next() {
    const number = String(this.list.length).padStart(5, "0");
    const name = `part-${number}${PART_FORMAT.extension}`;
    return {
      name,
      rows: 0,
      bytes: 0,
      writer: PART_FORMAT.open(join(this.#folder, name), undefined),
    };
  }
}

const LINE_BREAK = Uint8Array.of(10);
