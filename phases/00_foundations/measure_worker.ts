/**
 * One thread of the measurement: takes a seed, gives the digest of its chunk.
 *
 * @module
 */
import { digestChunk } from "./digest_chunk.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<number>) => void) | null;
  postMessage(message: string): void;
}

const scope = globalThis as unknown as WorkerScope;
scope.onmessage = ({ data }) => scope.postMessage(digestChunk(data));
