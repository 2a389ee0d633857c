import { gzipSync } from "node:zlib";

/** A worker that makes a gzip member of each block that it is sent, in their order. */
interface WorkerScope {
  onmessage: (event: MessageEvent<{ readonly block: Uint8Array; readonly level: number }>) => void;
  postMessage(member: Uint8Array, transfer: Transferable[]): void;
}

const OS_BYTE_OFFSET = 9;
const OS_UNKNOWN = 255;

/** Compresses one block; the same block at the same level gives the same bytes on every system. */
export function gzipMember(block: Uint8Array, level: number): Uint8Array {
  const member = gzipSync(block, { level });
  member[OS_BYTE_OFFSET] = OS_UNKNOWN;
  return member;
}

// Imported for its function, it is no worker.
if ("WorkerGlobalScope" in globalThis && "postMessage" in globalThis) {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data: { block, level } }) => {
    const member = Uint8Array.from(gzipMember(block, level));
    scope.postMessage(member, [member.buffer]);
  };
}
