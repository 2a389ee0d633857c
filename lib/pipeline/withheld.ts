import type { DataError, Reject } from "../errors/mod.ts";
import type { CountedFinding } from "../files/mod.ts";
import { PrivacyFilter, type PrivacyRules } from "../quality/mod.ts";
import type { StructType } from "../schema/mod.ts";
import { mayHide } from "./private_schema.ts";

const NOTHING = new Uint8Array();

/** Says in place of bytes that they are not kept. */
export function withheld({ length }: Uint8Array): string {
  return `its ${length} bytes are not kept, for the stream has privacy`;
}

/** What decides how much of a rejected row is kept. */
export interface RejectRules {
  readonly privacy: PrivacyRules | undefined;
  /** The columns of the files before it. */
  readonly known: unknown;
}

/**
 * What is no good row has no columns that could be left out; what a check rejects is as privacy leaves it. Otherwise a
 * field is at fault if a path of privacy cannot lead into it.
 */
export function withheldReject(reject: Reject, { privacy, known }: RejectRules): Reject {
  if (privacy === undefined) return reject;
  const { code, place, raw } = reject;
  if (code === "record-check") {
    if (!isRenamed(raw, known, privacy)) return { code, place, raw, message: reject.message };
    return { code, place, raw: NOTHING, message: `${reject.message}; ${withheld(raw)}` };
  }
  const { field } = place;
  const reason = field === undefined ? "" : `"${field}" is no object, as privacy needs it; `;
  return { code, place, raw: NOTHING, message: `${reason}${withheld(raw)}` };
}

/** Whether a row of JSON may hold what is private under another name; of rows of columns the header says it. */
function isRenamed(raw: Uint8Array, known: unknown, privacy: PrivacyRules): boolean {
  const value = parsed(raw);
  return value !== undefined && mayHide(value, { known: known as StructType | undefined }, privacy);
}

function parsed(raw: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(raw));
  } catch {
    return undefined;
  }
}

/** A message may say what is in the file, as one about a header that is none does. */
export function withheldError(
  { code, message }: FileFault,
  { path, privacy }: { readonly path: string; readonly privacy: PrivacyRules | undefined },
): FileFault {
  if (privacy === undefined) return { code, message };
  const names = new PrivacyFilter(privacy).names.join(", ");
  const state = `it is rejected as ${code}; nothing of it is kept, for the stream has privacy`;
  return { code, message: `Cannot take in "${path}": ${state} (${names})` };
}

/** Why a file is rejected. */
export type FileFault = Pick<DataError, "code" | "message">;

/** As {@linkcode withheldError}, for what was repaired or accepted. */
export function withheldFindings(
  findings: readonly CountedFinding[] | undefined,
  privacy: PrivacyRules | undefined,
): readonly CountedFinding[] {
  const message = "not said, for the stream has privacy";
  return (findings ?? []).map((one) => privacy === undefined ? one : { ...one, message });
}
