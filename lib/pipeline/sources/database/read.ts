import { join } from "@std/path";
import {
  completeKey,
  type TableColumn,
  type TableEnd,
  type TableInfo,
  type TablePage,
  type TablePosition,
  type Tables,
} from "../../../db/mod.ts";
import {
  getBoundary,
  remember,
  rememberedOf,
  RememberedRecords,
  watermarkBefore,
} from "../../../audit/mod.ts";
import type { RecordBatch, RecordMemory, SourceRecord, StagedLines } from "../../record_batch.ts";
import { type BackoffOptions, ConfigError } from "../../../errors/mod.ts";
import { stageRecords } from "../../record_stream.ts";
import type { RunContext } from "../../run_context.ts";
import { streamId, type StreamReader } from "../../source_type.ts";
import type { StreamRecord } from "../../stream_record.ts";
import type { ReadEnd } from "../../verdict.ts";
import { Cursor } from "./cursor.ts";
import { DatabaseMemory, REMEMBERED_READS } from "./memory.ts";
import type { DatabaseSource, DatabaseStream } from "./schema.ts";
import { endOfTable } from "./table_end.ts";

/** What a stream of a database is read with. */
export interface DatabaseReaderOptions {
  readonly source: DatabaseSource;
  readonly stream: DatabaseStream;
  /** Whether the primary key is all that is read of a row. */
  readonly keysOnly: boolean;
  /** Opens the database at the first use, so that one that cannot be reached fails its streams and no others. */
  readonly tables: () => Promise<Tables>;
}

/** Returns the reader of one table. */
export function databaseReader(
  ctx: RunContext,
  record: StreamRecord,
  options: DatabaseReaderOptions,
): StreamReader {
  const { source, stream } = options;
  const memory = new LateMemory(async () => {
    const tables = await options.tables();
    const how = { signal: ctx.signal, retry: retryOf(source) };
    const found = await tables.describe(stream.table ?? stream.name, how);
    const table = options.keysOnly ? keysAlone(found) : found;
    checkKey(record, stream, table);
    const column = columnOf(stream, table);
    if (column !== undefined) await tables.checkCursor(table, column, how);
    const key = completeKey(table, keyOf(stream));
    return { table, key, memory: memoryOf(ctx, record, { stream, table }) };
  });
  return {
    memory,
    async read() {
      const { table } = await memory.ready();
      const tables = await options.tables();
      const from = fromOf(record, stream, table);
      await stageRecords(ctx, record, {
        memory,
        batches: (position) =>
          readTable(
            tables.read({
              table,
              key: keyOf(stream),
              from,
              position: position as TablePosition | null,
              signal: ctx.signal,
              retry: retryOf(source),
            }),
            { table, before: record.row.pages },
          ),
      });
    },
  };
}

function retryOf({ retry: { limit, max_wait: cap } }: DatabaseSource): BackoffOptions {
  return { limit, cap };
}

interface MadeMemory {
  readonly table: TableInfo;
  /** What tells its rows apart. */
  readonly key: readonly string[];
  readonly memory: DatabaseMemory;
}

/** A memory that is made once the database has said what the table is. */
class LateMemory implements RecordMemory {
  readonly #make: () => Promise<MadeMemory>;
  #made: MadeMemory | undefined;

  constructor(make: () => Promise<MadeMemory>) {
    this.#make = make;
  }

  async ready(): Promise<{ readonly table: TableInfo }> {
    this.#made = await this.#make();
    return this.#made;
  }

  get columns(): readonly TableColumn[] {
    return this.#ready.table.columns;
  }

  get placeColumns(): readonly string[] {
    return this.#ready.key;
  }

  get primaryKey() {
    return this.#inner.primaryKey;
  }

  get schema(): unknown {
    return this.#inner.schema;
  }

  get watermark(): string | null {
    return this.#inner.watermark;
  }

  decide(record: SourceRecord) {
    return this.#inner.decide(record);
  }

  async replay(staged: StagedLines): Promise<void> {
    if (this.#made === undefined) await this.ready();
    await this.#inner.replay(staged);
  }

  isPublished(record: SourceRecord): boolean {
    return this.#inner.isPublished(record);
  }

  wasRejected(record: SourceRecord): boolean {
    return this.#inner.wasRejected(record);
  }

  /** Remembers what was published, until a boundary does. */
  intend(): void {
    this.#inner.intend();
  }

  boundary(advanced: boolean, staged: StagedLines): Promise<readonly string[] | undefined> {
    return this.#inner.boundary(advanced, staged);
  }

  get #inner(): DatabaseMemory {
    return this.#ready.memory;
  }

  get #ready(): MadeMemory {
    if (this.#made === undefined) {
      throw new TypeError("Cannot decide: the table is not known yet");
    }
    return this.#made;
  }
}

/** Two rows must not become one: what tells them apart is kept. */
function checkKey({ row, privacy }: StreamRecord, stream: DatabaseStream, table: TableInfo): void {
  if (privacy === undefined || stream.incremental === undefined) return;
  const { drop = [], mask = [] } = privacy;
  const key = completeKey(table, keyOf(stream));
  const byRow = table.rowid !== undefined && key.includes(table.rowid);
  const lost = [...drop, ...mask].find(([column = ""]) => byRow || key.includes(column));
  if (lost === undefined) return;
  throw new ConfigError(
    "config-invalid",
    `Cannot read ${streamId(row)}: privacy drops or masks "${lost.join(".")}", and ` +
      (byRow
        ? "its rows have no key but all of their columns"
        : "it is a part of the key of its rows"),
  );
}

/** A table as if it had no columns but its primary key. */
function keysAlone(table: TableInfo): TableInfo {
  // The row numbers of SQLite are none: VACUUM may change them.
  const { rowid: _, ...rest } = table;
  const [key = []] = table.unique;
  return { ...rest, columns: table.columns.filter(({ name }) => key.includes(name)) };
}

function keyOf({ key = [], incremental }: DatabaseStream): readonly string[] {
  return incremental === undefined ? key : [incremental.column];
}

/** A column that is missing is for the key to report. */
function columnOf({ incremental }: DatabaseStream, table: TableInfo): TableColumn | undefined {
  return table.columns.find(({ name }) => name === incremental?.column);
}

function cursorOf(stream: DatabaseStream, table: TableInfo): Cursor | undefined {
  const column = columnOf(stream, table);
  return stream.incremental && column && new Cursor(column, stream.incremental.lag);
}

function fromOf(
  { row }: StreamRecord,
  stream: DatabaseStream,
  table: TableInfo,
): string | undefined {
  const cursor = cursorOf(stream, table);
  const watermark = row.watermark_from === null ? undefined : cursor?.rankOf(row.watermark_from);
  return watermark === undefined ? undefined : cursor?.jsonOf(cursor.from(watermark));
}

function memoryOf(
  ctx: RunContext,
  { row, state, key: run }: StreamRecord,
  { stream, table }: { readonly stream: DatabaseStream; readonly table: TableInfo },
): DatabaseMemory {
  const key = completeKey(table, keyOf(stream));
  const cursor = cursorOf(stream, table);
  if (cursor === undefined || stream.incremental === undefined) return new DatabaseMemory(table);
  const path = join(ctx.disk.root, ctx.staging, `${streamId(row)}.hashes`);
  const remembered = new RememberedRecords(() => rememberedOf(ctx.db, row), path);
  return new DatabaseMemory(table, {
    cursor,
    column: stream.incremental.column,
    // A row number of SQLite is no column.
    keys: table.rowid !== undefined && key.includes(table.rowid) ? 0 : key.length,
    published: state.boundary_run_id === null ? undefined : getBoundary(ctx.db, state),
    remembered,
    intend() {
      const seenAt = new Date(ctx.now()).toISOString();
      remember(ctx.db, run, { parts: remembered.parts(), seenAt });
    },
    watermark: row.watermark_to ?? row.watermark_from,
    oldest: watermarkBefore(ctx.db, run, REMEMBERED_READS),
    now: Date.parse(ctx.run.started_at),
  });
}

async function* readTable(
  pages: AsyncGenerator<TablePage, TableEnd>,
  { table, before }: { readonly table: TableInfo; readonly before: number },
): AsyncGenerator<RecordBatch, ReadEnd & { readonly total?: number | undefined }> {
  let rows = 0;
  try {
    for (let number = before + 1;; number++) {
      const step = await pages.next();
      if (step.done) return endOfTable(table, rows, step.value);
      const { lines, position, attempts, waited, tooLarge } = step.value;
      rows += step.value.rows;
      const records = tooLarge === undefined
        ? recordsOf(lines)
        : [{ bytes: lines, value: undefined, fault: `the row is ${tooLarge}`, isTooLarge: true }];
      yield { records, position, number, requests: attempts, waited, bytes: lines.length };
    }
  } finally {
    await pages.return({ oneSnapshot: false }).catch(() => {});
  }
}

function recordsOf(lines: Uint8Array): SourceRecord[] {
  const isGood = isUtf8(lines);
  const records: SourceRecord[] = [];
  for (let start = 0; start <= lines.length;) {
    const newline = lines.indexOf(10, start);
    const end = newline < 0 ? lines.length : newline;
    const bytes = lines.subarray(start, end);
    // SQLite takes any bytes for text.
    const fault = isGood || isUtf8(bytes) ? {} : { fault: "one of its texts is not valid UTF-8" };
    records.push({ bytes, value: undefined, ...fault });
    start = end + 1;
  }
  return records;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false; // Which is the answer.
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
