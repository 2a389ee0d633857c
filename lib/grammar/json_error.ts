/**
 * Reads the column, 1-based, out of V8's message for broken JSON: the error has no field for it.
 *
 * This is the one place that reads such a message.
 */
export function jsonErrorColumn(error: unknown, line: string): number {
  const message = error instanceof Error ? error.message : "";
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position) + 1;
  // A short input is quoted in the message instead of a position; at its end it is "Unexpected end".
  return line.length + 1;
}
