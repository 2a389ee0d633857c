/** A value that is fetched when first needed and replaced before it ends, by one request at a time. */
export class Renewed<T> {
  readonly #fetch: () => Promise<{ readonly value: T; readonly renewAt: number }>;
  readonly #now: () => number;
  #current: { readonly value: T; readonly renewAt: number } | undefined;
  #inFlight: Promise<T> | undefined;

  constructor(
    fetch: () => Promise<{ readonly value: T; readonly renewAt: number }>,
    now: () => number,
  ) {
    this.#fetch = fetch;
    this.#now = now;
  }

  /**
   * Returns a value that is good for a while, or for the request at hand where it ends at once: the next request then
   * asks for another one.
   */
  get(): Promise<T> {
    if (this.#current !== undefined && this.#now() < this.#current.renewAt) {
      return Promise.resolve(this.#current.value);
    }
    this.#inFlight ??= this.#renew().finally(() => {
      this.#inFlight = undefined;
    });
    return this.#inFlight;
  }

  /** Forgets the value if it is the one that was refused; another request may have replaced it already. */
  drop(refused: unknown): void {
    if (this.#current?.value === refused) this.#current = undefined;
  }

  async #renew(): Promise<T> {
    this.#current = await this.#fetch();
    return this.#current.value;
  }
}
