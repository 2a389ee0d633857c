/** Options of {@linkcode Progress}. */
export interface ProgressOptions {
  /** Where text goes; usually standard error. */
  readonly write: (text: string) => void;
  /** Whether lines may be drawn anew. @default false: one line a change of state */
  readonly live?: boolean;
  /** Columns of the terminal. @default 80 */
  readonly width?: number;
  /** Monotonic time in ms. @default performance.now */
  readonly now?: () => number;
}

const FRAME_MS = 100;

/**
 * A block of lines that is drawn anew as work goes on, one line a piece of work.
 *
 * Where it cannot be drawn anew (a file, a pipe), only lines marked as `final` are written, once each.
 */
export class Progress implements Disposable {
  readonly #write: (text: string) => void;
  readonly #live: boolean;
  readonly #width: number;
  readonly #now: () => number;
  readonly #lines = new Map<string, string>();
  #drawn = 0;
  #drawnAt = -Infinity;

  /** @param options Where and how to draw. */
  constructor(options: ProgressOptions) {
    this.#write = options.write;
    this.#live = options.live ?? false;
    this.#width = options.width ?? 80;
    this.#now = options.now ?? (() => performance.now());
    if (this.#live) this.#write("\x1b[?25l");
  }

  /** Sets the line of a piece of work; a `final` one is drawn at once. */
  update(id: string, line: string, final = false): void {
    const changed = this.#lines.get(id) !== line;
    this.#lines.set(id, line);
    if (!this.#live) {
      if (final && changed) this.#write(`${line}\n`);
      return;
    }
    if (final || this.#now() - this.#drawnAt >= FRAME_MS) this.#draw();
  }

  /** Writes a line that stays, above the block. */
  print(line: string): void {
    this.#clear();
    this.#write(`${line}\n`);
    if (this.#live) this.#draw();
  }

  /** Removes the block and gives the cursor back. */
  [Symbol.dispose](): void {
    this.#clear();
    if (this.#live) this.#write("\x1b[?25h");
  }

  #draw(): void {
    const lines = [...this.#lines.values()].map((line) => `${this.#cut(line)}\x1b[K\n`);
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : "";
    this.#write(up + lines.join(""));
    this.#drawn = lines.length;
    this.#drawnAt = this.#now();
  }

  #clear(): void {
    if (this.#drawn > 0) this.#write(`\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }

  /** A line that wraps would break the counting of lines. */
  #cut(line: string): string {
    return line.length < this.#width ? line : `${line.slice(0, this.#width - 2)}…`;
  }
}
