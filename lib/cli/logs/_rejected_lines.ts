import { Buffer } from "node:buffer";
import { DataError } from "../../errors/mod.ts";
import type { LinePlace } from "../../log_parser/mod.ts";

const NEWLINE = new Uint8Array([10]);

/** A line of a file of rejects, as far as it is known. */
interface RejectedLine {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly column?: unknown;
  readonly raw?: unknown;
  readonly raw_base64?: unknown;
  readonly source?: unknown;
  readonly line?: unknown;
  readonly byte_offset?: unknown;
}

/** A place, and where its bytes begin among those that were taken out. */
interface Taken {
  readonly start: number;
  readonly place: LinePlace | undefined;
  /** Lines of it that were asked for. */
  asked: number;
}

/** Takes the lines out of a file of rejects, byte for byte, and knows where each was in its log. */
export class RejectedLines {
  #taken: Taken[] = [];
  #first = 0;
  #offset = 0;

  /** Yields the lines. */
  async *read(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let rest = new Uint8Array(0);
    for await (const chunk of chunks) {
      const bytes = concat(rest, chunk);
      const end = bytes.lastIndexOf(10) + 1;
      rest = bytes.slice(end);
      for (const line of new TextDecoder().decode(bytes.subarray(0, end)).split("\n")) {
        if (line !== "") yield this.#take(line);
      }
    }
    if (rest.length > 0) yield this.#take(new TextDecoder().decode(rest));
  }

  /** Returns where the line at an offset was; asked in their order, each line once. */
  placeOf(offset: number): LinePlace | undefined {
    for (let next = this.#taken[this.#first + 1]; next !== undefined && next.start <= offset;) {
      next = this.#taken[++this.#first + 1];
    }
    if (this.#first > 1000) {
      this.#taken = this.#taken.slice(this.#first);
      this.#first = 0;
    }
    const taken = this.#taken[this.#first];
    if (taken?.place === undefined) return undefined;
    const { line, offset: start, ...place } = taken.place;
    return { ...place, line: line + taken.asked++, offset: start + offset - taken.start };
  }

  #take(line: string): Uint8Array {
    const reject = parseJson(line);
    const bytes = concat(rawOf(reject), NEWLINE);
    this.#taken.push({ start: this.#offset, place: placeOf(reject), asked: 0 });
    this.#offset += bytes.length;
    return bytes;
  }
}

function placeOf(reject: RejectedLine): LinePlace | undefined {
  const { source, line, byte_offset: offset } = reject;
  const cut = cutOf(reject);
  if (typeof source !== "string" || typeof line !== "number" || typeof offset !== "number") {
    // A cut line must not become a record because nobody knows where it was.
    return cut && { source: "", line: 1, offset: 0, cut };
  }
  return { source, line, offset, ...(cut && { cut }) };
}

/** Why a line is not whole, if it is not. */
function cutOf({ code, message, column }: RejectedLine): LinePlace["cut"] {
  if (code !== "line-too-long" && code !== "log-truncated") return undefined;
  return {
    code,
    message: typeof message === "string" ? message : "only a part of it was kept",
    column: typeof column === "number" ? column : 1,
  };
}

function rawOf({ raw, raw_base64 }: RejectedLine): Uint8Array {
  if (typeof raw === "string") return new TextEncoder().encode(raw);
  if (typeof raw_base64 === "string") return Buffer.from(raw_base64, "base64");
  throw new DataError(
    "file-type",
    "Cannot parse rejects: a line has no raw, expected a file of logs parse --out",
  );
}

function parseJson(line: string): RejectedLine {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new DataError("file-type", "Cannot parse rejects: a line is not JSON", { cause });
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
