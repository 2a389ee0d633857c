import { type Column, createStyle, type Style, table, truncate } from "../../lib/terminal/mod.ts";
import { wrapText } from "./wrap_text.ts";

/** Options of {@linkcode Narrator}. */
export interface NarratorOptions {
  /** Takes text as it is. @default {drops it} */
  readonly write?: (text: string) => void;
  /** Colors. @default {none} */
  readonly style?: Style;
  /** Columns of the terminal. @default {100} */
  readonly width?: number;
}

/** One claim of a story, checked. */
export interface Proof {
  readonly claim: string;
  readonly holds: boolean;
  /** The figures for it. */
  readonly evidence: string;
}

/** A step's code, and the exercises on it. */
export interface StepSource {
  /** The file or folder of lib that does the work, from the project's root. */
  readonly lib: string;
  /** Ids of the exercises on it. @default none */
  readonly exercises?: readonly string[];
}

const INDENT = "  ";
const STEP_INDENT = "     ";
const BAR = "│ ";

/**
 * Narrates a story on the terminal: steps, words, real output, conclusions, and proofs that are checked.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * let text = "";
 * const narrator = new Narrator({ write: (more) => text += more });
 * narrator.step("Count twice", "", { lib: "lib/io/mod.ts" });
 * narrator.output("2\n2");
 * narrator.prove("both counts agree", 2 === 2, "2 = 2");
 * narrator.endStep();
 * assertEquals(text, "\n  1  Count twice\n     │ 2\n     │ 2\n     code: lib/io/mod.ts\n");
 * assertEquals(narrator.proofs.map((proof) => proof.holds), [true]);
 * ```
 */
export class Narrator {
  /** Colors, for text that is passed in. */
  readonly style: Style;
  /** Columns of the terminal. */
  readonly width: number;
  readonly #write: (text: string) => void;
  readonly #proofs: Proof[] = [];
  readonly #steps: StepSource[] = [];
  #isInStep = false;

  /** Writes nothing yet. */
  constructor(options: NarratorOptions = {}) {
    this.style = options.style ?? createStyle({ color: false });
    this.width = options.width ?? 100;
    this.#write = options.write ?? (() => {});
  }

  /** The claims so far. */
  get proofs(): readonly Proof[] {
    return this.#proofs;
  }

  get steps(): readonly StepSource[] {
    return this.#steps;
  }

  /** Begins a step; its words come before its work, so that nobody waits without knowing for what. */
  step(title: string, words: string, source: StepSource): void {
    this.endStep();
    this.#steps.push(source);
    this.#isInStep = true;
    const [first = "", ...rest] = wrapText(title, this.width - STEP_INDENT.length);
    this.frame(["", this.style.bold(`${this.#steps.length}  ${first}`)]);
    for (const line of rest) this.#write(`${STEP_INDENT}${this.style.bold(line)}\n`);
    if (words !== "") this.say(words);
  }

  /** Ends a step, if there is one, with its file and its exercises. */
  endStep(): void {
    const source = this.#steps.at(-1);
    if (!this.#isInStep || source === undefined) return;
    this.#isInStep = false;
    const { lib, exercises: [first, ...more] = [] } = source;
    const practice = first === undefined ? [] : [`exercise: deno task learn start ${first}`];
    const then = more.length === 0 ? [] : [`then ${more.join(" and ")}`];
    const words = [`code: ${lib}`, ...practice, ...then].join(" · ");
    for (const line of wrapText(words, this.width - STEP_INDENT.length)) {
      this.#write(`${STEP_INDENT}${this.style.dim(line)}\n`);
    }
  }

  /** Says something within a step. */
  say(words: string): void {
    this.#wrapped(words, STEP_INDENT);
  }

  /** Shows output as it came, set off by a bar. */
  output(text: string): void {
    const bar = this.style.dim(BAR);
    const lines = text.replace(/\n+$/, "").split("\n");
    this.#write(
      lines.map((line) => `${STEP_INDENT}${bar}${truncate(line, this.room)}`.trimEnd() + "\n")
        .join(""),
    );
  }

  /** Columns that {@linkcode output} has for a line. */
  get room(): number {
    return this.width - STEP_INDENT.length - BAR.length;
  }

  /** Shows output whose long lines are to be read to their end. */
  wrappedOutput(text: string): void {
    const lines = text.replace(/\n+$/, "").split("\n").flatMap((line) => {
      const [first = "", ...rest] = wrapText(line, this.room - 2);
      const lead = /^\s*/.exec(line)?.[0] ?? "";
      return [`${lead}${first}`, ...rest.map((part) => `${lead}  ${part}`)];
    });
    this.output(lines.join("\n"));
  }

  /** Shows rows as output. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    this.output(table(columns, rows, { width: this.room, heading: this.style.dim }));
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
   * @param evidence The figures for it.
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
