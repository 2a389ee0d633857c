import { type Column, createStyle, type Style, table, truncate } from "../terminal/mod.ts";
import { wrapText } from "./wrap_text.ts";

/** Options of {@linkcode Teller}. */
export interface TellerOptions {
  /** Takes text as it is. @default {drops it} */
  readonly write?: (text: string) => void;
  /** Colours. @default {none} */
  readonly style?: Style;
  /** Columns of the terminal. @default {100} */
  readonly width?: number;
}

/** One claim of a story, checked. */
export interface Proof {
  /** What is claimed. */
  readonly claim: string;
  /** Whether it holds. */
  readonly holds: boolean;
  /** The figures behind it. */
  readonly evidence: string;
}

const INDENT = "  ";
const STEP_INDENT = "     ";
const BAR = "│ ";

/**
 * Tells a story on the terminal: steps, words, real output, judgements, and proofs that are checked.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * let text = "";
 * const teller = new Teller({ write: (more) => text += more });
 * teller.step("Count twice");
 * teller.output("2\n2");
 * teller.prove("both counts agree", 2 === 2, "2 = 2");
 * assertEquals(text, "\n  1  Count twice\n     │ 2\n     │ 2\n");
 * assertEquals(teller.proofs.map((proof) => proof.holds), [true]);
 * ```
 */
export class Teller {
  /** Colours, for text that is passed in. */
  readonly style: Style;
  /** Columns of the terminal. */
  readonly width: number;
  readonly #write: (text: string) => void;
  readonly #proofs: Proof[] = [];
  #steps = 0;

  /** Writes nothing yet. */
  constructor(options: TellerOptions = {}) {
    this.style = options.style ?? createStyle({ color: false });
    this.width = options.width ?? 100;
    this.#write = options.write ?? (() => {});
  }

  /** What was claimed so far. */
  get proofs(): readonly Proof[] {
    return this.#proofs;
  }

  /** Begins a step: what is done about the problem. */
  step(title: string, words = ""): void {
    this.#steps++;
    this.#write(`\n${INDENT}${this.style.bold(`${this.#steps}  ${title}`)}\n`);
    if (words !== "") this.say(words);
  }

  /** Says something within a step. */
  say(words: string): void {
    this.#wrapped(words, STEP_INDENT);
  }

  /** Shows output as it came, set off by a bar. */
  output(text: string): void {
    const bar = this.style.dim(BAR);
    const room = this.width - STEP_INDENT.length - BAR.length;
    const lines = text.replace(/\n+$/, "").split("\n");
    this.#write(
      lines.map((line) => `${STEP_INDENT}${bar}${truncate(line, room)}`.trimEnd() + "\n").join(""),
    );
  }

  /** Shows output whose long lines are to be read to their end. */
  wrappedOutput(text: string): void {
    const room = this.width - STEP_INDENT.length - BAR.length - 2;
    const lines = text.replace(/\n+$/, "").split("\n").flatMap((line) => {
      const [first = "", ...rest] = wrapText(line, room);
      const lead = /^\s*/.exec(line)?.[0] ?? "";
      return [`${lead}${first}`, ...rest.map((part) => `${lead}  ${part}`)];
    });
    this.output(lines.join("\n"));
  }

  /** Shows rows as output. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const width = this.width - STEP_INDENT.length - BAR.length;
    this.output(table(columns, rows, { width, heading: this.style.dim }));
  }

  /** Draws a conclusion from what was shown. */
  judge(words: string): void {
    this.#wrapped(words, `${STEP_INDENT}  `, `${STEP_INDENT}${this.style.yellow("→")} `);
  }

  /**
   * Claims something that has just been checked; a claim that does not hold ends the story with exit code 1.
   *
   * @param claim One line.
   * @param holds The checked condition.
   * @param evidence The figures behind it.
   */
  prove(claim: string, holds: boolean, evidence = ""): void {
    this.#proofs.push({ claim, holds, evidence });
  }

  /** Writes lines at the left edge of the story, for its frame. */
  frame(lines: readonly string[]): void {
    this.#write(lines.map((line) => line === "" ? "\n" : `${INDENT}${line}\n`).join(""));
  }

  #wrapped(words: string, indent: string, first = indent): void {
    const lines = wrapText(words, this.width - indent.length - 2);
    this.#write(
      lines.map((line, at) => `${at === 0 ? first : indent}${line}`.trimEnd() + "\n").join(""),
    );
  }
}
