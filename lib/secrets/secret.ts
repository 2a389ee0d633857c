const MASK = "***";
const registered = new Set<string>();

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
    registered.add(value);
  }

  /** Returns every value that a secret was ever created with. */
  static registered(): ReadonlySet<string> {
    return registered;
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
