// deno-lint-ignore-file no-unused-vars require-await
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
  // TODO(you): which names are safe, and how do you notice that a content has no end?
  throw new Error("Not written yet: unpack() in this file; begin with two members with good names");
}
