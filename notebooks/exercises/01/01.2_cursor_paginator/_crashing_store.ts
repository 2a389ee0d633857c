import type { Item, State, Store } from "./stub.ts";

/** The power fails. */
export class PowerCut extends Error {
  /** @param moment When, in words. */
  constructor(moment: string) {
    super(moment);
    this.name = "PowerCut";
  }
}

/** Holds what was durable when the power failed; it fails once, at a given moment. */
export class CrashingStore implements Store {
  readonly #pages = new Map<string, readonly Item[]>();
  readonly #crashAt: number;
  #moments = 0;
  #writes = 0;
  #state: State | undefined;
  #overwritten: string | undefined;

  /** @param crashAt Which moment fails, from 1; every write has one before and one after it. */
  constructor(crashAt: number = Infinity) {
    this.#crashAt = crashAt;
  }

  /** What was saved last. */
  get state(): State | undefined {
    return this.#state;
  }

  /** The name of a page that was replaced by other items than its own. */
  get overwritten(): string | undefined {
    return this.#overwritten;
  }

  /** The ids of all items, page by page. */
  ids(): number[] {
    return [...this.#pages.values()].flatMap((items) => items.map(({ id }) => id));
  }

  // Functions of their own, so that `const { save } = store` and `{ ...store }` work as well.
  readonly load = (): Promise<State | undefined> => Promise.resolve(this.#state);

  readonly save = (state: State): Promise<void> =>
    this.#durable(`save(${JSON.stringify(state)})`, () => this.#state = { ...state });

  readonly writePage = (name: string, items: readonly Item[]): Promise<void> =>
    this.#durable(`writePage(${JSON.stringify(name)})`, () => {
      const before = this.#pages.get(name);
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(items)) {
        this.#overwritten ??= name;
      }
      this.#pages.set(name, [...items]);
    });

  async #durable(what: string, write: () => void): Promise<void> {
    this.#writes++;
    await Promise.resolve();
    this.#moment(`before ${what}, write ${this.#writes}`);
    write();
    this.#moment(`after ${what}, write ${this.#writes}`);
  }

  #moment(name: string): void {
    this.#moments++;
    if (this.#moments === this.#crashAt) throw new PowerCut(name);
  }
}
