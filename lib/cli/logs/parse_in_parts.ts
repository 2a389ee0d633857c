import { startsCompressed } from "../../files/mod.ts";
import { attempt } from "../../io/mod.ts";
import { summaryOfParts } from "../../log_parser/mod.ts";
import type { InputFile } from "../inputs.ts";
import {
  type LogPart,
  MOST_REJECTS,
  type ParsedLog,
  type ParseLogFileOptions,
} from "./parse_log_file.ts";
import { ParsePool, type ParsePoolOptions } from "./parse_pool.ts";

const HEAD_BYTES = 256 * 1024;
const MOST_LINE = 64 * 1024;
/** What an access line begins with, in any of its variants that most lines of a log have. */
const ACCESS = /^\S+ \S+ [^[\n]{1,64} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "/;

/**
 * Counts a large log of access lines in parts, each on a worker.
 *
 * @returns What reading it as a whole finds too, but for frequent values of which there are too many to count exactly;
 * `undefined`: it has other lines as well, and must be read as a whole.
 */
export async function parseInParts(
  log: InputFile,
  reading: ParseLogFileOptions,
  { count, ...options }: Pick<ParsePoolOptions, "onRead" | "signal"> & { readonly count: number },
): Promise<ParsedLog | undefined> {
  if (count < 2 || reading.rejects === true || await startsCompressed(log.path)) return undefined;
  const parts = attempt("read", log.path, () => cut(log.path, count));
  if (parts === undefined) return undefined;
  const jobs = parts.map((part) => ({ log, reading: { ...reading, part }, force: false }));
  await using pool = new ParsePool(jobs, { ...options, size: count });
  const found: ParsedLog[] = [];
  for (const _ of jobs) {
    const parsed = await pool.next();
    if (parsed === undefined) return undefined;
    found.push(parsed);
  }
  return joined(found, parts);
}

/** Cuts a log between two access lines each time; `undefined`: it has none there. */
function cut(path: string, count: number): LogPart[] | undefined {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const read = (at: number, length: number) => {
    const bytes = new Uint8Array(length);
    file.seekSync(at, Deno.SeekMode.Start);
    return bytes.subarray(0, file.readSync(bytes) ?? 0);
  };
  const head = read(0, HEAD_BYTES);
  if (!ACCESS.test(textOf(head))) return undefined;
  const starts = [0];
  for (let i = 1; i < count; i++) {
    const at = Math.floor(size * i / count);
    const lines = textOf(read(at, 2 * MOST_LINE)).split("\n").slice(0, 3);
    const [rest = "", before = "", after = ""] = lines;
    if (!ACCESS.test(before) || !ACCESS.test(after)) return undefined;
    starts.push(at + rest.length + before.length + 2);
  }
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? size, head }));
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
