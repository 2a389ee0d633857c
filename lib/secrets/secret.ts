const MASK = "***";

/** Name of a secret that an address from a server brought: no variable holds it, and nobody could fill it in again. */
export const BROUGHT = "{address}";

/** How many secrets hold each value. */
const holders = new Map<string, number>();
const names = new Map<string, string>();
let registered: ReadonlySet<string> = new Set();

/**
 * A value that must never be printed, logged or stored.
 *
 * Every way of turning it into text gives `***`; only {@linkcode Secret.reveal} gives the value, at the place where a
 * request is signed. Its value is registered on creation, so that logs can remove it from any text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const token = new Secret("s3cr3t", "API_TOKEN");
 * assertEquals(`${token} ${JSON.stringify({ token })}`, '*** {"token":"***"}');
 * assertEquals(token.reveal(), "s3cr3t");
 * ```
 */
export class Secret {
  readonly #value: string;
  #forgotten = false;
  /** The environment variable that it came from. */
  readonly name: string;

  /**
   * Creates and registers a secret.
   *
   * @param value The value; not empty.
   * @param name The environment variable that it came from.
   * @throws {TypeError} If the value is empty.
   */
  constructor(value: string, name: string) {
    if (value === "") throw new TypeError(`Cannot create secret "${name}": its value is empty`);
    this.#value = value;
    this.name = name;
    // The latest of several with one value: it is the one that is still held when the others are forgotten.
    names.delete(value);
    names.set(value, name);
    count(value, 1);
  }

  /** Returns the value of every secret that is not forgotten; the same set for as long as it holds the same values. */
  static registered(): ReadonlySet<string> {
    return registered;
  }

  /** Returns the name of each value in {@linkcode Secret.registered}, in the order in which they were created. */
  static named(): ReadonlyMap<string, string> {
    return names;
  }

  /**
   * Stops looking for a value that is of no use to anybody any more, such as an access token long expired.
   *
   * The secret goes on to print as `***`; its value is no longer taken out of other texts, unless another secret holds it.
   */
  forget(): void {
    if (this.#forgotten) return;
    this.#forgotten = true;
    count(this.#value, -1);
  }

  /** Returns the value itself. */
  reveal(): string {
    return this.#value;
  }

  /** Returns `***`. */
  toString(): string {
    return MASK;
  }

  /** Returns `***`. */
  toJSON(): string {
    return MASK;
  }

  /** Returns `***`; so does string conversion of every kind. */
  [Symbol.toPrimitive](): string {
    return MASK;
  }

  /** Returns `***` to `Deno.inspect`. */
  [Symbol.for("Deno.customInspect")](): string {
    return MASK;
  }

  /** Returns `***` to `node:util` inspect. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return MASK;
  }
}

function count(value: string, change: number): void {
  const left = (holders.get(value) ?? 0) + change;
  if (left === 0) {
    holders.delete(value);
    names.delete(value);
  } else holders.set(value, left);
  if (registered.has(value) !== left > 0) registered = new Set(holders.keys());
}
