import { PrivacyFilter } from "../quality/mod.ts";
import { diffSchemas, mergeSchemas, SchemaInference, type StructType } from "../schema/mod.ts";
import { changeInWords, type ContractMode } from "./contract.ts";
import type { RecordFault, SourceRecord } from "./record_batch.ts";

/** Column that holds a record as it was sent, if some of its columns do not fit. */
export const RESCUED = "_rescued";
/** Shapes of records that are remembered; a stream has few. */
const MOST_SHAPES = 1_000;
const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];

/** A column that does not fit, and why. */
interface Misfit {
  readonly column: string;
  readonly reason: string;
}

/** Finds in each record the columns that the contract does not know, or knows with another type. */
export class ContractFilter {
  readonly #known: StructType;
  readonly #mode: ContractMode;
  readonly #shapes = new Map<string, readonly Misfit[]>();
  /** Records of which columns were left out. */
  rescued = 0;

  /** @param known The columns of its newest version. */
  constructor(known: StructType, mode: ContractMode) {
    this.#known = known;
    this.#mode = mode;
  }

  /** Returns a record as the contract allows it, or why it does not. */
  apply(record: SourceRecord, value: unknown): { record: SourceRecord; fault?: RecordFault } {
    const inference = new SchemaInference();
    inference.add(value, record.bytes);
    const misfits = this.#misfitsOf(inference.toStructType());
    const [first] = misfits;
    if (first === undefined) return { record };
    if (this.#mode === "rescue") {
      this.rescued++;
      return { record: rescued(record, misfits.map(({ column }) => [column])) };
    }
    const message = `${first.reason}, which its contract does not allow`;
    return { record, fault: { code: "record-contract", message, field: first.column } };
  }

  #misfitsOf(own: StructType): readonly Misfit[] {
    const shape = JSON.stringify(own);
    const known = this.#shapes.get(shape);
    if (known !== undefined) return known;
    const found = own.fields.flatMap((field) => this.#misfitIn({ ...own, fields: [field] }));
    if (this.#shapes.size >= MOST_SHAPES) this.#shapes.clear();
    this.#shapes.set(shape, found);
    return found;
  }

  /** Whether a column makes the contract another one. */
  #misfitIn(own: StructType): Misfit[] {
    const { name } = own.fields[0] ?? { name: "" };
    if (name === RESCUED) return [];
    const before = { ...own, fields: this.#known.fields.filter((field) => field.name === name) };
    const change = diffSchemas(before, mergeSchemas([before, own]))
      .find(({ change }) => change !== "nullable");
    return change === undefined ? [] : [{ column: name, reason: changeInWords(change) }];
  }
}

/** Returns a record without some columns, and with all of it as it was sent. */
function rescued(record: SourceRecord, columns: readonly (readonly string[])[]): SourceRecord {
  const sent = decoder.decode(record.bytes);
  const left = new PrivacyFilter({ drop: columns }).apply(sent);
  const isEmpty = Object.keys(JSON.parse(left)).length === 0;
  const field = `"${RESCUED}":${JSON.stringify(sent)}}`;
  const text = isEmpty ? `{${field}` : `${left.slice(0, left.lastIndexOf("}"))},${field}`;
  return { ...record, bytes: encoder.encode(text), value: JSON.parse(text) };
}
