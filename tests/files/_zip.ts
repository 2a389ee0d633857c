import { crc32, deflateRawSync } from "node:zlib";
import { bytes } from "./_support.ts";

/** A member of an archive; what is not honest is said. */
export interface ZipMember {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Name where the member is. @default as the directory has it */
  readonly localName?: string;
  /** @default 8, deflate */
  readonly method?: number;
  /** @default 0x800, names in UTF-8 */
  readonly flags?: number;
  /** Size of the content by the directory. @default as it is */
  readonly size?: number;
  /** Checksum by the directory. @default as it is */
  readonly crc32?: number;
  /** Where it is by the directory. @default as it is */
  readonly offset?: number;
  /** Type and permissions, as Unix writes them. @default none */
  readonly mode?: number;
}

/** Writes a zip archive as the format says; `zip64` puts sizes and offsets into fields of 64 bits. */
export function zipOf(members: readonly ZipMember[], { zip64 = false } = {}): Uint8Array {
  const out: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const member of members) {
    const { method = 8, flags = 0x800 } = member;
    const content = typeof member.content === "string" ? bytes(member.content) : member.content;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const name = bytes(member.name);
    const size = member.size ?? content.length;
    const offset = member.offset ?? at;
    const sum = member.crc32 ?? crc32(content);
    const both = fields([20, 2], [flags, 2], [method, 2], [0, 4], [sum, 4]);
    const localName = bytes(member.localName ?? member.name);
    const local = [
      fields([0x04034b50, 4]),
      both,
      fields([packed.length, 4], [content.length, 4], [localName.length, 2], [4, 2]),
      ...[localName, fields([0x7777, 2], [0, 2]), packed],
    ];
    const extra = zip64
      ? fields([1, 2], [24, 2], [size, 8], [packed.length, 8], [offset, 8])
      : new Uint8Array(0);
    const large = 0xffffffff;
    directory.push(
      fields([0x02014b50, 4], [20, 1], [member.mode === undefined ? 0 : 3, 1]),
      both,
      fields([zip64 ? large : packed.length, 4], [zip64 ? large : size, 4], [name.length, 2]),
      fields([extra.length, 2], [0, 2], [0, 2], [0, 2]),
      fields([0, 2], [member.mode ?? 0, 2], [zip64 ? large : offset, 4]),
      ...[name, extra],
    );
    out.push(...local);
    at += local.reduce((total, one) => total + one.length, 0);
  }
  const length = directory.reduce((total, one) => total + one.length, 0);
  const count = members.length;
  const end64 = [
    ...fields([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4], [0, 4], [count, 8]),
    ...fields([count, 8], [length, 8], [at, 8]),
    ...fields([0x07064b50, 4], [0, 4], [at + length, 8], [1, 4]),
  ];
  const sizes = zip64 ? fields([0xffff, 2], [0xffff, 2]) : fields([count, 2], [count, 2]);
  const places = zip64 ? fields([0xffffffff, 4], [0xffffffff, 4]) : fields([length, 4], [at, 4]);
  const end = [...fields([0x06054b50, 4], [0, 4]), ...sizes, ...places, ...fields([0, 2])];
  const all = [...out, ...directory, Uint8Array.from([...(zip64 ? end64 : []), ...end])];
  const whole = new Uint8Array(all.reduce((total, one) => total + one.length, 0));
  let done = 0;
  for (const one of all) {
    whole.set(one, done);
    done += one.length;
  }
  return whole;
}

/** Writes numbers in as many bytes each, the least first. */
function fields(...numbers: readonly (readonly [value: number, length: number])[]): Uint8Array {
  return Uint8Array.from(
    numbers.flatMap(([value, length]) =>
      Array.from({ length }, (_, at) => Math.floor(value / 256 ** at) % 256)
    ),
  );
}
