import { hashOf, isAt, viewOf, type Words, wordsOf } from "./byte_words.ts";
import { LatencySketch } from "../logging/latency_sketch.ts";

const MOST_ROUTES = 256;
const OTHER_ROUTES = "*";
const SLOTS = 1024;
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

interface Route {
  readonly path: Words;
  readonly sketch: LatencySketch;
}

/** Latency by path, of the paths that came first; `*` has the others. */
export class RouteLatency {
  readonly #routes = new Map<string, LatencySketch>();
  /** The same by the hash of their bytes; if a place is taken, the next one. */
  readonly #slots: (Route | undefined)[] = Array.from({ length: SLOTS });

  #other: LatencySketch | undefined;

  /** Adds a latency by its bucket. */
  add(bucket: number, path: string): void {
    this.#sketchOf(path).addBucket(bucket);
  }

  /** Adds one of a path that is still bytes of the log. */
  addBytes(bucket: number, bytes: Uint8Array, start: number, end: number): void {
    const view = viewOf(bytes);
    const length = end - start;
    let slot = hashOf(view, start, length) & SLOTS - 1;
    for (;; slot = slot + 1 & SLOTS - 1) {
      const route = this.#slots[slot];
      if (route === undefined) break;
      if (route.path.length === length && isAt(view, start, route.path)) {
        return route.sketch.addBucket(bucket);
      }
    }
    const isFull = this.#routes.size >= MOST_ROUTES - 1;
    const sketch = isFull
      ? this.#other ??= this.#sketchOf(OTHER_ROUTES)
      : this.#sketchOf(decoder.decode(bytes.subarray(start, end)));
    sketch.addBucket(bucket);
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
    let slot = hashOf(viewOf(bytes), 0, bytes.length) & SLOTS - 1;
    while (this.#slots[slot] !== undefined) slot = slot + 1 & SLOTS - 1;
    this.#slots[slot] = { path: wordsOf(bytes), sketch };
    return sketch;
  }
}
