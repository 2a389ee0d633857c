import type { Call } from "./_call.ts";
import { breakRecords, type RecordBytes } from "./_records.ts";

/** One page of a listing by page number. */
export interface NumberedPage {
  readonly records: readonly RecordBytes[];
  readonly page: number;
  readonly last: number;
  readonly next: number | undefined;
  /** Changes with everything that changes the records. */
  readonly identity: string;
}

/** Cuts the page out of a collection, with the page's faults. */
export function cutPage(
  call: Call,
  all: readonly RecordBytes[],
  { page, size }: { page: number; size: number },
): NumberedPage {
  const { duplicate, bad, endless } = call.page;
  const last = Math.max(1, Math.ceil(all.length / size));
  let shown = duplicate ? Math.max(1, page - 1) : page;
  let next = page < last ? page + 1 : undefined;
  if (endless !== undefined && (endless.here || page >= last)) {
    if (endless.way === "loop") next = 1;
    if (endless.way === "same") next = page;
    if (endless.way === "repeat" || endless.way === "empty") next = page + 1;
    if (endless.way === "repeat") shown = Math.min(shown, last);
  }
  const cut = all.slice((shown - 1) * size, shown * size);
  return {
    records: bad === undefined ? cut : breakRecords(cut, bad),
    page,
    last,
    next,
    identity: `${all.length}:${shown}:${size}:${bad ?? 0}:${next ?? 0}`,
  };
}
