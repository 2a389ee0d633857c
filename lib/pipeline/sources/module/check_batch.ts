import { cutText } from "../../../logging/mod.ts";
import type { SourceBatch } from "../../own_source.ts";
import { broken, refuseOtherKeys } from "./load.ts";

const KEYS = ["records", "position", "state", "rejects", "end"];
const REJECT_KEYS = ["message", "raw", "line"];
/** Longest `end`: it is shown in every summary and kept in the manifest. */
const MAX_END = 200;

/**
 * Checks what a module yields: the compiler has not seen it, and a slip such as `end: false` would be taken for an end.
 *
 * @throws {InternalError} `source-fault`, that names the key, what it is and what was expected.
 */
export function checkBatch(batch: unknown, module: string): SourceBatch {
  const refuse = (key: string, found: unknown, expected: string): never => {
    throw broken(
      module,
      `read() gave a batch whose ${key} is ${show(found)}, expected ${expected}`,
    );
  };
  if (typeof batch !== "object" || batch === null) {
    throw broken(module, `read() gave ${show(batch)}, expected a batch`);
  }
  const { records, rejects = [], end, position, state } = batch as Partial<SourceBatch>;
  refuseOtherKeys(batch, KEYS, { what: "a batch of read()", module, error: broken });
  if (!Array.isArray(records)) return refuse("records", records, "a list");
  const hole = records.findIndex((_, at) => !(at in records));
  if (hole >= 0) {
    throw broken(module, `read() gave a batch without record ${hole + 1} of ${records.length}`);
  }
  if (end !== undefined && (typeof end !== "string" || end === "")) {
    refuse("end", end, "a text that says why nothing follows, or no such key");
  }
  if (end !== undefined && end.length > MAX_END) {
    refuse("end", end, `at most ${MAX_END} characters, not ${end.length}`);
  }
  if (!isJson(position)) refuse("position", position, "a JSON value");
  if (!isJson(state)) refuse("state", state, "a JSON value");
  if (!Array.isArray(rejects)) refuse("rejects", rejects, "a list");
  for (const reject of rejects) {
    const { raw, message, line } = (reject ?? {}) as Record<string, unknown>;
    refuseOtherKeys(reject ?? {}, REJECT_KEYS, { what: "a reject", module, error: broken });
    if (typeof raw !== "string") refuse("reject's raw", raw, "a text");
    if (typeof message !== "string") refuse("reject's message", message, "a text");
    if (line !== undefined && !(Number.isSafeInteger(line) && Number(line) > 0)) {
      refuse("reject's line", line, "a whole number from 1");
    }
  }
  return batch as SourceBatch;
}

/** Whether a value comes back from JSON as it was; `undefined` means that the key is not there. */
function isJson(value: unknown): boolean {
  if (value === undefined) return true;
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false; // A bigint or a circle, which JSON cannot say.
  }
}

function show(value: unknown): string {
  const text = typeof value === "string"
    ? JSON.stringify(value)
    : value === undefined
    ? "missing"
    : value === null || typeof value === "boolean" || typeof value === "number"
    ? String(value)
    : Array.isArray(value)
    ? "a list"
    : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
  return cutText(text, 60);
}
