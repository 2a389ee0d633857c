/**
 * "Constant memory" is a promise about the worst input. A limit of rows alone bounds memory only as long as rows are small, and who
 * sends them decides that. So there are two limits, and the first one that is reached ends the batch.
 *
 * The question is asked before the line is added: would it still fit? Asked afterwards, every batch is too large by up to one line,
 * and the largest line comes on top of a batch that is nearly full.
 *
 * A line that is larger than the limit is already in memory; it becomes a batch of its own. To refuse it is a decision for the
 * reader of lines, which sees it grow: lib/files has such a limit, and rejects what is longer.
 *
 * Bytes are counted in UTF-8, as they will be written. length counts UTF-16 units: for "日本" it says 2, and 6 bytes are sent.
 *
 * Each batch is a new array. Emptying one and filling it again saves an allocation and breaks everyone who keeps a batch: a
 * retry, a test, a queue.
 *
 * @module
 */
/** When a batch is full. */
export interface Limits {
  /** The most lines of a batch. */
  readonly rows: number;
  /** The most bytes of a batch's lines together, in UTF-8. */
  readonly bytes: number;
}

/** Groups lines into batches, in their order. */
export async function* readBatches(
  lines: AsyncIterable<string>,
  limits: Limits,
): AsyncGenerator<string[], void> {
  const encoder = new TextEncoder();
  let batch: string[] = [];
  let bytes = 0;
  for await (const line of lines) {
    const size = encoder.encode(line).length;
    const full = batch.length >= limits.rows || bytes + size > limits.bytes;
    if (full && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
