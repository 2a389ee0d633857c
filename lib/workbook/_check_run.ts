import { TextLineStream } from "@std/streams";
import { type CheckMessage, decodeMessage } from "./_check_message.ts";
import type { CheckRunResult, Obstacle } from "./check_report.ts";
import type { Verdict } from "./verdict.ts";

/** The start of a process on a busy machine; nothing of the learner's runs before it. */
const START = 20_000;
const MOST_PRINTED = 20;

/** Follows a check's process, and ends it when the learner's code does not give control back. */
export class CheckRun {
  readonly #process: Deno.ChildProcess;
  /** The patience, and a grace on top, so that a process that can still judge itself does. */
  readonly #patience: number;
  readonly #verdicts: Verdict[] = [];
  readonly #strays: string[] = [];
  readonly #printed: string[] = [];
  #obstacle: Obstacle | undefined;
  #begun = false;
  #current: string | undefined;
  #ended = false;
  #killed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    process: Deno.ChildProcess,
    time: { readonly patience: number; readonly grace: number },
  ) {
    this.#process = process;
    this.#patience = time.patience + time.grace;
  }

  /** Waits for the end. */
  async result(): Promise<CheckRunResult> {
    this.#watch(START);
    const errors = lines(this.#process.stderr, () => {});
    await lines(this.#process.stdout, (line) => this.#take(line));
    const { code } = await this.#process.status;
    clearTimeout(this.#timer);
    this.#conclude(code, await errors);
    const result = {
      verdicts: this.#verdicts,
      strays: this.#strays,
      printed: this.#printed,
      ended: this.#ended,
    };
    return this.#obstacle === undefined ? result : { ...result, obstacle: this.#obstacle };
  }

  #watch(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#killed = true;
      this.#process.kill("SIGKILL");
    }, ms);
  }

  #take(line: string): void {
    const message = decodeMessage(line);
    if (message !== undefined) return this.#hear(message);
    if (line !== "" && this.#printed.length < MOST_PRINTED) this.#printed.push(line);
  }

  #hear(message: CheckMessage): void {
    switch (message.kind) {
      case "begin":
        this.#begun = true;
        this.#current = message.name;
        return this.#watch(this.#patience);
      case "verdict":
        this.#verdicts.push(message.verdict);
        this.#current = undefined;
        return this.#watch(this.#patience);
      case "stray":
        this.#strays.push(message.error);
        return;
      case "missing":
      case "unloadable":
        this.#obstacle = message;
        return;
      case "end":
        this.#ended = true;
    }
  }

  /** Says why the process is gone where it did not say so itself. */
  #conclude(code: number, errors: readonly string[]): void {
    if (this.#ended) return;
    const name = this.#current ?? "comes to its end";
    if (this.#killed) {
      this.#verdicts.push({ name, state: "endless", after: this.#patience });
      return;
    }
    if (!this.#begun) {
      throw new Error(`Cannot check this exercise: its check ended (${code}) and said nothing`);
    }
    const memory = errors.some((line) => line.includes("out of memory"));
    const how = memory
      ? "it filled 256 MB: a loop that collects and never ends, or a stream held as a whole"
      : `it ended the process with exit code ${code}${errors[0] ? `: ${errors[0]}` : ""}`;
    this.#verdicts.push({ name, state: "died", how });
  }
}

/** Reads a stream to its end; keeps its first lines. */
async function lines(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<string[]> {
  const first: string[] = [];
  const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
  for await (const line of stream.pipeThrough(decoder).pipeThrough(new TextLineStream())) {
    take(line);
    if (line !== "" && first.length < 40) first.push(line);
  }
  return first;
}
