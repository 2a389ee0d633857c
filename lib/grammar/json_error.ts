/**
 * Reads the column, 1-based, out of V8's message for broken JSON: the error has no field for it.
 *
 * This is the one place that reads such a message.
 */
export function jsonErrorColumn(error: unknown, line: string): number {
  const message = error instanceof Error ? error.message : "";
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position) + 1;
  if (/unexpected end/i.test(message) || line.length > MOST_TRIED) return line.length + 1;
  // Of an unexpected token there is no position: the shortest beginning that is broken ends with it.
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBroken(line.slice(0, middle + 1))) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}

/** Longer texts would take too long. */
const MOST_TRIED = 1 << 16;

/** Whether nothing that follows could make JSON of a beginning. */
function isBroken(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const position = /at position (\d+)/.exec(message)?.[1];
    return position === undefined
      ? !/unexpected end/i.test(message)
      : Number(position) < beginning.length;
  }
}
