import { startsCompressed } from "../../files/mod.ts";
import { attempt } from "../../io/mod.ts";
import {
  countAccess,
  type CountAccessOptions,
  type CountedAccess,
  summaryOfParts,
} from "../../log_parser/mod.ts";
import type { InputFile } from "../inputs.ts";
import {
  type LogPart,
  MOST_REJECTS,
  type ParsedLog,
  parseLogFile,
  type ParseLogFileOptions,
} from "./parse_log_file.ts";
import { ParsePool, type ParsePoolOptions } from "./parse_pool.ts";

/** What is read here before the other thread has begun. */
const AHEAD_BYTES = 12 * 1024 * 1024;
/** A rest that is smaller is read here before a thread that can parse has begun. */
const WORTH_POOL = 32 * 1024 * 1024;
const HEAD_BYTES = 256 * 1024;
const MOST_LINE = 64 * 1024;
/** What an access line begins with, in any of its variants that most lines of a log have. */
const ACCESS = /^\S+ \S+ [^[\n]{1,64} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "/;

/** What was found in a part of the log. */
type FoundPart = Omit<ParsedLog, "metrics">;

/**
 * Counts a large log of access lines in two parts, the second one on a thread of its own; more of them would take more
 * memory than a log may.
 *
 * @returns What reading it as a whole finds too, but for frequent values of which there are too many to count exactly;
 * `undefined`: it has other lines as well, and must be read as a whole.
 */
export async function parseInParts(
  log: InputFile,
  reading: ParseLogFileOptions,
  { onRead, signal }: Pick<ParsePoolOptions, "onRead" | "signal">,
): Promise<ParsedLog | undefined> {
  if (reading.rejects === true || await startsCompressed(log.path)) return undefined;
  const cutAt = attempt("read", log.path, () => cut(log.path));
  if (cutAt === undefined) return undefined;
  const [here, there] = cutAt;
  const failed = new AbortController();
  const onBytes = (bytes: number) => onRead(log, bytes);
  const options = { onRead: onBytes, signal: AbortSignal.any([signal, failed.signal]) };
  const ahead = parseAhead(log, { ...reading, part: there }, options);
  // Where both fail, the error of the first part is told.
  ahead.catch(() => {});
  try {
    const first = await parseLogFile(log.path, { ...reading, part: here, ...options });
    const others = await ahead;
    const found = [{ start: here.start, found: first }, ...others ?? []];
    return others && joined(found);
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

interface Placed {
  /** Where the part begins in the log. */
  readonly start: number;
  readonly found: FoundPart;
}

/** Counts a part while the one before it is read: what is plain on a thread that begins at once, the rest as it is. */
async function parseAhead(
  log: InputFile,
  reading: ParseLogFileOptions & { readonly part: LogPart },
  { onRead, signal }: CountAccessOptions,
): Promise<Placed[] | undefined> {
  const { part: { start, end, head } } = reading;
  const counted = isCountable(reading)
    ? await countAccess({ path: log.path, start, end }, { onRead, signal })
    : undefined;
  const plain = counted === undefined ? [] : [{ start, found: asFound(counted) }];
  const part = { start: start + (counted?.bytes ?? 0), end, head };
  if (part.start === end) return plain;
  const rest = end - part.start < WORTH_POOL
    ? await parseLogFile(log.path, { ...reading, part, onRead, signal })
    : await parseInPool(log, { ...reading, part }, { onRead, signal });
  return rest && [...plain, { start: part.start, found: rest }];
}

async function parseInPool(
  log: InputFile,
  reading: ParseLogFileOptions,
  { onRead, signal }: CountAccessOptions,
): Promise<ParsedLog | undefined> {
  await using pool = new ParsePool([{ log, reading, force: false }], {
    ...{ size: 1, signal },
    onRead: (_, bytes) => onRead(bytes),
  });
  return await pool.next();
}

/** Whether a plain access line is counted as such, whatever else the log holds. */
function isCountable({ format = "auto", formats = [], since, until, level }: ParseLogFileOptions) {
  return (format === "auto" || format === "combined") && formats.length === 0 &&
    since === undefined && until === undefined && level === undefined;
}

function asFound({ lines, part }: CountedAccess): FoundPart {
  return {
    ...{ lines, records: lines, continuation: 0, quarantined: 0, blank: 0, directives: 0 },
    ...{ filtered: 0, partial: 0, sha256: "", rejects: [], bytes: 0, detection: undefined },
    formats: lines > 0 ? { combined: lines } : {},
    part,
  };
}

/** Cuts a log between two access lines; `undefined`: it has none there. */
function cut(path: string): [LogPart, LogPart] | undefined {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const read = (at: number, length: number) => {
    const bytes = new Uint8Array(length);
    file.seekSync(at, Deno.SeekMode.Start);
    return bytes.subarray(0, file.readSync(bytes) ?? 0);
  };
  const head = read(0, HEAD_BYTES);
  const at = Math.floor(size / 2) + AHEAD_BYTES;
  const [rest = "", before = "", after = ""] = textOf(read(at, 2 * MOST_LINE)).split("\n");
  if (![textOf(head), before, after].every((line) => ACCESS.test(line))) return undefined;
  const start = at + rest.length + before.length + 2;
  return [{ start: 0, end: start, head }, { start, end: size, head }];
}

/** A character a byte. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

function joined(parts: readonly Placed[]): ParsedLog | undefined {
  const summary = summaryOfParts(parts.map(({ found }) => found));
  const [first] = parts;
  if (summary === undefined || first === undefined) return undefined;
  let lines = 0;
  const rejects = parts.flatMap(({ start, found }) => {
    const before = lines;
    lines += found.lines;
    return found.rejects.map((reject) => {
      const { line = 0, byteOffset = 0 } = reject.place;
      const place = { ...reject.place, line: line + before, byteOffset: byteOffset + start };
      return { ...reject, place };
    });
  });
  return { ...first.found, ...summary, rejects: rejects.slice(0, MOST_REJECTS) };
}
