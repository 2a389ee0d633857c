// The classifier of SQLite's errors. Codes decide; message text is read only for exec() and open, which give no code.
import { type CodeOf, DatabaseError, IngestError } from "../errors/mod.ts";

type DatabaseCode = CodeOf<"DatabaseError">;

/** Primary result codes (https://sqlite.org/rescode.html), the low byte of an extended one. */
const BY_PRIMARY_CODE: Readonly<Record<number, DatabaseCode>> = {
  1: "database-statement", // ERROR
  3: "database-io", // PERM
  5: "database-busy", // BUSY
  6: "database-busy", // LOCKED
  8: "database-io", // READONLY
  10: "database-io", // IOERR
  11: "database-damaged", // CORRUPT
  13: "database-io", // FULL
  14: "database-io", // CANTOPEN
  17: "database-statement", // SCHEMA
  18: "database-constraint", // TOOBIG
  19: "database-constraint", // CONSTRAINT
  20: "database-constraint", // MISMATCH
  21: "database-statement", // MISUSE
  25: "database-statement", // RANGE
  26: "database-damaged", // NOTADB
};

const BY_MESSAGE: readonly (readonly [RegExp, DatabaseCode])[] = [
  [/is locked/, "database-busy"],
  [/not a database|malformed database|disk image is malformed/, "database-damaged"],
  [/constraint failed|cannot store .+ value in|datatype mismatch/, "database-constraint"],
  [
    /unable to open|readonly database|disk I\/O|database or disk is full|Requires \w+ access/,
    "database-io",
  ],
];

/**
 * Names a failure of the driver.
 *
 * @param error What the driver threw.
 * @param action What was tried: `run "INSERT ..." in "audit.db"`.
 * @param context Named values for logs.
 * @returns A {@linkcode DatabaseError}; a RangeError for an integer that a `number` cannot hold; an error of
 * ours, unchanged.
 */
export function toDatabaseError(
  error: unknown,
  action: string,
  context: Readonly<Record<string, unknown>> = {},
): Error {
  if (error instanceof IngestError) return error;
  if (!(error instanceof Error)) {
    return new DatabaseError("database-io", `Cannot ${action}: ${String(error)}`, { cause: error });
  }
  if (error instanceof RangeError) {
    if (!("code" in error)) return error;
    return new RangeError(`Cannot ${action}: ${error.message}; ask for { bigints: true }`, {
      cause: error,
    });
  }
  const errcode = errcodeOf(error);
  const code = errcode === undefined ? byMessage(error.message) : byErrcode(errcode);
  if (code === "database-damaged" && "path" in context) {
    // Which statement met it says nothing.
    const state = errcode === NOT_A_DATABASE ? "it is no SQLite database" : "it is damaged";
    return new DatabaseError(
      code,
      `Cannot read database "${context["path"]}": ${state} (${error.message}); ${IF_DAMAGED}`,
      { cause: error, context: errcode === undefined ? context : { ...context, errcode } },
    );
  }
  // After some errors of a script the driver repeats all of it.
  const reason = error.message.replace(/ in \s[\s\S]* at offset \d+$/, "");
  const state = errcode === UNFINISHED ? IF_UNFINISHED : `${reason}${nextStep(code, reason)}`;
  return new DatabaseError(code, `Cannot ${action}: ${state}`, {
    cause: error,
    context: errcode === undefined ? context : { ...context, errcode },
  });
}

/** https://sqlite.org/rescode.html#notadb */
const NOT_A_DATABASE = 26;

/** SQLITE_READONLY_ROLLBACK: what its writer had begun must be taken back first, which takes writing. */
const UNFINISHED = 776;
const IF_UNFINISHED =
  "a program was stopped while it wrote to it; open it once with one that may write it, which takes that back";

/** What helps against a damaged database. */
export const IF_DAMAGED: string =
  "move it and what has its name with -wal and -shm away, and bring it back from a copy " +
  "(an audit database also from its lake, by headwaters audit rebuild)";

/** The same for one that is only read. */
export const IF_SOURCE_DAMAGED: string =
  "bring it back from a copy, or have its owner repair it (.recover in the sqlite3 shell)";

function nextStep(code: DatabaseCode, reason: string): string {
  if (code === "database-busy") {
    return "; another process is writing to it, run again once that has ended";
  }
  if (code === "database-damaged") return `; ${IF_DAMAGED}`;
  if (code !== "database-io") return "";
  if (/full/.test(reason)) return "; free some space and run again";
  if (/disk I\/O/.test(reason)) return "; check the disk, its free space too, and run again";
  return /readonly|unable to open/.test(reason)
    ? "; check the rights on it and on its folder, where SQLite keeps two more files"
    : "";
}

function errcodeOf(error: Error): number | undefined {
  return "errcode" in error && typeof error.errcode === "number" ? error.errcode : undefined;
}

function byErrcode(errcode: number): DatabaseCode {
  return BY_PRIMARY_CODE[errcode & 0xff] ?? "database-io";
}

function byMessage(message: string): DatabaseCode {
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? "database-statement";
}
