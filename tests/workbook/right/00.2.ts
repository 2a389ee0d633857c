import type { Subject } from "../../../notebooks/exercises/00/00.2_lines/check.ts";

/** Bytes of a line without its end. */
function trimmed(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

async function* byIndex(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      yield trimmed(text.slice(from, at));
      from = at + 1;
    }
    text = text.slice(from);
  }
  text += decoder.decode();
  if (text.length > 0) yield text;
}

async function* byBytes(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let held: number[] = [];
  const give = () => {
    const line = new TextDecoder().decode(new Uint8Array(held));
    held = [];
    return trimmed(line);
  };
  for await (const chunk of chunks) {
    for (const byte of chunk) {
      if (byte === 10) yield give();
      else held.push(byte);
    }
  }
  if (held.length > 0) yield new TextDecoder().decode(new Uint8Array(held));
}

/** A transform that splits what comes to it. */
function splitter(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(text, controller) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) controller.enqueue(trimmed(part));
    },
    flush(controller) {
      if (rest !== "") controller.enqueue(rest);
    },
  });
}

/** An iterator written by hand. */
class Lines implements AsyncIterableIterator<string> {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #ready: string[] = [];
  #rest = "";
  #ended = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#source = chunks[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    while (this.#ready.length === 0 && !this.#ended) {
      const { done, value } = await this.#source.next();
      this.#rest += this.#decoder.decode(value, { stream: !done });
      this.#ready = this.#rest.split("\n");
      this.#rest = this.#ready.pop() ?? "";
      this.#ready = this.#ready.map(trimmed);
      if (done) this.#ended = true;
      if (done && this.#rest !== "") this.#ready.push(this.#rest);
    }
    const line = this.#ready.shift();
    return line === undefined ? { done: true, value: undefined } : { done: false, value: line };
  }

  async return(): Promise<IteratorResult<string, undefined>> {
    await this.#source.return?.();
    return { done: true, value: undefined };
  }
}

type Form = Subject["readLines"];

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "indexOf instead of split": { readLines: byIndex },
  "bytes, decoded line by line": { readLines: byBytes },
  "a function that returns another one's generator": { readLines: (chunks) => byIndex(chunks) },
  "streams of the platform": {
    readLines:
      ((chunks: AsyncIterable<Uint8Array<ArrayBuffer>>) =>
        ReadableStream.from(chunks).pipeThrough(new TextDecoderStream()).pipeThrough(
          splitter(),
        )) as unknown as Form,
  },
  "an iterator written by hand": {
    readLines: ((chunks: AsyncIterable<Uint8Array>) => new Lines(chunks)) as unknown as Form,
  },
  "a promise of a generator": {
    readLines: (async (chunks: AsyncIterable<Uint8Array>) => {
      await Promise.resolve();
      return byIndex(chunks);
    }) as unknown as Form,
  },
  "a regular expression over the text": {
    async *readLines(chunks) {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      let text = "";
      for await (const chunk of chunks) {
        text += decoder.decode(chunk, { stream: true });
        let end = 0;
        for (const match of text.matchAll(/([^\n]*?)\r?\n/g)) {
          yield match[1] ?? "";
          end = match.index + match[0].length;
        }
        text = text.slice(end);
      }
      text += decoder.decode();
      if (text) yield text;
    },
  },
  "a loop of next() that closes in finally": {
    async *readLines(chunks) {
      const source = chunks[Symbol.asyncIterator]();
      try {
        yield* byIndex({ [Symbol.asyncIterator]: () => ({ next: () => source.next() }) });
      } finally {
        await source.return?.();
      }
    },
  },
};
