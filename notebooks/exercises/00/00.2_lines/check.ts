import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "chunk-is-line": {
    means: "You took the end of a chunk for the end of a line: one line becomes two broken halves",
    think: "What do you do with the part after the last newline of a chunk?",
  },
  "last-line-lost": {
    means: "You lost the last line, because no newline follows it",
    think: "What is left in your hands when the source has ended?",
  },
  "empty-last-line": {
    means: "You made an empty line of the end of the text: every file has one record too many",
    think: 'What does "a\\n".split("\\n") give, and is its last piece a line?',
  },
  "drops-empty-lines": {
    means: "You dropped empty lines in the middle: every line number after them is wrong",
    think: "How does an empty line in the middle differ from the empty piece at the end?",
  },
  "decodes-chunks-apart": {
    means:
      "You decoded each chunk by itself: a character that is cut in two becomes two replacement characters",
    think:
      "Who keeps the first byte of an é until its second one comes? Look at TextDecoder's options",
  },
  "return-left": {
    means:
      "You left a \\r at the end of a line: it sticks to the last column, and no join will ever match it",
    think: "What if \\r is the last byte of one chunk and \\n the first of the next?",
  },
  "trims-blanks": {
    means:
      "You cut off more than the line's end: blanks and tabs belong to the line, and a tab-separated file loses its empty columns",
    think: "Which characters does the task call the end of a line, and which does trim() take?",
  },
  "whole-file": {
    means:
      "You read everything before you gave out the first line: a file larger than memory ends the process",
    think: "Where is your yield: inside the loop over the chunks, or after it?",
  },
  "runs-ahead": {
    means: "You read on while your reader was still busy: what is not taken yet piles up in memory",
    think: "What makes your loop wait until a line is taken?",
  },
  "keeps-everything": {
    means:
      "You keep text whose lines are handed out already: memory grows with the file, and a file larger than memory ends the process",
    think: "What of your variables still holds the first chunk when the thousandth comes?",
  },
  "leaves-open": {
    means:
      "You left the source open when the reader stopped early: every break costs an open file or socket",
    think: "for await closes what it iterates over; what does a loop of next() calls do?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["readLines"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "gives the lines of a text without their ends",
      task: "A line ends with `\\n` or `\\r\\n`; the end is not part of it. Any other `\\r` is.",
      test: wholeLines,
    },
    {
      name: "gives the last line without an end, and no empty line after one",
      task: "The last line counts even without an end; if the text ends with `\\n`, no",
      test: lastLine,
    },
    {
      name: "keeps a line together that is cut between chunks",
      task: "Chunks end anywhere: in a line, between the bytes of a character, between",
      test: cutLines,
    },
    {
      name: "keeps a character together that is cut between chunks",
      task: "Chunks end anywhere: in a line, between the bytes of a character, between",
      test: cutCharacters,
    },
    {
      name: "takes \\r\\n for one line end, also when it is cut",
      task: "A line ends with `\\n` or `\\r\\n`; the end is not part of it. Any other `\\r` is.",
      test: returns,
    },
    {
      name: "reads no further than its reader",
      task: "Flat memory: give lines out as soon as they are whole, and ask for the next",
      test: pace,
    },
    {
      name: "keeps nothing of what was taken, however long the text is",
      task: "Flat memory: give lines out as soon as they are whole, and ask for the next",
      test: flatMemory,
    },
    {
      name: "closes its source when the reader stops",
      task: "Flat memory: give lines out as soon as they are whole, and ask for the next",
      test: closes,
    },
  ],
};

async function wholeLines({ readLines }: Subject): Promise<void> {
  const plain = await collect(readLines, ["one\ntwo\nthree\n"]);
  if (plain.at(-1) === "") {
    throw wrong("empty-last-line", `"one\\ntwo\\nthree\\n" gave ${show(plain)}`);
  }
  await demand(readLines, ["one\ntwo\nthree\n"], ["one", "two", "three"]);
  const found = await collect(readLines, ["a\n\nb\n"]);
  if (found.length < 3) throw wrong("drops-empty-lines", `"a\\n\\nb\\n" gave ${show(found)}`);
  await demand(readLines, [], []);
}

async function lastLine({ readLines }: Subject): Promise<void> {
  const open = await collect(readLines, ["one\ntwo"]);
  if (!open.includes("two")) throw wrong("last-line-lost", `"one\\ntwo" gave ${show(open)}`);
  const closed = await collect(readLines, ["one\ntwo\n"]);
  if (closed.length > 2) throw wrong("empty-last-line", `"one\\ntwo\\n" gave ${show(closed)}`);
}

async function cutLines({ readLines }: Subject): Promise<void> {
  const found = await collect(readLines, ["on", "e\ntw", "o\nth", "ree\n"]);
  if (show(found) === show(["one", "two", "three"])) return;
  const seen = `"on" "e\\ntw" "o\\nth" "ree\\n" gave ${show(found)}, wanted "one", "two", "three"`;
  throw found.length > 3 ? wrong("chunk-is-line", seen) : unexpected(seen);
}

async function cutCharacters({ readLines }: Subject): Promise<void> {
  const text = "René\n日本\n🚰 water\n";
  for (const size of [1, 2, 3, 5]) {
    const found = await collect(readLines, cut(text, size));
    const seen = `in chunks of ${size} bytes: ${show(found)}`;
    if (found.some((line) => line.includes("\ufffd"))) throw wrong("decodes-chunks-apart", seen);
    if (show(found) !== show(["René", "日本", "🚰 water"])) throw unexpected(seen);
  }
}

async function returns({ readLines }: Subject): Promise<void> {
  for (const chunks of [["one\r\ntwo\r\n"], ["one\r", "\ntwo\r", "\n"]]) {
    const found = await collect(readLines, chunks);
    if (show(found) === show(["one", "two"])) continue;
    const seen = `${chunks.map((chunk) => JSON.stringify(chunk)).join(" ")} gave ${show(found)}`;
    throw found.some((line) => line.endsWith("\r")) ? wrong("return-left", seen) : unexpected(seen);
  }
  await demand(readLines, ["a\rb\n"], ["a\rb"]);
  const [blanks, wanted] = [["a  \r\n\tb\t\nc "], ["a  ", "\tb\t", "c "]];
  const found = await collect(readLines, blanks);
  if (show(found) === show(wanted)) return;
  const seen = `${show(blanks)} gave ${show(found)}, wanted ${show(wanted)}`;
  const trimmed = found.length === 3 && found.every((line, n) => line.trim() === wanted[n]?.trim());
  throw trimmed ? wrong("trims-blanks", seen) : unexpected(seen);
}

async function pace({ readLines }: Subject): Promise<void> {
  const source = new Source(Array.from({ length: 1000 }, (_, n) => `line ${n}\n`));
  let taken = 0;
  for await (const _line of await readLines(source)) {
    await Promise.resolve();
    taken++;
    const ahead = source.pulled - taken;
    if (taken === 1 && ahead > 900) {
      throw wrong(
        "whole-file",
        `${Math.min(source.pulled, 1000)} of 1000 chunks were read before the first line came`,
      );
    }
    // Streams may hold a few chunks between their stages; more is a heap that grows.
    if (ahead > 8) {
      throw wrong(
        "runs-ahead",
        `after line ${taken}, ${ahead} chunks had been read that nobody had asked for`,
      );
    }
  }
  if (taken !== 1000) throw unexpected(`1000 chunks with one line each gave ${taken} lines`);
}

async function flatMemory({ readLines }: Subject): Promise<void> {
  const collectGarbage = garbageCollector();
  const chunk = new TextEncoder().encode(`${"x".repeat(127)}\n`.repeat(512));
  const held: number[] = [];
  async function* text() {
    for (let n = 0; n <= 128; n++) {
      await Promise.resolve();
      // Only what is still held counts: what waits for collection comes and goes as the engine likes.
      if (n === 32 || n === 128) held.push(collectGarbage());
      yield chunk.slice();
    }
  }
  let taken = 0;
  for await (const _line of await readLines(text())) taken++;
  if (taken !== 129 * 512) throw unexpected(`${129 * 512} lines went in, ${taken} came out`);
  const [before = 0, after = 0] = held;
  const megabytes = (after - before) / 2 ** 20;
  // Of the 6 MB between the two moments a reader may hold a few chunks, 64 kB each.
  if (megabytes < 2) return;
  throw wrong(
    "keeps-everything",
    `6 MB of lines were taken, and ${megabytes.toFixed(1)} MB more than before are held`,
  );
}

/** Returns a function that collects all garbage, and tells the bytes that are left. */
function garbageCollector(): () => number {
  setFlagsFromString("--expose-gc");
  // A context that exists already does not get the function.
  const collect: () => void = runInNewContext("gc");
  return () => {
    collect();
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  };
}

async function closes({ readLines }: Subject): Promise<void> {
  const source = new Source(["one\n", "two\n", "three\n"]);
  for await (const _line of await readLines(source)) break;
  // A chain of streams passes the news on from stage to stage.
  for (let turn = 0; turn < 20 && !source.closed; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  if (!source.closed) {
    throw wrong(
      "leaves-open",
      "the reader stopped after one line, and the source was never closed",
    );
  }
}

/** Chunks that know how many were taken and whether someone closed them. */
class Source implements AsyncIterable<Uint8Array> {
  pulled = 0;
  closed = false;
  readonly #chunks: readonly string[];

  constructor(chunks: readonly string[]) {
    this.#chunks = chunks;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => {
        const chunk = this.#chunks[this.pulled++];
        return Promise.resolve(
          chunk === undefined
            ? { done: true, value: undefined }
            : { done: false, value: new TextEncoder().encode(chunk) },
        );
      },
      return: () => {
        this.closed = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}

type ReadLines = Subject["readLines"];

async function demand(readLines: ReadLines, chunks: readonly string[], wanted: readonly string[]) {
  const found = await collect(readLines, chunks);
  if (show(found) === show(wanted)) return;
  throw unexpected(`${show(chunks)} gave ${show(found)}, wanted ${show(wanted)}`);
}

async function collect(
  readLines: ReadLines,
  chunks: readonly (string | Uint8Array)[],
): Promise<string[]> {
  const encoder = new TextEncoder();
  async function* bytes() {
    for (const chunk of chunks) {
      await Promise.resolve();
      yield typeof chunk === "string" ? encoder.encode(chunk) : chunk;
    }
  }
  return await Array.fromAsync(await readLines(bytes()));
}

function cut(text: string, size: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
}

function show(lines: readonly string[]): string {
  return lines.length === 0 ? "nothing" : lines.map((line) => JSON.stringify(line)).join(", ");
}

if (import.meta.main) await checkProcess(check);
