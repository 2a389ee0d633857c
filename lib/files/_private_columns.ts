import { planHeader, type PlanHeaderOptions } from "./_plan_header.ts";
import type { FindingReport } from "./findings.ts";

/** What may not be kept of the rows or records of a file. */
export interface PrivateValues {
  /** Names of the columns; a value inside another one has dots in it. */
  readonly names: readonly string[];
  /** Returns what is kept of a column's value; `undefined` if nothing is. */
  field(name: string, value: string): string | undefined;
  /**
   * Returns a JSON object with nothing of what may not be kept.
   *
   * @throws {RangeError} If that is not possible; its message says nothing of a value, its `field` which one, if it is one.
   */
  apply(text: string): string;
}

/** The columns of a file's rows, without those that may not be kept. */
export class PrivateColumns {
  /** Names as they are written. */
  readonly columns: readonly string[];
  readonly #values: PrivateValues;
  /** Index in the file and names of what is dropped. */
  readonly #dropped: readonly { readonly at: number; readonly names: readonly string[] }[];
  /** Index in the file of each, -1 for one that stays empty, and the name by which privacy knows it. */
  readonly #from: readonly { readonly at: number; readonly name: string | undefined }[];

  /**
   * Finds the columns in a header, or in what stands for it.
   *
   * @param found Names in the file.
   */
  constructor(
    report: FindingReport,
    found: readonly string[],
    about: PlanHeaderOptions & { readonly values: PrivateValues },
  ) {
    const { values, expected, place } = about;
    this.#values = values;
    const names = found.map((name) => privateName(values, name));
    const isKept = (name: string | undefined) => name === undefined || isWritten(values, name);
    const kept = found.flatMap((_, at) => isKept(names[at]) ? at : []);
    this.#dropped = names.flatMap((name, at) =>
      name === undefined || kept.includes(at) ? [] : { at, names: [found[at] ?? name, name] }
    );
    const plan = planHeader(report, kept.map((at) => found[at] ?? ""), {
      ...about,
      expected: expected?.filter((name) => isKept(privateName(values, name))),
    });
    this.columns = plan.columns;
    this.#from = plan.columns.map((column, at) => {
      const source = kept[plan.sources?.[at] ?? at] ?? -1;
      return { at: source, name: privateName(values, column) ?? names[source] };
    });
    const known = [...plan.columns.map((column) => privateName(values, column)), ...names];
    // Of the columns that a stream has, one without a rule is not new.
    const wanted = values.names.filter((name) => expected === undefined || isWritten(values, name));
    const missing = wanted.filter((name) => !known.includes(name));
    if (missing.length === 0) return;
    const list = missing.map((name) => JSON.stringify(name)).join(", ");
    report.file("file-columns-missing", `it lacks ${list}, which privacy names`, place);
  }

  /** Returns the fields of a row as they are in the file, what is dropped among them, by column; an empty one is `null`. */
  sentOf(texts: readonly string[]): Record<string, string | null> {
    return Object.fromEntries([
      ...this.#dropped.flatMap(({ at, names }) =>
        names.map((name) => [name, texts[at] || null] as const)
      ),
      ...this.columns.map((name, at) => [name, texts[this.#from[at]?.at ?? -1] || null] as const),
    ]);
  }

  /** Returns what is kept of the fields of a row, by column. */
  fieldsOf(texts: readonly string[]): string[] {
    return this.#from.map(({ at, name }) => {
      const value = texts[at] ?? "";
      return name === undefined ? value : this.#values.field(name, value) ?? "";
    });
  }
}

/** Says whether something of a column is written. */
function isWritten(values: PrivateValues, name: string): boolean {
  return values.field(name, "") !== undefined;
}

/** Capitals and spaces make no other column of it. */
function privateName({ names }: PrivateValues, column: string): string | undefined {
  const fold = (name: string) => name.trim().toLowerCase();
  return names.find((name) => name === column) ?? names.find((name) => fold(name) === fold(column));
}
