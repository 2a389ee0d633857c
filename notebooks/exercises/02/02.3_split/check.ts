import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "cuts-in-quotes": {
    means: "You cut at a newline inside quotes: one record becomes two rows with nulls",
    think: "What do you have to remember about the bytes before a newline?",
  },
  "no-header": {
    means: "You gave out a part without the header: its first record becomes one, and is lost",
    think: "What must every reader of a part know before its first record?",
  },
  "header-as-record": {
    means: "You gave the header out as a record as well: every file has one row of column names",
    think: "Which record is the header, and where does it go besides the front of each part?",
  },
  "over-target": {
    means:
      "You let a part grow over its target: the size was a promise to the readers of the parts",
    think:
      "Do you look at the size before or after the record is added, and does the header count?",
  },
  "chunk-is-record": {
    means:
      "You took the end of a chunk for the end of a record: records fall apart at random places",
    think: "What do you do with the bytes after the last newline of a chunk?",
  },
  "quotes-by-chunk": {
    means:
      "You forgot at the end of a chunk that quotes were open: the next newline cuts the record",
    think: "Where does the flag live: inside the loop over the chunks, or outside it?",
  },
  "loses-the-last": {
    means: "You lost the last record, because no newline follows it",
    think: "What is left in your hands when the chunks have ended?",
  },
  "changes-bytes": {
    means:
      "You changed bytes: the parts no longer add up to the file, and nobody can show that nothing is lost",
    think: "Does your code decode, trim, split and join? What gets lost on the way there and back?",
  },
  "drops-long": {
    means: "You dropped or cut a record that is longer than the target",
    think: "What should become of a record that fits into no part?",
  },
  "reads-everything": {
    means:
      "You read the whole file before the first part came: a file larger than memory ends the process",
    think: "Where is your yield: inside the loop over the chunks, or after it?",
  },
  "empty-parts": {
    means:
      "You gave out a part without a record, although there are others: readers open it for nothing",
    think: "What is in your part when the first record does not fit?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const HEADER = "id,note\n";

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["splitCsv"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "a file that fits is one part, as it is",
      task: "A file with a header only gives one part; an empty file none.",
      test: small,
    },
    {
      name: "each part has the header, and parts add up to the file",
      task: "The parts without their headers, joined, are the file without its header,",
      test: addUp,
    },
    {
      name: "no part is over the target, but for a single record",
      task: "Each part is the header (the first record) and as many records as fit: at",
      test: sizes,
    },
    {
      name: "a newline inside quotes ends nothing",
      task: "A record ends with `\\n` outside quotes. A quote opens and closes; a doubled",
      test: quotes,
    },
    {
      name: "chunks end anywhere",
      task:
        "Chunks end anywhere. Give a part out when it is full; do not read the whole file first.",
      test: cutAnywhere,
    },
    {
      name: "no byte is changed",
      task: "A record ends with `\\n` outside quotes. A quote opens and closes; a doubled",
      test: bytesStay,
    },
    {
      name: "a part comes as soon as it is full",
      task:
        "Chunks end anywhere. Give a part out when it is full; do not read the whole file first.",
      test: pace,
    },
  ],
};

async function small({ splitCsv }: Subject): Promise<void> {
  for (const text of [`${HEADER}1,a\n2,b\n`, `${HEADER}1,a\n2,b`, HEADER]) {
    const parts = await split(splitCsv, [text], 1000);
    const seen = `${show([text])} gave ${show(parts)}`;
    if (parts.length === 1 && parts[0] === text) continue;
    const last = text.endsWith("b") && !parts.join("").includes("2,b");
    if (last) throw wrong("loses-the-last", seen);
    const twice = parts.join("").split(HEADER).length > 2;
    throw parts.length === 1 && twice ? wrong("header-as-record", seen) : unexpected(seen);
  }
  const none = await split(splitCsv, [], 1000);
  if (none.length > 0) throw unexpected(`an empty file gave ${show(none)}, wanted no part`);
}

async function addUp({ splitCsv }: Subject): Promise<void> {
  const body = ["1,a\n", "2,b\n", "3,c\n", "4,d\n", "5,e\n"];
  const parts = await split(splitCsv, [HEADER + body.join("")], HEADER.length + 8);
  const seen = `five records of 4 bytes, target ${HEADER.length + 8}, gave ${show(parts)}`;
  if (parts.some((part) => !part.startsWith(HEADER))) throw wrong("no-header", seen);
  const rest = parts.map((part) => part.slice(HEADER.length));
  if (rest.some((part) => part.includes(HEADER))) throw wrong("header-as-record", seen);
  if (rest.join("") !== body.join("")) throw unexpected(seen);
  if (parts.length !== 3) {
    const over = parts.some((part) => part.length > HEADER.length + 8);
    throw over ? wrong("over-target", seen) : unexpected(`${seen}; wanted 3 parts`);
  }
}

async function sizes({ splitCsv }: Subject): Promise<void> {
  const long = `2,${"x".repeat(60)}\n`;
  const body = ["1,a\n", long, "3,c\n", "4,dddd\n"];
  for (const target of [HEADER.length + 9, 30]) {
    const parts = await split(splitCsv, [HEADER + body.join("")], target);
    const seen = `target ${target}: parts of ${parts.map((part) => part.length).join(", ")} bytes`;
    const rest = parts.map((part) => part.slice(HEADER.length));
    if (!rest.some((part) => part.includes(long))) throw wrong("drops-long", seen);
    if (rest.some((part) => part === "")) throw wrong("empty-parts", seen);
    const over = parts.find((part) => part.length > target && part !== HEADER + long);
    if (over !== undefined) throw wrong("over-target", seen);
    if (rest.join("") !== body.join("")) throw unexpected(seen);
  }
}

async function quotes({ splitCsv }: Subject): Promise<void> {
  const body = ['1,"two\nlines"\n', '2,"a ""quote""\nand more"\n', '3,""\n', "4,d\n"];
  const parts = await split(splitCsv, [HEADER + body.join("")], HEADER.length + 5);
  const rest = parts.map((part) => part.slice(HEADER.length));
  const seen = `records with line ends in quotes gave ${show(rest)}`;
  if (rest.some((part) => (part.match(/"/g)?.length ?? 0) % 2 === 1)) {
    throw wrong("cuts-in-quotes", seen);
  }
  if (rest.join("") !== body.join("")) throw unexpected(seen);
  const header = '"id\nof it",note\n';
  const [first = ""] = await split(splitCsv, [`${header}1,a\n2,b\n`], header.length + 4);
  if (first !== `${header}1,a\n`) {
    throw wrong("cuts-in-quotes", `a header in two lines: ${show([first])}`);
  }
}

async function cutAnywhere({ splitCsv }: Subject): Promise<void> {
  const body = ['1,"two\nlines"\n', '2,"a ""b"" c"\n', "3,c\n"];
  const text = HEADER + body.join("");
  const whole = await split(splitCsv, [text], HEADER.length + 16);
  for (const size of [1, 2, 3, 7]) {
    const pieces = Array.from(
      { length: Math.ceil(text.length / size) },
      (_, n) => text.slice(n * size, (n + 1) * size),
    );
    const parts = await split(splitCsv, pieces, HEADER.length + 16);
    if (show(parts) === show(whole)) continue;
    const seen = `in chunks of ${size} bytes: ${show(parts)}; in one: ${show(whole)}`;
    const rest = parts.map((part) => part.slice(HEADER.length)).join("");
    const odd = parts.some((part) => (part.match(/"/g)?.length ?? 0) % 2 === 1);
    if (parts.some((part) => !part.startsWith(HEADER))) throw wrong("chunk-is-record", seen);
    if (odd) throw wrong(rest === body.join("") ? "quotes-by-chunk" : "chunk-is-record", seen);
    throw wrong("chunk-is-record", seen);
  }
}

async function bytesStay({ splitCsv }: Subject): Promise<void> {
  const odd = "id,note\r\n1,René\r\n2, x \r\n\n3,\u00a0\n";
  const bytes = [...new TextEncoder().encode(odd), 0x34, 0x2c, 0xff, 0x0a];
  const parts = await Array.fromAsync(await splitCsv(source([Uint8Array.from(bytes)]), 1000));
  const [part] = parts;
  if (parts.length !== 1 || part === undefined) throw unexpected(`it gave ${parts.length} parts`);
  if (part.toHex() === Uint8Array.from(bytes).toHex()) return;
  throw wrong(
    "changes-bytes",
    `${bytes.length} bytes went in, ${part.length} came out, not the same`,
  );
}

async function pace({ splitCsv }: Subject): Promise<void> {
  let pulled = 0;
  async function* chunks() {
    yield new TextEncoder().encode(HEADER);
    for (let n = 0; n < 500; n++) {
      await Promise.resolve();
      pulled++;
      yield new TextEncoder().encode("1,aaaaaaaaaaaaaaaaaa\n");
    }
  }
  for await (const _part of await splitCsv(chunks(), 100)) break;
  if (pulled < 50) return;
  throw wrong("reads-everything", `${pulled} of 500 chunks were read before the first part came`);
}

type SplitCsv = Subject["splitCsv"];

async function* source(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield chunk;
  }
}

async function split(
  splitCsv: SplitCsv,
  texts: readonly string[],
  target: number,
): Promise<string[]> {
  const encoder = new TextEncoder();
  const parts: string[] = [];
  const chunks = source(texts.map((text) => encoder.encode(text)));
  for await (const part of await splitCsv(chunks, target)) {
    parts.push(new TextDecoder().decode(part));
  }
  return parts;
}

function show(texts: readonly string[]): string {
  return texts.length === 0 ? "nothing" : texts.map((text) => JSON.stringify(text)).join(" + ");
}

if (import.meta.main) await checkProcess(check);
