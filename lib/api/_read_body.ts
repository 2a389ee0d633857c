/** The body was larger than allowed. */
export class BodyTooLarge extends Error {}

/**
 * Reads a body to its end.
 *
 * @throws {BodyTooLarge} As soon as more than `limit` bytes have come; the rest is not read.
 */
export async function readBody(response: Response, limit: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  if (isDeclaredWithin(response.headers, limit)) return await response.bytes();
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.byteLength;
      if (size > limit) throw new BodyTooLarge();
      chunks.push(part.value);
    }
  } catch (error) {
    // The error is what counts; whether the rest could be given up cleanly is of no interest.
    await reader.cancel().catch(() => {});
    throw error;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : concat(chunks, size);
}

/** Whether the size is known beforehand; then the body can be read in one piece, which is three times as fast. */
function isDeclaredWithin(headers: Headers, limit: number): boolean {
  if (headers.has("content-encoding") || headers.has("transfer-encoding")) return false;
  const length = headers.get("content-length") ?? "";
  return /^\d{1,15}$/.test(length) && Number(length) <= limit;
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
