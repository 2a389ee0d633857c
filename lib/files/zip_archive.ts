import { inflateRawSync } from "node:zlib";
import { isWorkbook, sheetsIn } from "./_workbook.ts";
import type { DataError } from "../errors/mod.ts";
import type { FileEntry, PackedFile } from "./file_entry.ts";
import { rejectedFile } from "./findings.ts";

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const END_BYTES = 22;
/** The end record may be followed by a comment of this length. */
const MOST_COMMENT = 0xffff;
const LOCAL_BYTES = 30;
const ENCRYPTED = 1;
/** Systems whose members have a mode: Unix and macOS. */
const WITH_MODE = [3, 19];
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const LINK = 0o120000;
/** Most members; Java's and Python's writers need a larger format for more, too. */
const MOST_MEMBERS = 100_000;
const MOST_DIRECTORY = 1 << 26;
/** From this size on, content must not be more than so many times what it was packed to. */
const FREE_BYTES = 1 << 28;
const MOST_RATIO = 500;

/** What lists the sheets of a workbook is short. */
const MOST_LIST = 1 << 24;

/** Whether a name says that a file is a zip archive, or a workbook of sheets, which is one. */
export function isArchive(path: string): boolean {
  return /\.zip$/i.test(path) || isWorkbook(path);
}

/** Whether content is out of all proportion to what it was packed to. */
export function isBomb(packedBytes: number, bytes: number): boolean {
  return bytes > FREE_BYTES && bytes > MOST_RATIO * packedBytes;
}

/**
 * Lists the files in a zip archive by its central directory (APPNOTE 4.3.12), zip64 included; nothing is unpacked. Their
 * paths are below that of the archive: `in/a.zip/b.csv`, also of `./b.csv`. Of a workbook they are its sheets:
 * `in/a.xlsx/Orders.csv`.
 *
 * Those that are no files but links, encrypted, packed in another way than by deflate, have a name that leads out of the archive or that
 * another one has, share their bytes with another one, or grow out of all proportion are listed with their fault.
 *
 * @throws {DataError} `file-archive` if there is no directory that can be read, or no file in it.
 * @throws What the file system says.
 */
export function listArchive(archive: FileEntry): FileEntry[] {
  const { path, absolutePath } = archive;
  using file = Deno.openSync(absolutePath);
  const members = [...readDirectory(file, archive)].filter(({ name, size }) =>
    !name.endsWith("/") || size > 0
  );
  if (members.length === 0) throw broken(archive, "there is no file in it");
  const seen = new Set<string>();
  let end = 0;
  const files = members.sort((a, b) => a.offset - b.offset).map((member) => {
    const { size, packedBytes, offset, method, crc32 } = member;
    const name = pathOf(member);
    const fault = faultOf(member, { isTaken: seen.has(name), isShared: offset < end });
    seen.add(name);
    end = Math.max(end, offset + LOCAL_BYTES + packedBytes);
    const packed = {
      ...{
        archive,
        name: member.name,
        offset,
        bytes: packedBytes,
        isDeflated: method === 8,
        crc32,
      },
    };
    return { ...archive, path: `${path}/${name}`, size, packed: { ...packed, ...fault } };
  }).sort((a, b) => a.path < b.path ? -1 : 1);
  if (!isWorkbook(path)) return files;
  const sheets = sheetsIn(archive, files, (member) => textIn(file, member));
  if (typeof sheets === "string") throw broken(archive, `${sheets}; save it again, or as CSV`);
  return sheets.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Unpacks a short file in an archive. */
function textIn(file: Deno.FsFile, entry: FileEntry): string {
  refuseFault(entry);
  const { packed, size } = entry;
  if (packed === undefined || Math.max(size, packed.bytes) > MOST_LIST) {
    throw broken(entry, `it has ${size} bytes, expected at most ${MOST_LIST}`);
  }
  const bytes = readAt(file, dataOffset(file, entry, packed), packed.bytes);
  if (bytes === undefined) throw broken(entry, "it is cut off");
  try {
    const stored = new Uint8Array(bytes.buffer);
    const text = packed.isDeflated ? inflateRawSync(stored, { maxOutputLength: size + 1 }) : stored;
    return new TextDecoder().decode(text);
  } catch {
    throw broken(entry, "its bytes were changed; ask for it again"); // Whatever zlib calls it.
  }
}

/**
 * Makes sure that nothing is known yet why a file cannot be read: it is in no archive, or one of those in it that can be.
 *
 * @throws {DataError} That says why not.
 */
export function refuseFault({ path: source, packed }: FileEntry): void {
  if (packed?.fault === undefined) return;
  throw rejectedFile({ ...packed.fault, place: { source } }, { verb: "read" });
}

/**
 * Returns where the bytes of a member begin: its own header may be longer than the directory says.
 *
 * @throws {DataError} If it is not there, or has another name there.
 */
export function dataOffset(file: Deno.FsFile, entry: FileEntry, packed: PackedFile): number {
  const header = readAt(file, packed.offset, LOCAL_BYTES);
  if (header?.getUint32(0, true) !== 0x04034b50) {
    throw broken(entry, "it is not where the directory of its archive says");
  }
  const nameBytes = header.getUint16(26, true);
  const name = readAt(file, packed.offset + LOCAL_BYTES, nameBytes);
  // Of two names nobody knows the right one: other programs reject such a file, or take the other name.
  const own = new TextDecoder().decode(name);
  if (own !== packed.name) {
    throw broken(entry, `the archive calls it ${JSON.stringify(own)} where it is`);
  }
  return packed.offset + LOCAL_BYTES + nameBytes + header.getUint16(28, true);
}

interface Member {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly size: number;
  readonly offset: number;
  /** Type of file and permissions; 0 if they are not known. */
  readonly mode: number;
}

/** Returns the path that a name means: `./a//b.csv` is `a/b.csv`. A path that cannot be used is shown without NUL. */
function pathOf({ name }: Member): string {
  const parts = name.split("/").filter((part, at) => part !== "." && (part !== "" || at === 0));
  return (parts.join("/") || name).replaceAll("\0", "\ufffd");
}

function faultOf(
  { name, method, flags, packedBytes, size, mode }: Member,
  { isTaken, isShared }: { readonly isTaken: boolean; readonly isShared: boolean },
): Pick<PackedFile, "fault"> {
  const parts = name.split(/[/\\]/);
  const leadsOut = parts.includes("..") || parts[0] === "" || /^[a-z]:/i.test(name);
  // deno-lint-ignore no-control-regex
  const isOdd = /[\\\ufffd\x00-\x1f\x7f]/.test(name) || parts.at(-1) === ".";
  const type = mode & FILE_TYPE;
  const because = (message: string) => ({ fault: { code: "file-archive", message } as const });
  if (leadsOut) return because("its name leads out of the archive");
  if (isOdd) return because("its name is no path in UTF-8");
  if (name.endsWith("/")) return because("it has content, and the name of a folder");
  if (type === LINK) return because("it is a symbolic link");
  if (type !== 0 && type !== REGULAR) return because("it is a folder, pipe or device, not a file");
  if ((flags & ENCRYPTED) !== 0) return because("it is encrypted");
  if (method !== 0 && method !== 8) return because(`it is packed by method ${method}, not deflate`);
  if (isTaken) return because("another file in the archive has the same name");
  if (isShared) return because("it shares its bytes with another file in the archive");
  if (!isBomb(packedBytes, size)) return {};
  return { fault: { code: "file-bomb", message: `it grows from ${packedBytes} to ${size} bytes` } };
}

/** Finds the directory from the end of the file, and what is in it. */
function readDirectory(file: Deno.FsFile, archive: FileEntry): Member[] {
  const tailBytes = Math.min(archive.size, END_BYTES + MOST_COMMENT);
  const tail = readAt(file, archive.size - tailBytes, tailBytes);
  const at = tail === undefined ? -1 : endRecordAt(tail);
  if (tail === undefined || at < 0) {
    const others = isWorkbook(archive.path)
      ? ": a password or an old .xls makes it another file"
      : "";
    throw broken(archive, `it is cut off, or no zip archive${others}`);
  }
  let size = tail.getUint32(at + 12, true);
  let offset = tail.getUint32(at + 16, true);
  let count = tail.getUint16(at + 10, true);
  let next = archive.size - tailBytes + at;
  if (offset === 0xffffffff || size === 0xffffffff || count === 0xffff) {
    const locator = at >= 20 && tail.getUint32(at - 20, true) === LOCATOR_64
      ? Number(tail.getBigUint64(at - 12, true))
      : -1;
    const end = locator < 0 ? undefined : readAt(file, locator, 56);
    if (end?.getUint32(0, true) !== END_64) throw broken(archive, "its end cannot be read");
    count = Number(end.getBigUint64(32, true));
    size = Number(end.getBigUint64(40, true));
    offset = Number(end.getBigUint64(48, true));
    next = locator;
  }
  if (size > MOST_DIRECTORY || count > MOST_MEMBERS) {
    throw broken(archive, `it has ${count} members, expected at most ${MOST_MEMBERS}`);
  }
  const directory = readAt(file, offset, size);
  if (directory === undefined) throw broken(archive, "its directory is cut off");
  if (offset + size !== next) {
    throw broken(archive, "its directory is not before its end: two archives may be in one file");
  }
  const members = [...membersOf(directory, archive)];
  // Without zip64 some writers let it overflow.
  if ((members.length - count) % 0x10000 !== 0) {
    throw broken(archive, `its directory has ${members.length} members, expected ${count}`);
  }
  return members;
}

/** Finds the end record: the one whose comment goes to the end of the file, as a comment may hold another. */
function endRecordAt(tail: DataView): number {
  let last = -1;
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    if (at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength) return at;
    if (last < 0) last = at;
  }
  return last;
}

function* membersOf(directory: DataView, archive: FileEntry): Generator<Member> {
  const decoder = new TextDecoder();
  let at = 0;
  while (at < directory.byteLength) {
    if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== CENTRAL) {
      throw broken(archive, "its directory cannot be read");
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      directory.getUint16(at + field, true)
    ) as [number, number, number];
    const next = at + 46 + nameBytes + extraBytes + commentBytes;
    if (next > directory.byteLength) throw broken(archive, "its directory cannot be read");
    const name = new Uint8Array(directory.buffer, directory.byteOffset + at + 46, nameBytes);
    const extra = new DataView(
      directory.buffer,
      directory.byteOffset + at + 46 + nameBytes,
      extraBytes,
    );
    const [size = 0, packedBytes = 0, offset = 0] = largeFields(
      extra,
      [24, 20, 42].map((field) => directory.getUint32(at + field, true)),
    );
    yield {
      name: decoder.decode(name),
      flags: directory.getUint16(at + 8, true),
      method: directory.getUint16(at + 10, true),
      crc32: directory.getUint32(at + 16, true),
      mode: WITH_MODE.includes(directory.getUint8(at + 5)) ? directory.getUint16(at + 40, true) : 0,
      ...{ size, packedBytes, offset },
    };
    at = next;
  }
}

/** Takes what does not fit into 32 bits from the extra field of zip64, which holds only that, in this order. */
function largeFields(extra: DataView, fields: readonly number[]): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let from = at + 4;
    return fields.map((field) => {
      if (field !== 0xffffffff || from + 8 > extra.byteLength) return field;
      from += 8;
      return Number(extra.getBigUint64(from - 8, true));
    });
  }
  return [...fields];
}

/** Reads bytes at a place; `undefined` if there are not so many. */
function readAt(file: Deno.FsFile, offset: number, length: number): DataView | undefined {
  const bytes = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let done = 0; done < length;) {
    const read = file.readSync(bytes.subarray(done));
    if (read === null) return undefined;
    done += read;
  }
  return new DataView(bytes.buffer);
}

function broken({ path }: FileEntry, message: string): DataError {
  return rejectedFile({ code: "file-archive", message, place: { source: path } }, { verb: "read" });
}
