import { startsCompressed } from "../../files/mod.ts";
import { attempt } from "../../io/mod.ts";
import { summaryOfParts } from "../../log_parser/mod.ts";
import type { InputFile } from "../inputs.ts";
import {
  type LogPart,
  MOST_REJECTS,
  type ParsedLog,
  parseLogFile,
  type ParseLogFileOptions,
} from "./parse_log_file.ts";
import { ParsePool, type ParsePoolOptions } from "./parse_pool.ts";

/** What is read here before the worker has begun, by half. */
const AHEAD_BYTES = 32 * 1024 * 1024;
const HEAD_BYTES = 256 * 1024;
const MOST_LINE = 64 * 1024;
/** What an access line begins with, in any of its variants that most lines of a log have. */
const ACCESS = /^\S+ \S+ [^[\n]{1,64} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "/;

/**
 * Counts a large log of access lines in two parts, the second one on a worker; more of them would take more memory than
 * a log may.
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
  const parts = attempt("read", log.path, () => cut(log.path));
  if (parts === undefined) return undefined;
  const [here, there] = parts.map((part) => ({ ...reading, part }));
  await using pool = new ParsePool([{ log, reading: { ...there }, force: false }], {
    size: 1,
    onRead,
    signal,
  });
  const first = await parseLogFile(log.path, {
    ...here,
    signal,
    onRead: (bytes) => onRead(log, bytes),
  });
  const second = await pool.next();
  return second && joined([first, second], parts);
}

/** Cuts a log between two access lines; `undefined`: it has none there. */
function cut(path: string): LogPart[] | undefined {
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

function joined(found: readonly ParsedLog[], parts: readonly LogPart[]): ParsedLog | undefined {
  const summary = summaryOfParts(found);
  const [first] = found;
  if (summary === undefined || first === undefined) return undefined;
  let lines = 0;
  const rejects = found.flatMap((part, i) => {
    const before = lines;
    lines += part.lines;
    const start = parts[i]?.start ?? 0;
    return part.rejects.map((reject) => {
      const { line = 0, byteOffset = 0 } = reject.place;
      const place = { ...reject.place, line: line + before, byteOffset: byteOffset + start };
      return { ...reject, place };
    });
  });
  return { ...first, ...summary, rejects: rejects.slice(0, MOST_REJECTS) };
}
