const ESCAPES: Readonly<Record<string, number>> = {
  '"': 34,
  "\\": 92,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  b: 8,
  f: 12,
};
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Returns the index of the quote that closes a field, skipping escaped ones, or -1. */
export function quoteEnd(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (at - backslashes > from && line.charCodeAt(at - 1 - backslashes) === 92) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

/**
 * Decodes the escapes of Apache and nginx: `\"`, `\\`, `\n`, `\xhh`.
 *
 * Text whose bytes would not be UTF-8 stays as it was written, and so does an unknown escape.
 */
export function decodeQuoted(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes: number[] = [];
  for (let i = 0; i < text.length;) {
    const [length, byte] = escapeAt(text, i);
    if (byte !== undefined) bytes.push(byte);
    else bytes.push(...encoder.encode(text.slice(i, i + length)));
    i += length;
  }
  try {
    return strictUtf8.decode(Uint8Array.from(bytes));
  } catch {
    return text; // Nothing is altered silently: what cannot be decoded keeps its escapes.
  }
}

function escapeAt(text: string, at: number): [length: number, byte: number | undefined] {
  if (text[at] !== "\\") {
    const next = text.indexOf("\\", at);
    return [(next < 0 ? text.length : next) - at, undefined];
  }
  const next = text[at + 1] ?? "";
  if (next === "x") {
    const hex = text.slice(at + 2, at + 4);
    if (/^[0-9a-f]{2}$/i.test(hex)) return [4, Number.parseInt(hex, 16)];
  }
  const byte = ESCAPES[next];
  return byte === undefined ? [1, undefined] : [2, byte];
}
