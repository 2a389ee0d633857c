import { type PieceReader, pieces } from "./pieces.ts";
import type { SpooledBody } from "./spooled_body.ts";
import type { PageRecord } from "./page_record.ts";
import type { PageRecords } from "./page_records.ts";

/** The records of a body in a file, cut out of it anew each time they are gone through. */
export class SpooledRecords implements PageRecords, Disposable {
  /** How many there are. */
  readonly length: number;
  readonly #body: SpooledBody;
  readonly #reader: () => PieceReader;

  /** @param body A body that was checked to its end. @param reader Makes a reader for its format. */
  constructor(body: SpooledBody, reader: () => PieceReader, length: number) {
    this.#body = body;
    this.#reader = reader;
    this.length = length;
  }

  *[Symbol.iterator](): Generator<PageRecord, void> {
    for (const { records } of pieces(this.#body, this.#reader())) yield* records;
  }

  map<T>(use: (record: PageRecord, index: number) => T): T[] {
    return Array.from(this, use);
  }

  [Symbol.dispose](): void {
    this.#body[Symbol.dispose]();
  }
}

/** Removes what stands behind records that nobody will read any more. */
export function release(records: PageRecords): void {
  if (records instanceof SpooledRecords) records[Symbol.dispose]();
}
