import {
  DataError,
  type ERROR_CODES,
  type ErrorCode,
  type FindingSeverity,
  type Place,
  type Reject,
} from "../errors/mod.ts";

/**
 * Codes of file findings, those of one severity if it is named. {@linkcode ERROR_CODES} is their table: a code with
 * a `severity` is a finding.
 */
export type FindingCode<S extends FindingSeverity = FindingSeverity> = {
  [C in ErrorCode]: (typeof ERROR_CODES)[C] extends { readonly severity: S } ? C : never;
}[ErrorCode];

/** A place in a file; `source` is the file's path. */
export type FilePlace = Place & { readonly source: string };

/** Something wrong with a file, or with one row of it. */
export interface Finding<S extends FindingSeverity = FindingSeverity> {
  /** A row of {@linkcode ERROR_CODES}. */
  readonly code: FindingCode<S>;
  /** Consequence; the compiler checks it against the code's row in the table. */
  readonly severity: S;
  /** The state found, next to the one expected: `expected 6 columns, found 5`. */
  readonly message: string;
  /** Where in the file. */
  readonly place: FilePlace;
}

/** A row or line that was rejected. */
export type RowReject = Reject & { readonly code: FindingCode<"reject-row"> };

/** Options of {@linkcode rejectedFile}. */
export interface RejectedFileOptions extends ErrorOptions {
  /** What could not be done with the file. @default "prepare" */
  readonly verb?: string;
}

/** Returns the error with which a finding ends the work on its file. */
export function rejectedFile(
  { code, message, place }: Finding<"reject-file">,
  options: RejectedFileOptions = {},
): DataError {
  const { verb = "prepare", ...rest } = options;
  const { source, ...where } = place;
  return new DataError(code, `Cannot ${verb} "${source}": ${message}`, {
    ...rest,
    context: { path: source, ...where },
  });
}

/** Options of {@linkcode FindingReport}. */
export interface FindingReportOptions {
  /** What is done with the file, for messages. @default "prepare" */
  readonly verb?: string | undefined;
  /** Takes each rejected row, in the order of the file. */
  readonly onReject: (reject: RowReject & Finding<"reject-row">) => void;
  /** Takes each finding that rejects nothing. @default () => {} */
  readonly onWarning?: ((finding: Finding<"warn">) => void) | undefined;
}

/**
 * Takes the findings of one file and acts on each as its severity says: rejects the file, passes a rejected row on, or
 * passes a warning on.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const codes: string[] = [];
 * const report = new FindingReport("in/a.csv", { onReject: ({ code }) => codes.push(code) });
 * report.row("row-columns", "expected 2 columns, found 3", { line: 7 }, new Uint8Array());
 * assertEquals(codes, ["row-columns"]);
 * assertThrows(() => report.file("file-empty", "it is empty"), Error, 'Cannot prepare "in/a.csv": it is empty');
 * ```
 */
export class FindingReport {
  /** Path of the file, for messages and places. */
  readonly path: string;
  readonly #verb: string;
  readonly #onReject: FindingReportOptions["onReject"];
  readonly #onWarning: (finding: Finding<"warn">) => void;

  /** @param path Path of the file, for messages and places. */
  /**
   * Begins with no finding.
   *
   * @param path The file.
   * @param options See {@linkcode FindingReportOptions}.
   */
  constructor(path: string, options: FindingReportOptions) {
    const { onReject, onWarning = () => {}, verb = "prepare" } = options;
    this.path = path;
    this.#verb = verb;
    this.#onReject = onReject;
    this.#onWarning = onWarning;
  }

  /** @throws {DataError} Always, with the code. */
  /** Rejects the file as a whole. */
  file(code: FindingCode<"reject-file">, message: string, place: Place = {}): never {
    const finding = { code, severity: "reject-file", message, place: this.#at(place) } as const;
    throw rejectedFile(finding, { verb: this.#verb });
  }

  /** Passes a rejected row on with its bytes. */
  row(code: FindingCode<"reject-row">, message: string, place: Place, raw: Uint8Array): void {
    this.#onReject({ code, severity: "reject-row", message, place: this.#at(place), raw });
  }

  /** Passes a warning on. */
  warn(code: FindingCode<"warn">, message: string, place: Place = {}): void {
    this.#onWarning({ code, severity: "warn", message, place: this.#at(place) });
  }

  #at(place: Place): FilePlace {
    return { ...place, source: this.path };
  }
}
