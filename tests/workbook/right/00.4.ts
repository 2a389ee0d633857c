import type { Limits } from "../../../notebooks/exercises/00/00.4_batches/stub.ts";
import type { Subject } from "../../../notebooks/exercises/00/00.4_batches/check.ts";

type Form = Subject["readBatches"];

function sizeOf(line: string): number {
  return new Blob([line]).size;
}

async function* plain(
  lines: AsyncIterable<string>,
  { rows, bytes }: Limits,
): AsyncGenerator<string[], void> {
  let batch: string[] = [];
  let left = bytes;
  for await (const line of lines) {
    const size = sizeOf(line);
    if (batch.length === rows || batch.length !== 0 && size > left) {
      yield batch.splice(0);
      left = bytes;
    }
    batch = [...batch, line];
    left -= size;
  }
  if (batch.length) yield batch;
}

/** Sees that a batch of rows is full without the next line. */
async function* eager(
  lines: AsyncIterable<string>,
  limits: Limits,
): AsyncGenerator<string[], void> {
  const held = { lines: [] as string[], bytes: 0 };
  const take = () => {
    held.bytes = 0;
    return held.lines.splice(0, held.lines.length);
  };
  for await (const line of lines) {
    const size = new TextEncoder().encode(line).byteLength;
    if (held.lines.length > 0 && held.bytes + size > limits.bytes) yield take();
    held.lines.push(line);
    held.bytes += size;
    if (held.lines.length >= limits.rows) yield take();
  }
  if (held.lines.length > 0) yield take();
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "destructured limits, and what is left": { readBatches: plain },
  "a batch of rows that is given out at once": { readBatches: eager },
  "a stream of the platform": {
    readBatches:
      ((lines: AsyncIterable<string>, limits: Limits) =>
        ReadableStream.from(eager(lines, limits))) as unknown as Form,
  },
  "a promise of a generator": {
    readBatches: (async (lines: AsyncIterable<string>, limits: Limits) => {
      await Promise.resolve();
      return plain(lines, limits);
    }) as unknown as Form,
  },
  "an iterable without return()": {
    readBatches: ((lines: AsyncIterable<string>, limits: Limits) => ({
      [Symbol.asyncIterator]: () => eager(lines, limits),
    })) as unknown as Form,
  },
  "frozen batches": {
    async *readBatches(lines, limits) {
      for await (const batch of plain(lines, limits)) yield Object.freeze(batch) as string[];
    },
  },
  "encodeInto a buffer": {
    async *readBatches(lines, limits) {
      const encoder = new TextEncoder();
      let batch: string[] = [];
      let bytes = 0;
      for await (const line of lines) {
        const { written } = encoder.encodeInto(line, new Uint8Array(line.length * 3));
        const fits = batch.length < limits.rows && bytes + written <= limits.bytes;
        if (!fits && batch.length > 0) {
          yield batch;
          [batch, bytes] = [[], 0];
        }
        batch.push(line);
        bytes += written;
      }
      if (batch.length > 0) yield batch;
    },
  },
  "next() by hand, closed in finally": {
    async *readBatches(lines, limits) {
      const source = lines[Symbol.asyncIterator]();
      try {
        yield* eager({ [Symbol.asyncIterator]: () => ({ next: () => source.next() }) }, limits);
      } finally {
        await source.return?.(undefined);
      }
    },
  },
};
