import type { Reject } from "../errors/mod.ts";
import { maskBeginning, maskSecrets } from "../logging/mod.ts";

/**
 * Encodes a reject as one JSON line of a quarantine file. Raw bytes are text in `raw` where they are
 * valid UTF-8, else as base64 in `raw_base64`, so that they can be taken back exactly; only what a server echoed of our
 * own credentials is a placeholder.
 */
export function encodeReject(reject: Reject): Uint8Array {
  const { code, message, place, raw } = reject;
  const line = {
    code,
    message: maskSecrets(message),
    source: place.source === undefined ? undefined : maskSecrets(place.source),
    page: place.page,
    line: place.line,
    column: place.column,
    byte_offset: place.byteOffset,
    field: place.field,
    ...rawFields(raw),
  };
  return new TextEncoder().encode(`${JSON.stringify(line)}\n`);
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const PART_BYTES = 1 << 15;

/** Of what is longer only so much is kept, and the end may be the beginning of a secret. */
const SAMPLE_BYTES = 4096;

function rawFields(raw: Uint8Array): { raw: string } | { raw_base64: string } {
  const mask = raw.length === SAMPLE_BYTES ? maskBeginning : maskSecrets;
  try {
    return { raw: mask(strict.decode(raw)) };
  } catch {
    let text = "";
    for (let at = 0; at < raw.length; at += PART_BYTES) {
      // Each byte is one character, and comes back as it was.
      text += String.fromCharCode(...raw.subarray(at, at + PART_BYTES));
    }
    return { raw_base64: Uint8Array.from(mask(text), (c) => c.charCodeAt(0)).toBase64() };
  }
}
