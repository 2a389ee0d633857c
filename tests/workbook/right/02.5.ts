import type {
  Limits,
  Member,
  Unpacked,
  Write,
} from "../../../notebooks/exercises/02/02.5_unzipper/stub.ts";

type Unpack = (
  members: AsyncIterable<Member>,
  write: Write,
  limits: Limits,
) => Promise<Unpacked>;

/** Walks the parts with a depth, as a disk would. */
function resolve(name: string): string | null {
  if (name.includes("\0") || /^([a-zA-Z]:|[\\/])/.test(name)) return null;
  const path: string[] = [];
  for (const part of name.split(/[\\/]/)) {
    if (part === "..") return null;
    if (part !== "" && part !== ".") path.push(part);
  }
  return path.length === 0 ? null : path.join("/");
}

async function withReturns(
  members: AsyncIterable<Member>,
  write: Write,
  limits: Limits,
): Promise<Unpacked> {
  const report = { written: [] as string[], refused: [] as { name: string; why: string }[] };
  const taken = new Map<string, string>();
  let left = limits.bytes;
  for await (const member of members) {
    const path = resolve(member.name);
    const refuse = (why: string) => report.refused.push({ name: member.name, why });
    if (path === null) refuse("unsafe name");
    else if (member.isLink) refuse("link");
    else if (/[\\/]$/.test(member.name)) continue;
    else if (taken.has(path.toUpperCase())) refuse(`same as ${taken.get(path.toUpperCase())}`);
    else {
      if (taken.size === limits.files) throw new RangeError("too many files");
      taken.set(path.toUpperCase(), path);
      await write(
        path,
        (async function* () {
          for await (const piece of member.content()) {
            left -= piece.length;
            if (left < 0) throw new RangeError("too many bytes");
            yield piece;
          }
        })(),
      );
      report.written.push(path);
    }
  }
  return report;
}

/** A stream that counts. */
async function withStreams(
  members: AsyncIterable<Member>,
  write: Write,
  limits: Limits,
): Promise<Unpacked> {
  let total = 0;
  const counter = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        total += piece.byteLength;
        if (total > limits.bytes) controller.error(new Error(`more than ${limits.bytes} bytes`));
        else controller.enqueue(piece);
      },
    });
  const written: string[] = [];
  const refused: { name: string; why: string }[] = [];
  for await (const { name, isLink, content } of bound(members)) {
    const path = resolve(name);
    const isTwice = path !== null &&
      written.some((other) => other.toLowerCase() === path.toLowerCase());
    if (path === null || isLink || isTwice) {
      refused.push({ name, why: isTwice ? "twice" : isLink ? "a link" : "unsafe" });
      continue;
    }
    if (name.endsWith("/") || name.endsWith("\\")) continue;
    if (written.push(path) > limits.files) throw new Error(`more than ${limits.files} files`);
    await write(path, ReadableStream.from(content()).pipeThrough(counter()));
  }
  return { written, refused };
}

/** Methods keep their object when they are taken apart. */
async function* bound(members: AsyncIterable<Member>) {
  for await (const member of members) {
    yield { name: member.name, isLink: member.isLink, content: () => member.content() };
  }
}

/** A class with one method a question. */
class Unzipper {
  readonly #limits: Limits;
  readonly #paths = new Set<string>();
  readonly written: string[] = [];
  readonly refused: { name: string; why: string }[] = [];
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  why({ name, isLink }: Member): string | undefined {
    const path = resolve(name);
    if (path === null) return "its name is not safe";
    if (isLink) return "it is a link";
    return this.#paths.has(path.toLowerCase()) ? "it is there already" : undefined;
  }

  async take(member: Member, write: Write): Promise<void> {
    const why = this.why(member);
    if (why !== undefined) return void this.refused.push({ name: member.name, why });
    if (/[/\\]$/.test(member.name)) return;
    const path = resolve(member.name) ?? "";
    this.#paths.add(path.toLowerCase());
    if (this.#paths.size > this.#limits.files) throw new Error("The archive has too many files");
    await write(path, this.#counted(member));
    this.written.push(path);
  }

  async *#counted(member: Member) {
    for await (const piece of member.content()) {
      this.#bytes += piece.length;
      if (this.#bytes > this.#limits.bytes) throw new Error("The archive has too many bytes");
      yield piece;
    }
  }
}

async function withClass(
  members: AsyncIterable<Member>,
  write: Write,
  limits: Limits,
): Promise<Unpacked> {
  const unzipper = new Unzipper(limits);
  for await (const member of members) await unzipper.take(member, write);
  return unzipper;
}

/** Right solutions of forms that a learner may well choose. */
export const right = {
  "a walk over the parts": { unpack: withReturns },
  "streams": { unpack: withStreams },
  "a class": { unpack: withClass },
  "a promise chain": {
    unpack: (...args: Parameters<Unpack>) => withReturns(...args).then((report) => ({ ...report })),
  },
  "drops every drive and colon": {
    unpack: (members: AsyncIterable<Member>, write: Write, limits: Limits) => {
      async function* named() {
        for await (const member of members) {
          const name = /:/.test(member.name) ? `C:${member.name}` : member.name;
          yield { ...member, isLink: member.isLink, name, content: () => member.content() };
        }
      }
      return withReturns(named(), write, limits).then((report) => ({
        ...report,
        refused: report.refused.map(({ name, why }) => ({
          name: name.replace(/^C:(?=.*:)/, ""),
          why,
        })),
      }));
    },
  },
  "checks the list first": {
    async unpack(members: AsyncIterable<Member>, write: Write, limits: Limits) {
      const all = await Array.fromAsync(members);
      async function* list() {
        await Promise.resolve();
        yield* all;
      }
      return await withClass(list(), write, limits);
    },
  },
  "an error with a cause": {
    unpack: (...args: Parameters<Unpack>) =>
      withClass(...args).catch((cause) => {
        throw new Error("Cannot unpack", { cause });
      }),
  },
  "more in the report": {
    async unpack(...args: Parameters<Unpack>) {
      const { written, refused } = await withStreams(...args);
      return { written, refused, complete: refused.length === 0 };
    },
  },
};
