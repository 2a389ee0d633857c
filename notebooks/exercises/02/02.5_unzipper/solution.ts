/**
 * Everything in an archive is a claim of its maker: the names, the sizes, even how many members there are. So nothing is
 * believed that can be looked at instead.
 *
 * A name is judged by its parts. "Does it contain .." refuses good names and still lets "/etc/passwd" and "C:\\x" through;
 * a part that is exactly ".." is the danger, and an absolute path is another one. Both kinds of slash count, since the
 * archive may come from the other system. Joining first and checking the prefix afterwards works too, and is easy to get wrong by
 * one slash ("/srv/in" is a prefix of "/srv/inbox").
 *
 * A size is measured while it passes. The counter sits between the member and the disk, so a bomb is stopped after the
 * limit and not after the disk; and it is one counter for all members, because ten thousand small files fill a disk as well.
 *
 * A refused member is a finding, not a failure: the others are good, and the caller sees the list. A limit that is passed is
 * another matter. The maker of that archive meant harm or made a mistake, and either way nobody should read on.
 *
 * @module
 */
/** One member of an archive, as the archive describes it. */
export interface Member {
  readonly name: string;
  /** Whether it is a symbolic link. */
  readonly isLink: boolean;
  /** What the archive says of its size, in bytes. */
  readonly size: number;
  /** Its content, decompressed as it is read. */
  content(): AsyncIterable<Uint8Array>;
}

/** The most that an archive may hold. */
export interface Limits {
  readonly bytes: number;
  readonly files: number;
}

/** What became of the members. */
export interface Unpacked {
  readonly written: readonly string[];
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}

/** Writes one file below the folder. */
export type Write = (path: string, content: AsyncIterable<Uint8Array>) => Promise<void>;

/** Unpacks the members of an archive that comes from a stranger. */
export async function unpack(
  members: AsyncIterable<Member>,
  write: Write,
  limits: Limits,
): Promise<Unpacked> {
  const written: string[] = [];
  const refused: { name: string; why: string }[] = [];
  const seen = new Set<string>();
  let total = 0;
  async function* counted(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of content) {
      total += piece.length;
      if (total > limits.bytes) {
        throw new Error(`The archive holds more than ${limits.bytes} bytes`);
      }
      yield piece;
    }
  }
  for await (const member of members) {
    const { name, isLink } = member;
    const parts = name.replaceAll("\\", "/").split("/");
    const path = parts.filter((part) => part !== "" && part !== ".").join("/");
    const why = faultOf(name, parts) ?? (isLink ? "it is a link" : undefined);
    if (why !== undefined) {
      refused.push({ name, why });
      continue;
    }
    if (parts.at(-1) === "") continue;
    if (path === "") {
      refused.push({ name, why: "it has no name" });
      continue;
    }
    if (seen.has(path.toLowerCase())) {
      refused.push({ name, why: "it would replace another member" });
      continue;
    }
    if (written.length >= limits.files) {
      throw new Error(`The archive holds more than ${limits.files} files`);
    }
    seen.add(path.toLowerCase());
    await write(path, counted(member.content()));
    written.push(path);
  }
  return { written, refused };
}

function faultOf(name: string, parts: readonly string[]): string | undefined {
  if (name === "") return "it has no name";
  if (name.includes("\0")) return "its name has a NUL";
  if (parts[0] === "" || /^[a-z]:/i.test(name)) return "its path is absolute";
  return parts.includes("..") ? "it leads out of the folder" : undefined;
}
