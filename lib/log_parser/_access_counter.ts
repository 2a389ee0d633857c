import {
  AFTER_BYTES,
  CELL,
  DATA,
  KNOWN,
  STATUSES,
  STOP,
  TABLE_AT,
  WINDOW_BYTES,
} from "./_access_memory.ts";
import { type AccessProgram, openAccessProgram } from "./_access_program.ts";
import { type HitterMemory, hitterMemoryAt } from "./_hitter_memory.ts";
import { SHARED_TABLE } from "./_hitter_program.ts";
import type { LogMetrics } from "./log_metrics.ts";

/** Memory in which a program counts. */
export interface CountMemory {
  readonly buffer: ArrayBuffer;
  /** Lines by status. */
  readonly statuses: Float64Array;
  /** One number: the sum of the bytes of all responses. */
  readonly responseBytes: Float64Array;
  readonly paths: HitterMemory;
  readonly clients: HitterMemory;
  readonly agents: HitterMemory;
}

/** Tells minutes; see `AccessScanner`. */
export interface MinuteReader {
  /** Returns the minute of a time at an index, in seconds since 1970; -1: it is none that a program may count. */
  minuteAt(bytes: Uint8Array, at: number): number;
}

const NEWLINE = 10;
/** From the time to the quote of the request: minute, seconds, zone, bracket and space. */
const TIME_BYTES = 28;

/** Counts plain access lines by a program of WebAssembly, which takes sixteen bytes at a time. */
export class AccessCounter {
  readonly #metrics: LogMetrics;
  readonly #minutes: MinuteReader;
  readonly #mostBytes: number;
  readonly #program: AccessProgram;
  readonly #isMoved: boolean;
  readonly #data: Uint8Array;
  readonly #cells: Int32Array;
  /** The bytes of which a window is copied, and what it has of them. */
  #bytes: Uint8Array | undefined;
  #from = 0;
  #to = 0;
  #minuteSeconds = 0;

  /** @param mostBytes Longer lines are for the parser. */
  constructor(metrics: LogMetrics, minutes: MinuteReader, mostBytes: number) {
    this.#metrics = metrics;
    this.#minutes = minutes;
    this.#mostBytes = mostBytes;
    this.#program = openAccessProgram();
    const { buffer } = this.#program;
    this.#data = new Uint8Array(buffer);
    this.#cells = new Int32Array(buffer, 0, KNOWN / 4);
    this.#isMoved = metrics.moveTo({
      buffer,
      statuses: new Float64Array(buffer, STATUSES, 1000),
      responseBytes: new Float64Array(buffer, 8 * CELL.bytes, 1),
      paths: hitterMemoryAt(buffer, TABLE_AT.paths, SHARED_TABLE),
      clients: hitterMemoryAt(buffer, TABLE_AT.clients, SHARED_TABLE),
      agents: hitterMemoryAt(buffer, TABLE_AT.agents, SHARED_TABLE),
    });
  }

  /** Whether values still have room in the memory of the program. */
  get isUsable(): boolean {
    return this.#isMoved && this.#metrics.isIn(this.#program.buffer);
  }

  /**
   * Counts as many lines as follow each other.
   *
   * @returns The index of the first line that is not counted, and how many are.
   */
  count(bytes: Uint8Array, start: number): { at: number; lines: number } {
    let lines = 0;
    for (let at = start;;) {
      if (!this.#take(bytes, at)) return { at, lines };
      const stop = this.#run(at);
      lines += stop.lines;
      at = stop.at;
      const isOver = at === bytes.length;
      if (stop.reason === STOP.line || isOver) {
        // What is reused has other bytes later.
        if (isOver) this.#bytes = undefined;
        return { at, lines };
      }
      if (stop.reason === STOP.minute && !this.#setMinute(bytes, stop.time)) return { at, lines };
    }
  }

  /** Copies the bytes from an index on, if the last window has them not; false: no line ends there. */
  #take(bytes: Uint8Array, start: number): boolean {
    if (bytes === this.#bytes && start >= this.#from && start < this.#to) return true;
    const window = bytes.subarray(start, start + WINDOW_BYTES);
    const end = window.lastIndexOf(NEWLINE) + 1;
    if (end === 0) return false;
    this.#data.set(window.subarray(0, end), DATA);
    this.#data.fill(0, DATA + end, DATA + end + AFTER_BYTES);
    this.#bytes = bytes;
    this.#from = start;
    this.#to = start + end;
    return true;
  }

  #run(start: number): { at: number; lines: number; reason: number; time: number } {
    const shift = DATA - this.#from;
    const at = this.#program.count(start + shift, this.#to + shift, this.#mostBytes) - shift;
    const cells = this.#cells;
    const cell = (name: Exclude<keyof typeof CELL, "bytes">) => cells[CELL[name]] as number;
    const lines = cell("lines");
    if (lines > 0) {
      this.#metrics.addCounted({
        ...{ lines, errors: cell("errors"), hasBytes: cell("hasBytes") !== 0 },
        first: this.#minuteSeconds + cell("first"),
        last: this.#minuteSeconds + cell("last"),
      });
    }
    return { at, lines, reason: cell("stop"), time: cell("time") - shift };
  }

  #setMinute(bytes: Uint8Array, at: number): boolean {
    const seconds = this.#minutes.minuteAt(bytes, at);
    if (seconds < 0) return false;
    this.#minuteSeconds = seconds;
    this.#data.set(bytes.subarray(at, at + TIME_BYTES), KNOWN);
    return true;
  }
}
