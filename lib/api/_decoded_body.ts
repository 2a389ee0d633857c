/** A body is not in the charset or compression that it should be in; the message says in which. */
export class UndecodableBody extends Error {}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Returns a body with its compression and charset undone, as far as the runtime has not done it; `undefined` if there
 * is nothing to undo.
 *
 * @param charset What the body is in, whatever it says.
 */
export function decodedStream(
  response: Response,
  charset: string | undefined,
): ReadableStream<Bytes> | undefined {
  const { body } = response;
  const isDeflate = /^deflate$/i.test(response.headers.get("content-encoding")?.trim() ?? "");
  if (body === null || (!isDeflate && !isOther(charset))) return undefined;
  const plain = isDeflate ? inflated(body) : body;
  return isOther(charset) ? ReadableStream.from(transcoded(plain, charset)) : plain;
}

/** `deflate` means zlib (RFC 9110, section 8.4.1.2); some servers leave its header out. */
function inflated(body: ReadableStream<Bytes>): ReadableStream<Bytes> {
  async function* parts(): AsyncGenerator<Bytes> {
    const reader = body.getReader();
    const first = await reader.read();
    if (first.done) return;
    const isZlib = first.value[0] === 0x78;
    const rest = new ReadableStream<Bytes>({
      start: (controller) => controller.enqueue(first.value),
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
    yield* rest.pipeThrough(new DecompressionStream(isZlib ? "deflate" : "deflate-raw"));
  }
  return ReadableStream.from(parts());
}

async function* transcoded(body: ReadableStream<Bytes>, charset: string): AsyncGenerator<Bytes> {
  const decoder = new TextDecoder(charset, { fatal: true });
  const encoder = new TextEncoder();
  const decode = (bytes?: Bytes) => {
    try {
      return encoder.encode(decoder.decode(bytes, { stream: bytes !== undefined }));
    } catch {
      throw new UndecodableBody(`the body is not in the declared charset ${charset}`);
    }
  };
  for await (const chunk of body) yield decode(chunk);
  yield decode();
}

function isOther(charset: string | undefined): charset is string {
  return charset !== undefined && !isUtf8(charset);
}

function isUtf8(charset: string): boolean {
  return /^(utf-?8|us-ascii|ascii)$/i.test(charset);
}

const strict = new TextDecoder("utf-8", { fatal: true });

/**
 * Returns a body in memory as UTF-8, if it says that it is in another charset and is: JSON has to be in UTF-8, and some
 * servers only have the wrong header.
 */
export function asUtf8(bytes: Uint8Array, headers: Headers): Uint8Array {
  const declared = /charset="?([^\s";]+)/i.exec(headers.get("content-type") ?? "")?.[1];
  const charset = markOf(bytes) ?? declared;
  if (!isOther(charset) || (charset === declared && isUtf8Text(bytes))) return bytes;
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    throw new UndecodableBody(`the charset "${charset.slice(0, 40)}" is unknown`);
  }
  try {
    return new TextEncoder().encode(decoder.decode(bytes));
  } catch {
    throw new UndecodableBody(`the body is not in its charset ${charset.slice(0, 40)}`);
  }
}

/** The charset of the byte order mark, if there is one of UTF-16. */
function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

function isUtf8Text(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Says whether bytes are gzip: a body that is compressed twice, or without saying so. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}
