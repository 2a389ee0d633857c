import {
  boundedMessage,
  DataError,
  ERROR_CODES,
  type ErrorCode,
  type FindingSeverity,
  type Place,
  type Reject,
} from "../errors/mod.ts";

/** Codes of file findings. {@linkcode ERROR_CODES} is their table: a code with a `severity` is a finding. */
export type FindingCode = {
  [C in ErrorCode]: (typeof ERROR_CODES)[C] extends { readonly severity: FindingSeverity } ? C
    : never;
}[ErrorCode];

/** Verdicts that differ from those of the table. */
export type FindingVerdicts = Readonly<Partial<Record<FindingCode, FindingSeverity>>>;

/** A place in a file; `source` is the file's path. */
export type FilePlace = Place & { readonly source: string };

/** Something odd about a file, or about one row of it. */
export interface Finding {
  /** A row of {@linkcode ERROR_CODES}. */
  readonly code: FindingCode;
  /** Its verdict. */
  readonly severity: FindingSeverity;
  /** The state found, next to the one expected: `expected 6 columns, found 5`. */
  readonly message: string;
  /** Where in the file. */
  readonly place: FilePlace;
}

/** All findings of one code in a file: how many, and the first of them. */
export interface CountedFinding extends Finding {
  /** How many there are. */
  readonly count: number;
}

/** A row or line that was rejected. */
export type RowReject = Reject & { readonly code: FindingCode };

/** Options of {@linkcode rejectedFile}. */
export interface RejectedFileOptions extends ErrorOptions {
  /** What could not be done with the file. @default "prepare" */
  readonly verb?: string;
}

/** Returns the error with which a finding ends the work on its file. */
export function rejectedFile(
  { code, message, place }: Omit<Finding, "severity">,
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
  readonly onReject: (reject: RowReject & Finding) => void;
  /** Verdicts that differ from those of the table. @default {} */
  readonly verdicts?: FindingVerdicts | undefined;
}

/**
 * Takes the findings of one file and acts on each as its verdict says: rejects the file, passes a rejected row on, or
 * counts what is repaired or accepted.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const codes: string[] = [];
 * const report = new FindingReport("in/a.csv", { onReject: ({ code }) => codes.push(code) });
 * const raw = new Uint8Array();
 * report.row({ code: "row-columns", message: "expected 2 columns, found 3", place: { line: 7 }, raw });
 * assertEquals(codes, ["row-columns"]);
 * assertThrows(() => report.file("file-empty", "it is empty"), Error, 'Cannot prepare "in/a.csv": it is empty');
 * ```
 */
export class FindingReport {
  /** Path of the file, for messages and places. */
  readonly path: string;
  /** Turns an offset in the text into that in the file; `undefined` if it is not known. */
  toFile: (offset: number) => number | undefined = (offset) => offset;
  readonly #verb: string;
  readonly #onReject: FindingReportOptions["onReject"];
  readonly #verdicts: FindingVerdicts;
  readonly #counted = new Map<FindingCode, CountedFinding>();

  /**
   * Begins with no finding.
   *
   * @param path The file, for messages and places.
   * @param options See {@linkcode FindingReportOptions}.
   */
  constructor(path: string, options: FindingReportOptions) {
    const { onReject, verdicts = {}, verb = "prepare" } = options;
    this.path = path;
    this.#verb = verb;
    this.#onReject = onReject;
    this.#verdicts = verdicts;
  }

  /** What was found, by the order of its first place. */
  get findings(): CountedFinding[] {
    return [...this.#counted.values()];
  }

  /** Returns the verdict on a finding. */
  verdictOn(code: FindingCode): FindingSeverity {
    return this.#verdicts[code] ?? ERROR_CODES[code].severity;
  }

  /**
   * Counts a finding, and rejects the file if that is its verdict.
   *
   * @returns The verdict.
   * @throws {DataError} With the code, if the file is rejected.
   */
  find(code: FindingCode, text: string, place: Place = {}): FindingSeverity {
    const message = boundedMessage(text);
    const finding = { code, severity: this.verdictOn(code), message, place: this.#at(place) };
    const { count = 0, ...first } = this.#counted.get(code) ?? finding as CountedFinding;
    this.#counted.set(code, { ...first, count: count + 1 });
    if (finding.severity === "reject-file") throw rejectedFile(finding, { verb: this.#verb });
    return finding.severity;
  }

  /** Rejects the file as a whole, whatever its verdict is elsewhere. */
  file(code: FindingCode, message: string, place: Place = {}): never {
    throw rejectedFile({ code, message, place: this.#at(place) }, { verb: this.#verb });
  }

  /** Passes a rejected row on with its bytes. */
  row({ code, message: text, place, raw, fault }: RowReject): void {
    const message = boundedMessage(text);
    const severity = this.find(code, message, place);
    const found = { code, severity, message, place: this.#at(place), raw };
    this.#onReject({ ...found, ...(fault && { fault }) });
  }

  #at(place: Place): FilePlace {
    const { byteOffset, ...rest } = place;
    if (byteOffset === undefined) return { ...rest, source: this.path };
    const inFile = this.toFile(byteOffset);
    return { ...rest, ...(inFile === undefined ? {} : { byteOffset: inFile }), source: this.path };
  }
}
