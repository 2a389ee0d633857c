import { Buffer } from "node:buffer";
import { join } from "node:path";
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Random } from "../simulation/_random.ts";

const ENDINGS = ["", ".gz", ".zst"] as const;

/** A folder in which one log is written and rotated as logrotate does it; nothing goes that no run has taken in. */
export class RotatedLog {
  /** Texts of all events so far; the last may be half of one. */
  readonly events: string[] = [];
  readonly history: string[] = [];
  readonly #folder: string;
  readonly #name: string;
  readonly #random: Random;
  /** Rotations that are there, and whether a complete run has seen their content: number, then ending. */
  #rotated: string[] = [];
  #taken = new Set<string>();
  #isOpen = false;

  constructor(folder: string, name: string, random: Random) {
    this.#folder = folder;
    this.#name = name;
    this.#random = random;
    Deno.writeTextFileSync(this.#path(0), "");
  }

  /** Does one thing that happens to a log. */
  step(): void {
    const random = this.#random;
    const what = random.pick([
      "write",
      "write",
      "write",
      "rotate",
      "copy",
      "pack",
      "pack",
      "delete",
      "late",
    ]);
    this.history.push(`${this.#name} ${what}`);
    if (what === "write") this.#write(this.#path(0));
    else if (what === "late") this.#writeLate();
    else if (what === "rotate" || what === "copy") this.#rotate(what === "copy");
    else if (what === "pack") this.#pack(random.whole(1, this.#rotated.length) - 1);
    else this.#deleteOldest();
  }

  /** Notes that all that is there was taken in. */
  taken(): void {
    this.#taken = new Set(this.#rotated.map((_, at) => this.#text(at)));
  }

  /** Ends a line that is open. */
  close(): void {
    if (this.#isOpen) this.#write(this.#path(0), 0);
  }

  #path(number: number, ending = this.#rotated[number - 1] ?? ""): string {
    return join(this.#folder, `${this.#name}.log${number === 0 ? "" : `.${number}${ending}`}`);
  }

  #text(at: number): string {
    const bytes = Deno.readFileSync(this.#path(at + 1));
    const ending = this.#rotated[at];
    if (ending === ".gz") return gunzipSync(bytes).toString();
    return (ending === ".zst" ? zstdDecompressSync(bytes) : Buffer.from(bytes)).toString();
  }

  #write(path: string, most = 3): void {
    let text = "";
    if (this.#isOpen) {
      this.events.push(`${this.events.pop()}end`);
      text += "end\n";
      this.#isOpen = false;
    }
    for (let left = this.#random.whole(0, most); left > 0; left--) {
      const number = this.events.length;
      const time = new Date(Date.UTC(2026, 10, 1) + number * 1000).toISOString().slice(0, 19);
      const body = `${this.#name}${number}`;
      this.events.push(body);
      this.#isOpen = left === 1 && this.#random.chance(0.3);
      text += `${time.replace("T", " ")},123 INFO [main] a.B - ${body}${this.#isOpen ? "" : "\n"}`;
    }
    Deno.writeTextFileSync(path, text, { append: true });
  }

  /** The program writes to the log that was renamed until it is told to open the new one. */
  #writeLate(): void {
    if (this.#rotated[0] !== "" || this.#isOpen || Deno.statSync(this.#path(0)).size > 0) return;
    this.#write(this.#path(1));
    // It opens the new one between two lines.
    if (this.#isOpen) this.#write(this.#path(1), 0);
  }

  #rotate(isCopied: boolean): void {
    this.close();
    for (let number = this.#rotated.length; number >= 1; number--) {
      const ending = this.#rotated[number - 1];
      Deno.renameSync(this.#path(number), this.#path(number + 1, ending));
    }
    this.#rotated.unshift("");
    if (isCopied) {
      Deno.copyFileSync(this.#path(0), this.#path(1));
      Deno.truncateSync(this.#path(0));
    } else {
      Deno.renameSync(this.#path(0), this.#path(1));
      Deno.writeTextFileSync(this.#path(0), "");
    }
  }

  #pack(at: number): void {
    if (at >= this.#rotated.length) return;
    const text = this.#text(at);
    Deno.removeSync(this.#path(at + 1));
    const ending = this.#random.pick(ENDINGS);
    this.#rotated[at] = ending;
    const packed = ending === ".gz"
      ? gzipSync(text)
      : ending === ".zst"
      ? zstdCompressSync(text)
      : Buffer.from(text);
    Deno.writeFileSync(this.#path(at + 1), packed);
  }

  #deleteOldest(): void {
    const at = this.#rotated.length - 1;
    if (at < 0 || !this.#taken.has(this.#text(at))) return;
    Deno.removeSync(this.#path(at + 1));
    this.#rotated.pop();
  }
}
