import { PrivacyFilter } from "../quality/mod.ts";
import {
  columnType,
  diffSchemas,
  mergeSchemas,
  type SchemaChange,
  type SchemaColumn,
  SchemaInference,
  type StructField,
  type StructType,
} from "../schema/mod.ts";
import { changeInWords, type ContractMode, RESCUED } from "./contract.ts";
import type { RecordFault, RecordMemory, SourceRecord, StagedLines } from "./record_batch.ts";
import { stagedRecordsOf } from "./staging.ts";

/** Shapes of records that are remembered; a stream has few. */
const MOST_SHAPES = 1_000;
const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
const RESCUED_FIELD: StructField = { name: RESCUED, type: "string", nullable: true, metadata: {} };

/** A column that does not fit, and why. */
interface Misfit {
  readonly column: string;
  readonly change: SchemaChange;
}

/** Finds in each record the columns that the contract does not know, or knows with another type. */
export class ContractFilter {
  readonly #known: StructType;
  readonly #mode: ContractMode;
  /** Columns with the types that their source gives them. */
  readonly #given: ReadonlyMap<string, SchemaColumn>;
  /** Columns that no record can do without. */
  readonly #places: ReadonlySet<string>;
  readonly #shapes = new Map<string, readonly Misfit[]>();
  /** Known columns that were left out of a record. */
  readonly #leftOut = new Set<string>();
  readonly #rescued = new Map<string, SchemaChange>();
  /** Records of which columns were left out. */
  rescued = 0;

  /**
   * @param known The columns of its newest version.
   * @param memory What decides on the records.
   */
  constructor(known: StructType, mode: ContractMode, memory: RecordMemory) {
    const { columns = [], primaryKey = [], rankColumns = [], placeColumns = [] } = memory;
    this.#known = known;
    this.#mode = mode;
    this.#given = new Map(columns.map((column) => [column.name, column]));
    this.#places = new Set([
      ...primaryKey.flatMap((path) => path.slice(0, 1)),
      ...rankColumns,
      ...placeColumns,
    ]);
  }

  /** Returns a record as the contract allows it, or why it does not. */
  apply(record: SourceRecord, value: unknown): { record: SourceRecord; fault?: RecordFault } {
    const misfits = this.#misfitsOf(value, record.bytes);
    const [first] = misfits;
    if (first === undefined) return { record };
    // Without its place a record could be taken for another one.
    const worst = misfits.find(({ column }) => this.#places.has(column)) ?? first;
    if (this.#mode === "rescue" && !this.#places.has(worst.column)) {
      return { record: rescued(record, misfits.map(({ column }) => [column])) };
    }
    const message = `${changeInWords(worst.change)}, which its contract does not allow`;
    return { record, fault: { code: "record-contract", message, field: worst.column } };
  }

  /** Counts a record that is published. */
  keep(value: unknown): void {
    const { [RESCUED]: sent, ...kept } = (value ?? {}) as Record<string, unknown>;
    if (this.#mode !== "rescue" || typeof sent !== "string") return;
    this.rescued++;
    const whole = recordIn(sent);
    for (const name of Object.keys(whole)) {
      if (!Object.hasOwn(kept, name)) this.#leftOut.add(name);
    }
    for (const { change } of this.#misfitsOf(whole, encoder.encode(sent))) {
      // Of more, the text has the rest.
      if (this.#rescued.size >= MOST_SHAPES) return;
      this.#rescued.set(changeInWords(change), { ...change, rescued: true });
    }
  }

  /** What differed in records of which columns were left out. */
  get changes(): readonly SchemaChange[] {
    return [...this.#rescued.values()];
  }

  /** Takes in again what is staged. */
  async replay(staged: StagedLines): Promise<void> {
    this.clear();
    if (this.#mode !== "rescue") return;
    for await (const { value } of stagedRecordsOf(staged)) this.keep(value);
  }

  /** Forgets what was read. */
  clear(): void {
    this.rescued = 0;
    this.#leftOut.clear();
    this.#rescued.clear();
  }

  /**
   * Returns the columns of what is published.
   *
   * @param read Those of the records, or of their table, which may have more.
   */
  published(read: StructType): StructType {
    const own = read.fields.flatMap((field): StructField[] => {
      if (field.name === RESCUED) return [field];
      const known = this.#known.fields.find(({ name }) => name === field.name);
      if (known === undefined) return [];
      const isMisfit = this.#misfitIn({ ...read, fields: [field] }).length > 0;
      const nullable = field.nullable || isMisfit || this.#leftOut.has(field.name);
      if (isMisfit) return [{ ...known, nullable }];
      // What is left may say nothing of the type, or of a part of it.
      const open = field.metadata["untyped"] === true;
      const own = (column: StructField) => ({ ...read, fields: [column] });
      const [whole = field] = open ? mergeSchemas([own(known), own(field)]).fields : [];
      return [{ ...whole, nullable }];
    });
    const names = new Set(own.map(({ name }) => name));
    // Readers go on seeing those that were left out of all records.
    const gone = this.#known.fields.filter(({ name }) =>
      this.#leftOut.has(name) && !names.has(name)
    )
      .map((field) => ({ ...field, nullable: true }));
    const last = this.rescued > 0 && !names.has(RESCUED) ? [RESCUED_FIELD] : [];
    return { ...read, fields: [...own, ...gone, ...last] };
  }

  #misfitsOf(value: unknown, bytes: Uint8Array): readonly Misfit[] {
    const inference = new SchemaInference();
    inference.add(value, bytes);
    const own = inference.toStructType();
    const shape = JSON.stringify(own);
    const known = this.#shapes.get(shape);
    if (known !== undefined) return known;
    const found = own.fields.flatMap((field) =>
      this.#misfitIn({ ...own, fields: [this.#asGiven(field)] })
    );
    if (this.#shapes.size >= MOST_SHAPES) this.#shapes.clear();
    this.#shapes.set(shape, found);
    return found;
  }

  /** A column is what its source says, not what one value looks like. */
  #asGiven(field: StructField): StructField {
    const { sparkType } = this.#given.get(field.name) ?? {};
    if (sparkType === undefined) return field;
    const isNull = field.metadata["untyped"] === true;
    const isKnown = this.#known.fields.some(({ name }) => name === field.name);
    // NULL fits whatever the type.
    if (isNull && isKnown) return field;
    return { ...field, type: columnType(sparkType, field), metadata: {} };
  }

  /** Whether a column makes the contract another one. */
  #misfitIn(own: StructType): Misfit[] {
    const { name } = own.fields[0] ?? { name: "" };
    if (name === RESCUED) return [];
    const before = { ...own, fields: this.#known.fields.filter((field) => field.name === name) };
    const change = diffSchemas(before, mergeSchemas([before, own]))
      .find(({ change }) => change !== "nullable");
    return change === undefined ? [] : [{ column: name, change }];
  }
}

/** Returns columns together with that of what was rescued, if it is published. */
export function withRescued(read: StructType, { fields }: StructType): StructType {
  const isNew = ({ name }: StructField) =>
    name === RESCUED && read.fields.every((field) => field.name !== RESCUED);
  return { ...read, fields: [...read.fields, ...fields.filter(isNew)] };
}

/** Returns a record without some columns, and with all of it as it was sent. */
function rescued(record: SourceRecord, columns: readonly (readonly string[])[]): SourceRecord {
  const sent = decoder.decode(record.bytes);
  // One that it has of that name is in the text.
  const left = new PrivacyFilter({ drop: [...columns, [RESCUED]] }).apply(sent);
  const isEmpty = Object.keys(JSON.parse(left)).length === 0;
  const field = `"${RESCUED}":${JSON.stringify(sent)}}`;
  const text = isEmpty ? `{${field}` : `${left.slice(0, left.lastIndexOf("}"))},${field}`;
  return { ...record, bytes: encoder.encode(text), value: JSON.parse(text) };
}

/** Returns the record in a text; one without columns if it, which a source may have sent itself, is none. */
function recordIn(sent: string): object {
  try {
    const value: unknown = JSON.parse(sent);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
