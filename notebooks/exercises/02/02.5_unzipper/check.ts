import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Member, Unpacked } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "leads-out": {
    means: "You wrote outside the folder: the next archive brings its own authorized_keys",
    think: "Which part of a path goes up, and which kind of slash may be around it?",
  },
  "absolute": {
    means: "You wrote to an absolute path: the folder that you were given did not matter",
    think: "How does a path begin that does not start at your folder, on either system?",
  },
  "fears-dots": {
    means: 'You refused a name because it has two dots in it: "prices..final.csv" leads nowhere',
    think: "Look at the parts between the slashes: which one is dangerous as a whole?",
  },
  "follows-links": {
    means: "You unpacked a link: the next member is written through it, wherever it leads",
    think: "What is the content of a link, and what does the disk make of it?",
  },
  "replaces-members": {
    means: "You let a second member replace the first: on some disks A.csv and a.csv are one file",
    think: "What do you remember about what was written, and in which spelling?",
  },
  "trusts-size": {
    means: "You believed the size that the archive states: a bomb states a small one",
    think: "Who counts the bytes while they come?",
  },
  "each-for-itself": {
    means: "You counted each member by itself: ten thousand small ones fill the disk as well",
    think: "Where does your count begin at zero?",
  },
  "stops-too-late": {
    means: "You noticed the bomb after you had read it: the disk was full by then",
    think: "Between which two things must the count be, so that it can stop the one for the other?",
  },
  "one-ends-all": {
    means: "You let one bad name end the others: a vendor's folder of thumbnails stops the load",
    think: "Which faults are those of a member, and which those of the archive?",
  },
  "no-limit-of-files": {
    means:
      "You unpacked more files than allowed: a million empty files take no bytes and all inodes",
    think: "Which of the two limits does an empty file count for?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const PLENTY = { bytes: 1000, files: 100 };

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["unpack"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "good members are written, folders are passed over",
      task: "The path has `/` between its parts; members may come with `\\`. Parts that",
      test: good,
    },
    {
      name: "nothing is written outside the folder",
      task: "Refused are: a name that leads out of the folder (a part `..`, an absolute",
      test: outside,
    },
    {
      name: "two dots in a name are no danger",
      task: "Refused are: a name that leads out of the folder (a part `..`, an absolute",
      test: dots,
    },
    {
      name: "links and empty names are refused",
      task: "Refused are: a name that leads out of the folder (a part `..`, an absolute",
      test: links,
    },
    {
      name: "no member replaces another",
      task: "Refused are: a name that leads out of the folder (a part `..`, an absolute",
      test: twice,
    },
    {
      name: "the bytes of all members count, as they come",
      task: "`limits.bytes` holds for all contents together, as they come; what a member",
      test: bombs,
    },
    {
      name: "the number of files has a limit",
      task: "`limits.bytes` holds for all contents together, as they come; what a member",
      test: files,
    },
  ],
};

interface Given {
  readonly name: string;
  readonly text?: string;
  readonly isLink?: boolean;
  readonly size?: number;
}

/** What was written, what came back, and how many bytes were read. */
interface Ran {
  readonly disk: Map<string, string>;
  readonly result: Unpacked | undefined;
  readonly error: unknown;
  readonly read: number;
}

async function run({ unpack }: Subject, given: readonly Given[], limits = PLENTY): Promise<Ran> {
  const disk = new Map<string, string>();
  let read = 0;
  const members = given.map(({ name, text = "x", isLink = false, size }): Member => ({
    ...{ name, isLink, size: size ?? text.length },
    async *content() {
      for (let at = 0; at < text.length; at += 10) {
        await Promise.resolve();
        const piece = text.slice(at, at + 10);
        read += piece.length;
        yield new TextEncoder().encode(piece);
      }
    },
  }));
  const write = async (path: string, content: AsyncIterable<Uint8Array>) => {
    let text = "";
    for await (const piece of content) text += new TextDecoder().decode(piece);
    disk.set(path, text);
  };
  let result: Unpacked | undefined;
  let error: unknown;
  try {
    result = await unpack(source(members), write, limits);
  } catch (thrown) {
    if (thrown instanceof Error && thrown.message.startsWith("Not written yet")) throw thrown;
    error = thrown;
  }
  return { disk, result, error, read };
}

async function* source<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

function show({ disk, result, error }: Ran): string {
  const refused = result?.refused.map(({ name }) => JSON.stringify(name)).join(", ");
  const end = error === undefined ? `refused ${refused || "nothing"}` : `threw ${error}`;
  return `written ${
    [...disk.keys()].map((path) => JSON.stringify(path)).join(", ") || "nothing"
  }, ${end}`;
}

async function good(subject: Subject): Promise<void> {
  const ran = await run(subject, [
    { name: "a.csv", text: "one" },
    { name: "in/" },
    { name: "in\\b.csv", text: "two" },
    { name: "./in//c.csv", text: "three" },
  ]);
  const wanted = ["a.csv", "in/b.csv", "in/c.csv"];
  const { disk, result } = ran;
  const isGood = JSON.stringify([...disk.keys()]) === JSON.stringify(wanted) &&
    JSON.stringify(result?.written) === JSON.stringify(wanted) && result?.refused.length === 0 &&
    [...disk.values()].join() === "one,two,three";
  if (!isGood) throw unexpected(`${show(ran)}; wanted ${wanted.join(", ")}`);
}

async function outside(subject: Subject): Promise<void> {
  for (const name of ["../up.csv", "in/../../up.csv", "..\\up.csv", "in\\..\\..\\up.csv", ".."]) {
    await refuses(subject, name, "leads-out");
  }
  for (const name of ["/etc/cron.d/x", "\\\\host\\share", "C:\\x.csv", "c:/x.csv", "C:x.csv"]) {
    await refuses(subject, name, "absolute");
  }
}

/** The member is refused, and the two around it are not. */
async function refuses(
  subject: Subject,
  name: string,
  mistake: keyof typeof MISTAKES | undefined,
  more: Partial<Given> = {},
): Promise<void> {
  const ran = await run(subject, [{ name: "1.csv" }, { name, ...more }, { name: "2.csv" }]);
  const seen = `member ${JSON.stringify(name)}: ${show(ran)}`;
  if (ran.error !== undefined || !ran.disk.has("2.csv")) throw wrong("one-ends-all", seen);
  if (ran.disk.size > 2) throw mistake === undefined ? unexpected(seen) : wrong(mistake, seen);
  const [first] = ran.result?.refused ?? [];
  if (ran.result?.refused.length !== 1 || first?.name !== name || first.why === "") {
    throw unexpected(`${seen}; wanted it to be refused, with a reason`);
  }
}

async function dots(subject: Subject): Promise<void> {
  for (const name of ["prices..final.csv", "..hidden.csv", "in/..x/a.csv", "a...csv", "x:y.csv"]) {
    const ran = await run(subject, [{ name }]);
    const seen = `member ${JSON.stringify(name)}: ${show(ran)}`;
    if (name.includes("..") && !ran.disk.has(name)) throw wrong("fears-dots", seen);
    if (!ran.disk.has(name) && name !== "x:y.csv") throw unexpected(seen);
  }
}

async function links(subject: Subject): Promise<void> {
  await refuses(subject, "latest.csv", "follows-links", { isLink: true, text: "/etc/passwd" });
  for (const name of ["", ".", "a\0.csv"]) await refuses(subject, name, undefined);
}

async function twice(subject: Subject): Promise<void> {
  for (
    const [one, other] of [["a.csv", "a.csv"], ["A.csv", "a.csv"], ["in/a.csv", "./in\\A.csv"]]
  ) {
    if (one === undefined || other === undefined) continue;
    const ran = await run(subject, [{ name: one, text: "first" }, { name: other, text: "second" }]);
    const seen = `members ${JSON.stringify(one)} and ${JSON.stringify(other)}: ${show(ran)}`;
    if (ran.error !== undefined) throw wrong("one-ends-all", seen);
    const texts = [...ran.disk.values()];
    if (texts.includes("second")) throw wrong("replaces-members", seen);
    if (ran.result?.refused.length !== 1) throw unexpected(seen);
  }
}

async function bombs(subject: Subject): Promise<void> {
  const text = "0".repeat(100_000);
  const one = await run(subject, [{ name: "a.csv", text, size: 4 }]);
  const seen = `limits.bytes is 1000, a member of 100000 bytes says 4: ${one.read} bytes were read`;
  if (one.error === undefined) throw wrong("trusts-size", seen);
  if (one.read > 2000) throw wrong("stops-too-late", seen);
  const many = Array.from({ length: 20 }, (_, n) => ({ name: `${n}.csv`, text: "0".repeat(100) }));
  const all = await run(subject, many);
  if (all.error === undefined) {
    throw wrong("each-for-itself", `20 members of 100 bytes, limits.bytes 1000: ${show(all)}`);
  }
  const fits = await run(subject, many.slice(0, 10));
  if (fits.error !== undefined) {
    throw unexpected(`10 members of 100 bytes, limits.bytes 1000: ${show(fits)}`);
  }
  const boast = await run(subject, [{ name: "a.csv", text: "short", size: 1_000_000 }]);
  if (boast.error !== undefined || boast.disk.size === 0) {
    throw wrong("trusts-size", `5 bytes that say they are 1000000: ${show(boast)}`);
  }
}

async function files(subject: Subject): Promise<void> {
  const many = Array.from({ length: 5 }, (_, n) => ({ name: `${n}.csv`, text: "" }));
  const over = await run(subject, many, { bytes: 1000, files: 4 });
  const seen = `5 empty members, limits.files 4: ${show(over)}`;
  if (over.error === undefined || over.disk.size > 4) throw wrong("no-limit-of-files", seen);
  const fits = await run(subject, many, { bytes: 1000, files: 5 });
  if (fits.error !== undefined) throw unexpected(`5 empty members, limits.files 5: ${show(fits)}`);
}

if (import.meta.main) await checkProcess(check);
