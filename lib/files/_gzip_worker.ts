import { Buffer } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";

/** Where a member is in a file, and what it must be of. */
export interface WrittenMember {
  /** The file. */
  readonly path: string;
  /** Offset of its first byte. */
  readonly at: number;
  /** What was written; what is read back takes its place. */
  readonly member: Uint8Array<ArrayBuffer>;
  /** CRC-32 of its block, as it was read. */
  readonly checksum: number;
}

/** What a worker is asked for: a member of a block; later, whether it is in the file, for each block in turn. */
export type MemberRequest =
  | { readonly block: Uint8Array<ArrayBuffer>; readonly level: number }
  | WrittenMember;

/** A member, or the block of one that is in the file; `isDamaged` if it is not, or why the file cannot be read. */
export type MemberAnswer =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly isDamaged: true }
  | { readonly failure: string };

const OS_BYTE_OFFSET = 9;
const OS_UNKNOWN = 255;
/** A member ends with the checksum of its content and its length. */
const TRAILER_BYTES = 8;

/** Compresses one block; the same block at the same level gives the same bytes on every system. */
export function gzipMember(block: Uint8Array, level: number): Uint8Array {
  const member = gzipSync(block, { level, chunkSize: mostBytes(block.length) });
  member[OS_BYTE_OFFSET] = OS_UNKNOWN;
  return member;
}

/** Reads a member back, and says whether it is one of this block and of nothing else. */
export function isInFile(
  file: Deno.FsFile,
  { at, member, checksum }: WrittenMember,
  block: Uint8Array,
): boolean {
  file.seekSync(at, Deno.SeekMode.Start);
  for (let filled = 0; filled < member.length;) {
    const read = file.readSync(member.subarray(filled));
    if (read === null) return false;
    filled += read;
  }
  const bytes = Buffer.from(member.buffer, member.byteOffset, member.length);
  if (bytes.readUInt32LE(member.length - TRAILER_BYTES) !== checksum) return false;
  const content = decompress(bytes, block.length);
  if (content === undefined) return false;
  const isSame = content.equals(block);
  release(content);
  return isSame;
}

/** Returns the content; `undefined` if it is damaged. */
function decompress(member: Uint8Array, length: number): Buffer | undefined {
  try {
    // In one piece: the runtime would put many together.
    return gunzipSync(member, { chunkSize: mostBytes(length) });
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) return;
    throw error;
  }
}

/** Room for a member of a block, even if it cannot be compressed, or for the block. */
function mostBytes(length: number): number {
  return length + (length >> 8) + 64;
}

/** Gives memory back at once: V8 would let some 60 MB of it pile up in each worker. */
function release({ buffer }: Uint8Array): void {
  // Smaller ones may share theirs.
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}

/** Makes members, and keeps each block until its member was read back. */
class Members {
  readonly #blocks: Uint8Array<ArrayBuffer>[] = [];
  /** Memory of members that were read back, for the next ones. */
  readonly #spare: ArrayBuffer[] = [];
  #file: Deno.FsFile | undefined;

  answer(request: MemberRequest): MemberAnswer {
    return "block" in request ? this.#make(request) : this.#check(request);
  }

  #make({ block, level }: Extract<MemberRequest, { readonly block: unknown }>): MemberAnswer {
    this.#blocks.push(block);
    const made = gzipMember(block, level);
    const spare = this.#spare.pop() ?? new ArrayBuffer(mostBytes(block.length));
    const bytes = new Uint8Array(spare, 0, made.length);
    bytes.set(made);
    release(made);
    return { bytes };
  }

  #check(written: WrittenMember): MemberAnswer {
    const block = this.#blocks.shift();
    this.#file ??= Deno.openSync(written.path);
    if (block === undefined || !isInFile(this.#file, written, block)) return { isDamaged: true };
    this.#spare.push(written.member.buffer);
    return { bytes: block };
  }
}

// Imported for its functions, it is no worker.
if ("WorkerGlobalScope" in globalThis && "postMessage" in globalThis) {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<MemberRequest>) => void;
    postMessage(answer: MemberAnswer, transfer: Transferable[]): void;
  };
  const members = new Members();
  scope.onmessage = ({ data }) => {
    let answer: MemberAnswer;
    try {
      answer = members.answer(data);
    } catch (error) {
      answer = { failure: error instanceof Error ? error.message : String(error) };
    }
    scope.postMessage(answer, "bytes" in answer ? [answer.bytes.buffer] : []);
  };
}
