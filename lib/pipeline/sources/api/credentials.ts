import { Buffer } from "node:buffer";
import { Secret } from "../../../secrets/mod.ts";
import type { ApiSource } from "./schema.ts";

/** A shorter value is met in innocent records. */
const LEAST_LENGTH = 8;

/**
 * The credentials of a source, to find those that a server puts into its records: such a record may not reach the lake.
 *
 * What a `${NAME}` in the parameters holds is not looked for: an account number or a site belongs in the records.
 */
export class Credentials {
  readonly #own: readonly Secret[];
  #values: ReadonlySet<string> | undefined;
  #needles: readonly { readonly bytes: Buffer; readonly name: string }[] = [];

  /** @param auth How the source signs its requests. */
  constructor(auth: ApiSource["auth"]) {
    this.#own = secretsOf(auth);
  }

  /** Returns the name of the credential that the bytes hold; `undefined` if they hold none. */
  in(bytes: Uint8Array): string | undefined {
    if (this.#own.length === 0) return undefined;
    const values = Secret.registered();
    if (values !== this.#values) this.#look(values);
    // A view of the same bytes; only a Buffer can look for bytes.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#needles.find((needle) => text.includes(needle.bytes))?.name;
  }

  #look(values: ReadonlySet<string>): void {
    this.#values = values;
    const tokens = [...Secret.named()].filter(([, name]) => name === "access_token");
    const own = this.#own.map((secret): [string, string] => [secret.reveal(), secret.name]);
    this.#needles = [...own, ...tokens].filter(([value]) => value.trim().length >= LEAST_LENGTH)
      .map(([value, name]) => ({ bytes: Buffer.from(value.trim()), name }));
  }
}

function secretsOf(auth: ApiSource["auth"]): Secret[] {
  switch (auth.type) {
    case "bearer":
      return [auth.token];
    case "api_key":
      return [auth.value];
    case "basic":
      return [auth.password];
    case "oauth2_client_credentials":
      return [auth.client_secret];
    case "none":
      return [];
  }
}
