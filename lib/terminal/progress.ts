import { truncate } from "./truncate.ts";

/** Options of {@linkcode Progress}. */
export interface ProgressOptions {
  /** Takes text as it is, control sequences included. */
  readonly write: (text: string) => void;
  /** Whether the lines are redrawn in place; for a terminal only. @default {false} */
  readonly live?: boolean;
  /** Columns of the terminal. @default {80} */
  readonly width?: number | (() => number);
  /** Most lines that are drawn at once. @default {20} */
  readonly height?: number;
  /** Clock, in ms. @default {performance.now} */
  readonly now?: () => number;
}

const REDRAW_MS = 100;
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_BELOW = "\x1b[J";

/**
 * Shows how far several things are, one line each.
 *
 * On a terminal the lines are below everything else and are redrawn, at most ten times a second; at the end they
 * go. Elsewhere (a file, a pipe) only final lines are written, once each.
 */
export class Progress implements Disposable {
  readonly #write: (text: string) => void;
  readonly #live: boolean;
  readonly #width: () => number;
  readonly #height: number;
  readonly #now: () => number;
  readonly #lines = new Map<string, { line: string; final: boolean }>();
  readonly #showCursor = () => this.#write(SHOW_CURSOR);
  #drawn = 0;
  #lastDraw = -Infinity;
  #cursorHidden = false;

  /** Draws nothing yet. */
  constructor(options: ProgressOptions) {
    const { width = 80 } = options;
    this.#write = options.write;
    this.#live = options.live ?? false;
    this.#width = typeof width === "number" ? () => width : width;
    this.#height = options.height ?? 20;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Says how far one thing is.
   *
   * @param id What the line belongs to; lines are in the order in which their ids first came.
   * @param line The whole line; on a terminal it is cut to the width.
   * @param final Whether this line is to be seen: it is drawn at once, and written where nothing is drawn.
   */
  update(id: string, line: string, final = false): void {
    const changed = this.#lines.get(id)?.line !== line;
    this.#lines.set(id, { line, final });
    if (!this.#live) {
      if (final && changed) this.#write(`${line}\n`);
    } else if (final || this.#now() - this.#lastDraw >= REDRAW_MS) this.#draw("");
  }

  /** Writes a line that stays, above the drawn ones. */
  print(line: string): void {
    if (this.#live) this.#draw(`${line}\n`);
    else this.#write(`${line}\n`);
  }

  /** Takes the drawn lines away and shows the cursor again. */
  [Symbol.dispose](): void {
    if (this.#drawn > 0) this.#write(`\x1b[${this.#drawn}A\r${CLEAR_BELOW}`);
    this.#drawn = 0;
    this.#lines.clear();
    if (!this.#cursorHidden) return;
    this.#cursorHidden = false;
    globalThis.removeEventListener("unload", this.#showCursor);
    this.#showCursor();
  }

  /** One write, so that nothing flickers and nothing comes between. */
  #draw(above: string): void {
    const back = this.#drawn > 0 ? `\x1b[${this.#drawn}A\r` : "";
    const settled = this.#settle();
    const width = Math.max(1, this.#width() - 1);
    const shown = Array.from(this.#lines.values(), ({ line }) => line).slice(-this.#height);
    const block = shown.map((line) => `${truncate(line, width)}\x1b[K\n`).join("");
    const clear = above !== "" || settled !== "" || shown.length < this.#drawn ? CLEAR_BELOW : "";
    this.#write(`${this.#hideCursor()}${back}${clear}${above}${settled}${block}`);
    this.#drawn = shown.length;
    this.#lastDraw = this.#now();
  }

  /** Final lines leave the block for good where it would grow beyond its height. */
  #settle(): string {
    let text = "";
    for (const [id, { line, final }] of this.#lines) {
      if (this.#lines.size <= this.#height) break;
      if (!final) continue;
      text += `${line}\n`;
      this.#lines.delete(id);
    }
    return text;
  }

  #hideCursor(): string {
    if (this.#cursorHidden) return "";
    this.#cursorHidden = true;
    globalThis.addEventListener("unload", this.#showCursor);
    return HIDE_CURSOR;
  }
}
