// deno-lint-ignore-file no-unused-vars require-yield
/** Cuts a CSV file into parts of at most `target` bytes, each with the header and whole records. */
export async function* splitCsv(
  chunks: AsyncIterable<Uint8Array>,
  target: number,
): AsyncGenerator<Uint8Array, void> {
  // TODO(you): where does a record end, and when is a part full?
  throw new Error(
    "Not written yet: splitCsv() in this file; begin with a file that fits in a part",
  );
}
