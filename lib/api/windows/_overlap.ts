import { parseTimeValue } from "../../grammar/mod.ts";
import type { PageRecord } from "../body/page_record.ts";
import type { PageRecords } from "../body/page_records.ts";
import { type RecordCounts, recordHashes } from "./_shared_border.ts";
import type { Borders } from "./window_borders.ts";

/** Units in which APIs take times, each with one of which all units to which a coarser API rounds are multiples. */
const UNITS: readonly (readonly [unit: number, coarser: number])[] = [
  [1, 10],
  [1000, 10_000],
  [60_000, 300_000],
  [3_600_000, 21_600_000],
  [86_400_000, Infinity],
];
/** Forms in which a record may name its time. */
const FORMS = ["iso", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "http_date"] as const;
/** Records of which the times are tried. */
const MAX_RECORDS = 50;
/** Times of one record that are tried. */
const MAX_TIMES = 3;
/** How deep in a record a time is looked for. */
const MAX_DEPTH = 3;

/** A record that the API has given, and a time when it may have been. */
interface Known {
  readonly hash: string;
  readonly time: number;
  /** Which of the record's times it is. */
  readonly nth: number;
}

/** Asks an API for a span; `undefined` where it refuses that. */
type AskSpan = (from: number, to: number) => Promise<RecordCounts | undefined>;

/**
 * Finds out how far windows must overlap, so that an API of any bounds leaves out nothing on a boundary.
 *
 * One step is enough if the API takes boundaries as they are sent. One that rounds them, to minutes for instance, gives no
 * sign of it. Therefore it is asked for a known record in a window that reaches one unit to each side of it; the first
 * unit that shows the record is the overlap.
 *
 * @param records Records of the span. @param span What was asked for. @param more Reads others, for a unit that none of
 * them can tell.
 * @returns Ms, or `undefined` if no such window shows a record.
 */
export async function findOverlap(
  records: PageRecords,
  span: { readonly from: number; readonly to: number },
  borders: Pick<Borders, "step" | "size" | "from" | "to">,
  ask: AskSpan,
  more: () => Promise<Iterable<PageRecord>>,
): Promise<number | undefined> {
  const { step, size } = borders;
  const units = UNITS.filter(([unit]) => unit >= step && unit <= Math.max(size, step));
  const own = knownOf(records, span, step);
  let others: Promise<readonly Known[]> | undefined;
  for (const unit of units) {
    let probes = probesOf(own, unit);
    if (probes.length === 0) {
      others ??= more().then((found) => knownOf(found, borders, step));
      probes = probesOf(await others, unit);
    }
    if (await isShown(probes, unit, ask)) return unit[0];
  }
  const [first] = recordHashes(Iterator.from(records).take(1).toArray());
  const known = await located(first ?? "", span, step, ask);
  for (const unit of units) if (await isShown(probesOf(known, unit), unit, ask)) return unit[0];
  return undefined;
}

/** A record to ask for. */
interface Probe extends Known {
  /** Whether both ends of its window are rounded to the same, up or down or to the nearest. */
  readonly isSure: boolean;
}

/** Returns for each of the records' times one with which a unit can be told from coarser ones. */
function probesOf(known: readonly Known[], [unit, coarser]: typeof UNITS[number]): Probe[] {
  // Between two round times.
  const over = ({ time }: Known) => time % (coarser / 2);
  return Array.from({ length: MAX_TIMES }, (_, nth) => {
    const own = known.filter((one) => one.nth === nth);
    const sure = own.find((one) => over(one) > unit && over(one) < coarser / 2 - unit);
    const one = sure ??
      own.find((one) =>
        over(one) < coarser / 2 - unit && (over(one) > 0 || one.time % coarser === 0)
      );
    return one && { ...one, isSure: sure !== undefined };
  }).filter((one) => one !== undefined);
}

async function isShown(
  probes: readonly Probe[],
  [unit]: typeof UNITS[number],
  ask: AskSpan,
): Promise<boolean> {
  for (const { time, hash, isSure } of probes) {
    const shown = await ask(time - unit, time + unit);
    if (shown?.has(hash) || (isSure && shown?.size)) return true;
  }
  return false;
}

/** Returns the times when records may have been, in steps of the form. */
function knownOf(
  records: Iterable<PageRecord>,
  span: { readonly from: number; readonly to: number },
  step: number,
): Known[] {
  const some = Iterator.from(records).take(MAX_RECORDS).toArray();
  const hashes = recordHashes(some);
  return some.flatMap(({ value }, at) =>
    timesIn(value, span).map((time, nth) => (
      { hash: hashes[at] ?? "", time: Math.floor(time / step) * step, nth }
    ))
  );
}

/** Halves a span until only the moment of a record is left, which says nowhere when it was. */
async function located(
  hash: string,
  { from, to }: { readonly from: number; readonly to: number },
  step: number,
  ask: AskSpan,
): Promise<Known[]> {
  // A record that never looks the same twice cannot be looked for.
  if (!(await ask(from, to))?.has(hash)) return [];
  let [low, high] = [from, to];
  while (high - low > step) {
    const middle = Math.floor((low + high) / 2 / step) * step;
    if ((await ask(from, middle))?.has(hash)) high = middle;
    else low = middle;
  }
  return [{ hash, time: low, nth: 0 }];
}

/** Returns the times in a value that are within a span, by the usual forms. */
function timesIn(
  value: unknown,
  span: { readonly from: number; readonly to: number },
  depth = 0,
): number[] {
  if (typeof value === "object" && value !== null) {
    if (depth === MAX_DEPTH) return [];
    const all = Object.values(value).flatMap((inner) => timesIn(inner, span, depth + 1));
    return [...new Set(all)].slice(0, MAX_TIMES);
  }
  return FORMS.map((form) => parseTimeValue(value, form)).filter((time) => typeof time === "number")
    .filter((time) => time >= span.from && time <= span.to);
}
