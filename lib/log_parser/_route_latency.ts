import { LatencySketch } from "../logging/mod.ts";

const MOST_ROUTES = 256;
const OTHER_ROUTES = "*";
const SLOTS = 1024;
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

interface Route {
  readonly path: Uint8Array;
  readonly sketch: LatencySketch;
}

/** Latency by path, of the paths that came first; `*` has the others. */
export class RouteLatency {
  readonly #routes = new Map<string, LatencySketch>();
  /** The same by the hash of their bytes; if a place is taken, the next one. */
  readonly #slots: (Route | undefined)[] = Array.from({ length: SLOTS });

  /** Adds a latency by its bucket. */
  add(bucket: number, path: string): void {
    this.#sketchOf(path).addBucket(bucket);
  }

  /** Adds one of a path that is still bytes of the log. */
  addBytes(bucket: number, bytes: Uint8Array, start: number, end: number): void {
    let slot = hashOf(bytes, start, end);
    for (;; slot = slot + 1 & SLOTS - 1) {
      const route = this.#slots[slot];
      if (route === undefined) break;
      if (isSame(route.path, bytes, start, end - start)) return route.sketch.addBucket(bucket);
    }
    const isFull = this.#routes.size >= MOST_ROUTES - 1;
    this.#sketchOf(isFull ? OTHER_ROUTES : decoder.decode(bytes.subarray(start, end))).addBucket(
      bucket,
    );
  }

  [Symbol.iterator](): IterableIterator<[string, LatencySketch]> {
    return this.#routes.entries();
  }

  #sketchOf(path: string): LatencySketch {
    const known = this.#routes.get(path);
    if (known !== undefined) return known;
    const name = this.#routes.size < MOST_ROUTES - 1 ? path : OTHER_ROUTES;
    const there = this.#routes.get(name);
    if (there !== undefined) return there;
    const sketch = new LatencySketch();
    this.#routes.set(name, sketch);
    const bytes = encoder.encode(name);
    let slot = hashOf(bytes, 0, bytes.length);
    while (this.#slots[slot] !== undefined) slot = slot + 1 & SLOTS - 1;
    this.#slots[slot] = { path: bytes, sketch };
    return sketch;
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return (hash ^ hash >>> 15) & SLOTS - 1;
}

function isSame(path: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (path.length !== length) return false;
  for (let i = length - 1; i >= 0; i--) if (path[i] !== bytes[start + i]) return false;
  return true;
}
