// The classifier of SQLite's errors. Codes decide; message text is read only for exec() and open, which give no code.
import { type CodeOf, IngestError, LedgerError } from "../errors/mod.ts";

type LedgerCode = CodeOf<"LedgerError">;

/** Primary result codes (https://sqlite.org/rescode.html), the low byte of an extended one. */
const BY_PRIMARY_CODE: Readonly<Record<number, LedgerCode>> = {
  1: "ledger-statement", // ERROR
  3: "ledger-io", // PERM
  5: "ledger-busy", // BUSY
  6: "ledger-busy", // LOCKED
  8: "ledger-io", // READONLY
  10: "ledger-io", // IOERR
  11: "ledger-damaged", // CORRUPT
  13: "ledger-io", // FULL
  14: "ledger-io", // CANTOPEN
  17: "ledger-statement", // SCHEMA
  18: "ledger-constraint", // TOOBIG
  19: "ledger-constraint", // CONSTRAINT
  20: "ledger-constraint", // MISMATCH
  21: "ledger-statement", // MISUSE
  25: "ledger-statement", // RANGE
  26: "ledger-damaged", // NOTADB
};

const BY_MESSAGE: readonly (readonly [RegExp, LedgerCode])[] = [
  [/is locked/, "ledger-busy"],
  [/not a database|malformed database|disk image is malformed/, "ledger-damaged"],
  [/constraint failed|cannot store .+ value in|datatype mismatch/, "ledger-constraint"],
  [
    /unable to open|readonly database|disk I\/O|database or disk is full|Requires \w+ access/,
    "ledger-io",
  ],
];

/**
 * Names a failure of the driver.
 *
 * @param error What the driver threw.
 * @param action What was tried: `run "INSERT ..." in "audit.db"`.
 * @param context Named values for logs.
 * @returns A {@linkcode LedgerError}; a RangeError for an integer that a `number` cannot hold; an error of
 * ours, unchanged.
 */
export function toLedgerError(
  error: unknown,
  action: string,
  context: Readonly<Record<string, unknown>> = {},
): Error {
  if (error instanceof IngestError) return error;
  if (!(error instanceof Error)) {
    return new LedgerError("ledger-io", `Cannot ${action}: ${String(error)}`, { cause: error });
  }
  if (error instanceof RangeError) {
    if (!("code" in error)) return error;
    return new RangeError(`Cannot ${action}: ${error.message}; ask for { bigints: true }`, {
      cause: error,
    });
  }
  const errcode = errcodeOf(error);
  const code = errcode === undefined ? byMessage(error.message) : byErrcode(errcode);
  return new LedgerError(code, `Cannot ${action}: ${error.message}`, {
    cause: error,
    context: errcode === undefined ? context : { ...context, errcode },
  });
}

function errcodeOf(error: Error): number | undefined {
  return "errcode" in error && typeof error.errcode === "number" ? error.errcode : undefined;
}

function byErrcode(errcode: number): LedgerCode {
  return BY_PRIMARY_CODE[errcode & 0xff] ?? "ledger-io";
}

function byMessage(message: string): LedgerCode {
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? "ledger-statement";
}
