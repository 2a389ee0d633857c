import type { Batch, Lake } from "./stub.ts";

/** The process was killed. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** A lake in memory whose process dies before a step. */
export class FakeLake implements Lake {
  /** Files in staging. */
  readonly staged: Set<string>;
  /** Files in the lake. */
  readonly moved = new Set<string>();
  /** Files that readers see. */
  readonly named = new Set<string>();
  /** Promises that are open, by their runs. */
  readonly open = new Map<string, Batch>();
  /** Steps that happened. */
  readonly steps: string[] = [];
  #left = Infinity;

  /** @param files Files in staging. */
  constructor(files: readonly string[]) {
    this.staged = new Set(files);
  }

  /** Does something until so many more steps have happened; says whether the process was killed. */
  async until(steps: number, act: (lake: Lake) => Promise<void>): Promise<boolean> {
    this.#left = steps;
    try {
      await act(this);
      return false;
    } catch (error) {
      if (error instanceof Killed) return true;
      throw error;
    } finally {
      this.#left = Infinity;
    }
  }

  promise(batch: Batch): Promise<void> {
    return this.#step(`promise ${batch.run}`, () => void this.open.set(batch.run, batch));
  }

  promised(): Promise<readonly Batch[]> {
    return Promise.resolve([...this.open.values()]);
  }

  isStaged(file: string): Promise<boolean> {
    return Promise.resolve(this.staged.has(file));
  }

  move(file: string): Promise<void> {
    return this.#step(`move ${file}`, () => {
      if (!this.staged.delete(file)) throw new Error(`"${file}" is not in staging`);
      this.moved.add(file);
    });
  }

  name(batch: Batch): Promise<void> {
    return this.#step(`name ${batch.run}`, () => batch.files.forEach((one) => this.named.add(one)));
  }

  done(run: string): Promise<void> {
    return this.#step(`done ${run}`, () => void this.open.delete(run));
  }

  async #step(step: string, act: () => void): Promise<void> {
    await Promise.resolve();
    if (this.#left-- <= 0) throw new Killed(`killed before: ${step}`);
    act();
    this.steps.push(step);
  }
}
