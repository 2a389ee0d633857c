import type { Reject } from "../errors/mod.ts";

/**
 * Encodes a reject as one JSON line of a quarantine file. Raw bytes are text in `raw` where they are
 * valid UTF-8, else as base64 in `raw_base64`, so that they can always be taken back exactly.
 */
export function encodeReject(reject: Reject): Uint8Array {
  const { code, message, place, raw } = reject;
  const line = {
    code,
    message,
    source: place.source,
    page: place.page,
    line: place.line,
    column: place.column,
    byte_offset: place.byteOffset,
    ...rawFields(raw),
  };
  return new TextEncoder().encode(`${JSON.stringify(line)}\n`);
}

function rawFields(raw: Uint8Array): { raw: string } | { raw_base64: string } {
  try {
    return { raw: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw) };
  } catch {
    return { raw_base64: raw.toBase64() };
  }
}
