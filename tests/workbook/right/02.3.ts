type Splitter = (
  chunks: AsyncIterable<Uint8Array>,
  target: number,
) => AsyncGenerator<Uint8Array, void>;

function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** One buffer that grows and is cut off at the front. */
async function* withBuffer(
  chunks: AsyncIterable<Uint8Array>,
  target: number,
): AsyncGenerator<Uint8Array, void> {
  let buffer = new Uint8Array(0);
  let header: Uint8Array | undefined;
  let part = new Uint8Array(0);
  let given = false;
  async function* ends() {
    let quoted = false;
    let seen = 0;
    for await (const chunk of chunks) {
      buffer = concat(buffer, chunk) as Uint8Array<ArrayBuffer>;
      for (; seen < buffer.length; seen++) {
        if (buffer[seen] === 0x22) quoted = !quoted;
        else if (buffer[seen] === 0x0a && !quoted) {
          const record = buffer.slice(0, seen + 1);
          buffer = buffer.slice(seen + 1);
          seen = -1;
          yield record;
        }
      }
    }
    if (buffer.length > 0) yield buffer;
  }
  for await (const record of ends()) {
    if (!header) header = record;
    else if (part.length === 0 || header.length + part.length + record.length <= target) {
      part = concat(part, record) as Uint8Array<ArrayBuffer>;
    } else {
      yield concat(header, part);
      given = true;
      part = record;
    }
  }
  if (header && (part.length > 0 || !given)) yield concat(header, part);
}

/** Latin-1 has a character for each byte: text without loss. */
async function* asLatin1(
  chunks: AsyncIterable<Uint8Array>,
  target: number,
): AsyncGenerator<Uint8Array, void> {
  const text = (bytes: Uint8Array) =>
    Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const bytes = (line: string) => Uint8Array.from(line, (char) => char.charCodeAt(0));
  let rest = "";
  let header: string | undefined;
  let part = "";
  let parts = 0;
  const take = function* (record: string) {
    if (header === undefined) return void (header = record);
    if (part !== "" && (header + part + record).length > target) {
      parts++;
      yield bytes(header + part);
      part = "";
    }
    part += record;
  };
  for await (const chunk of chunks) {
    rest += text(chunk);
    for (;;) {
      const end = /^(?:[^"\n]|"[^"]*")*\n/.exec(rest)?.[0];
      if (end === undefined) break;
      rest = rest.slice(end.length);
      yield* take(end);
    }
  }
  if (rest !== "") yield* take(rest);
  if (header !== undefined && (part !== "" || parts === 0)) yield bytes(header + part);
}

/** Bytes one by one into plain arrays. */
async function* byteByByte(
  chunks: AsyncIterable<Uint8Array>,
  target: number,
): AsyncGenerator<Uint8Array, void> {
  const state = { quotes: 0, record: [] as number[], header: null as number[] | null };
  let part: number[] = [];
  let parts = 0;
  function* close(): Generator<Uint8Array, void> {
    const { record, header } = state;
    state.record = [];
    if (record.length === 0) return;
    if (header === null) {
      state.header = record;
      return;
    }
    if (part.length > 0 && header.length + part.length + record.length > target) {
      parts += 1;
      yield Uint8Array.from([...header, ...part]);
      part = [];
    }
    part.push(...record);
  }
  for await (const chunk of chunks) {
    for (const byte of chunk) {
      state.record.push(byte);
      if (byte === 0x22) state.quotes++;
      if (byte === 0x0a && state.quotes % 2 === 0) yield* close();
    }
  }
  yield* close();
  if (state.header !== null && (part.length > 0 || parts === 0)) {
    yield Uint8Array.from([...state.header, ...part]);
  }
}

/** Right solutions of forms that a learner may well choose. */
export const right = {
  "one growing buffer": { splitCsv: withBuffer },
  "text in Latin-1 and a pattern": { splitCsv: asLatin1 },
  "byte by byte": { splitCsv: byteByByte },
  "yield from another generator": {
    async *splitCsv(...args: Parameters<Splitter>) {
      yield* withBuffer(...args);
    },
  },
  "a promise of a generator": {
    splitCsv: (...args: Parameters<Splitter>) => Promise.resolve(byteByByte(...args)),
  },
  "a stream": {
    splitCsv: (...args: Parameters<Splitter>) => ReadableStream.from(withBuffer(...args)),
  },
  "copies of what comes in": {
    async *splitCsv(chunks: AsyncIterable<Uint8Array>, target: number) {
      async function* copies() {
        for await (const chunk of chunks) yield chunk.slice();
      }
      yield* byteByByte(copies(), target);
    },
  },
  "chunks of its own size": {
    async *splitCsv(chunks: AsyncIterable<Uint8Array>, target: number) {
      async function* small() {
        for await (const chunk of chunks) {
          for (let at = 0; at < chunk.length; at += 3) yield chunk.subarray(at, at + 3);
        }
      }
      yield* withBuffer(small(), target);
    },
  },
};
