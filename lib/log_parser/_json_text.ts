/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Numbers that a double would print otherwise than they were written. */
const EXACT_NUMBER =
  /[:[,]\s*-?(?:\d{16}|\d+\.\d*0(?=\s*[,}\]])|\d+\.\d{15}|(?=[\d.]{17})\d+\.|[\d.]+[eE]|0\s*[,}\]])/;
/** nginx's escapes without `escape=json`. */
const HEX_ESCAPES = /(?:\\x[0-9A-Fa-f]{2})+/g;

/** Reads an object, with the digits of its numbers as they are written. */
export function parseExact(line: string): JsonObject {
  return EXACT_NUMBER.test(line) ? JSON.parse(line, exactNumber) : JSON.parse(line);
}

/** Turns `\xhh`, whose bytes are UTF-8, into characters; `undefined`: that is not all that is wrong. */
export function repairJson(line: string): JsonObject | undefined {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  try {
    return parseExact(line.replace(HEX_ESCAPES, (escapes) => {
      const bytes = escapes.slice(2).split("\\x").map((hex) => Number.parseInt(hex, 16));
      return JSON.stringify(utf8.decode(Uint8Array.from(bytes))).slice(1, -1);
    }));
  } catch {
    return undefined; // The first error says where the line breaks.
  }
}

/** Keeps the digits of a number as they were written, as text. */
function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number") return value;
  return context?.source === undefined || String(value) === context.source ? value : context.source;
}
