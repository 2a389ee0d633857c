import { Buffer } from "node:buffer";
import { SecretFinder } from "../../logging/mod.ts";
import { isSecretVariable, Secret } from "../../secrets/mod.ts";

/** A shorter value is met in innocent records. */
const LEAST_LENGTH = 8;
/** Up to here the memory of a record may be part of a pool, which holds something else later. */
const POOL_BYTES = 1 << 16;

/** Bytes that are looked at in one go. */
const WINDOW = 1 << 20;
/** A character takes up to so many bytes where it is escaped. */
const ESCAPED_BYTES = 6;

/**
 * The credentials of a stream, to find those that are put into its records: such a record may not reach the lake.
 */
export class Credentials {
  readonly #own: readonly Secret[];
  /** Headers and parameters that are sent as credentials. */
  readonly #sent: readonly string[];
  /** Whatever else is sent. */
  readonly #texts: readonly string[];
  #values: ReadonlySet<string> | undefined;
  #finder = new SecretFinder([]);
  #names: ReadonlyMap<string, string> = new Map();
  /** The memory of a page that holds none. */
  #clean: ArrayBufferLike | undefined;

  /**
   * @param own The secrets themselves.
   * @param sent Texts that may hold others, all of which are sent as credentials.
   * @param texts Texts that may hold others, which are known by the names of their variables.
   */
  constructor(
    own: readonly Secret[],
    sent: readonly string[] = [],
    texts: readonly string[] = [],
  ) {
    this.#own = own;
    this.#sent = sent;
    this.#texts = texts;
  }

  /** Returns the name of the credential that the bytes hold; `undefined` if they hold none. */
  in(bytes: Uint8Array): string | undefined {
    const values = Secret.registered();
    if (values !== this.#values) this.#look(values);
    if (this.#names.size === 0) return undefined;
    const { buffer } = bytes;
    if (buffer === this.#clean) return undefined;
    // All of a page at once, which is many times as fast.
    if (buffer.byteLength > POOL_BYTES && this.#find(new Uint8Array(buffer)) === undefined) {
      this.#clean = buffer;
      return undefined;
    }
    return this.#find(bytes);
  }

  #find(bytes: Uint8Array): string | undefined {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const overlap = ESCAPED_BYTES * this.#finder.longest;
    for (let at = 0; at < text.length; at += WINDOW) {
      // Latin-1 takes the bytes as they are.
      const [found] = this.#finder.find(text.toString("latin1", at, at + WINDOW + overlap));
      if (found !== undefined) return this.#names.get(found.value);
    }
    return undefined;
  }

  #look(values: ReadonlySet<string>): void {
    this.#values = values;
    this.#clean = undefined;
    const named = [...Secret.named()];
    // A server may give another value for one of ours, such as the next refresh token.
    const given = new Set(["access_token", ...this.#own.map(({ name }) => name)]);
    const tokens = named.filter(([, name]) => given.has(name));
    const sent = named.filter(([value, name]) =>
      [...this.#sent, ...isSecretVariable(name) ? this.#texts : []]
        .some((text) => text.includes(value))
    );
    const own = this.#own.map((secret): [string, string] => [secret.reveal(), secret.name]);
    const all = new Map([...tokens, ...sent, ...own].map(([value, name]) => [value.trim(), name]));
    this.#names = new Map([...all].filter(([value]) => value.length >= LEAST_LENGTH));
    this.#finder = new SecretFinder(this.#names.keys());
  }
}

/** Returns the fault of a record that holds a credential, by its name. */
export function credentialFault(name: string) {
  const message = `the record holds the value of ${name}, which must not be written`;
  return { code: "record-credential" as const, message };
}
