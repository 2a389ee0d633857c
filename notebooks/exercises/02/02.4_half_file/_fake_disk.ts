import type { Disk } from "./stub.ts";

/** The machine went down. */
export class Crash extends Error {}

/** Content of a file: what was written, and how much of it was flushed. */
interface Content {
  bytes: number[];
  flushed: number[];
}

/** A disk in memory that stops at a step; what was not flushed is lost, or was written by chance. */
export class FakeDisk implements Disk {
  /** Steps so far, as `rename a.tmp a`. */
  readonly steps: string[] = [];
  readonly #names = new Map<string, Content>();
  #kept = new Map<string, Content>();
  readonly #stopBefore: number;

  /** @param stopBefore Number of the step before which the machine goes down. */
  constructor(stopBefore = Infinity) {
    this.#stopBefore = stopBefore;
  }

  /** Puts a file there that survives. */
  put(name: string, text: string): void {
    const bytes = [...new TextEncoder().encode(text)];
    const content = { bytes, flushed: [...bytes] };
    this.#names.set(name, content);
    this.#kept.set(name, content);
  }

  /** What is there now, by name. */
  get files(): Record<string, string> {
    return texts(this.#names, "bytes");
  }

  /**
   * The folders that may be found after a crash: names flushed or not, contents flushed or not, each by itself.
   */
  get afterCrash(): Record<string, string>[] {
    return [this.#kept, this.#names].flatMap((
      names,
    ) => [texts(names, "flushed"), texts(names, "bytes")]);
  }

  create(name: string): Promise<void> {
    return this.#step(`create ${name}`, () => {
      this.#names.set(name, { bytes: [], flushed: [] });
    });
  }

  append(name: string, bytes: Uint8Array): Promise<void> {
    return this.#step(`append ${name}`, () => void this.#find(name).bytes.push(...bytes));
  }

  flush(name: string): Promise<void> {
    return this.#step(`flush ${name}`, () => {
      const content = this.#find(name);
      content.flushed = [...content.bytes];
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#step(`rename ${from} ${to}`, () => {
      this.#names.set(to, this.#find(from));
      if (from !== to) this.#names.delete(from);
    });
  }

  flushFolder(): Promise<void> {
    return this.#step("flushFolder", () => void (this.#kept = new Map(this.#names)));
  }

  remove(name: string): Promise<void> {
    return this.#step(`remove ${name}`, () => {
      this.#find(name);
      this.#names.delete(name);
    });
  }

  async #step(step: string, act: () => void): Promise<void> {
    await Promise.resolve();
    if (this.steps.length >= this.#stopBefore) {
      throw new Crash(`the machine went down before: ${step}`);
    }
    this.steps.push(step);
    act();
  }

  #find(name: string): Content {
    const content = this.#names.get(name);
    if (content === undefined) throw new Error(`There is no file "${name}"`);
    return content;
  }
}

function texts(names: ReadonlyMap<string, Content>, what: keyof Content): Record<string, string> {
  const text = (bytes: readonly number[]) => new TextDecoder().decode(Uint8Array.from(bytes));
  return Object.fromEntries([...names].map(([name, content]) => [name, text(content[what])]));
}
