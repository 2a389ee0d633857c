import type { RejectCode } from "../errors/mod.ts";
import { type DotPath, formatDotPath, valueAt } from "../grammar/mod.ts";

/** Why a record is refused. */
export interface RecordFault {
  /** Why. */
  readonly code: RejectCode;
  /** Why, for people. */
  readonly message: string;
}

/** What {@linkcode checkRecord} asks of a record. */
export interface CheckRecordOptions {
  /** Paths of the primary key; each needs a string, number or boolean. @default [] */
  readonly primaryKey?: readonly DotPath[] | undefined;
  /** Path of the incremental field; it needs a number or a text that is not empty. @default none */
  readonly cursor?: DotPath | undefined;
}

/**
 * Checks what the pipeline itself needs of a record; everything else is the reader's business.
 *
 * @returns `undefined` for a good record.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(checkRecord({ id: 7 }, { primaryKey: [["id"]] }), undefined);
 * assertEquals(checkRecord({ id: null }, { primaryKey: [["id"]] })?.code, "record-key-missing");
 * ```
 */
export function checkRecord(
  value: unknown,
  options: CheckRecordOptions = {},
): RecordFault | undefined {
  const { primaryKey = [], cursor } = options;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { code: "record-not-object", message: `expected an object, found ${nameOf(value)}` };
  }
  for (const path of primaryKey) {
    const part = valueAt(value, path);
    if (!isScalar(part)) {
      const message = `expected a string, number or boolean in "${formatDotPath(path)}", found ${
        nameOf(part)
      }`;
      return { code: "record-key-missing", message };
    }
  }
  if (cursor === undefined) return undefined;
  const mark = valueAt(value, cursor);
  if (typeof mark === "number" || (typeof mark === "string" && mark !== "")) return undefined;
  const message = `expected a number or a text in "${formatDotPath(cursor)}", found ${
    nameOf(mark)
  }`;
  return { code: "record-cursor-missing", message };
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function nameOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (value === "") return "an empty text";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
