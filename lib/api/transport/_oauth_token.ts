import { Secret } from "../../secrets/mod.ts";
import { HttpError } from "../../errors/mod.ts";
import type { ClientCredentials } from "./auth.ts";
import { basic } from "./_basic.ts";

/** Sends the form to the token endpoint and returns the parsed body of its answer. */
export type TokenRequest = (
  url: URL,
  init: { readonly headers: Headers; readonly body: Uint8Array },
) => Promise<unknown>;

/** Ask for the next token this long before the old one ends, in ms, or a tenth of its life if that is less. */
const MAX_SKEW = 60_000;

/** The latest tokens, which are kept out of the logs; older ones are expired, and would only slow every log line down. */
const REMEMBERED = 10;

/** What a token consists of (RFC 6749, appendix A.12). */
const TOKEN = /^[\x20-\x7e]+$/;

/** The access token of a client-credentials grant: fetched when first needed, replaced before it ends, by one request at a time. */
export class OAuthToken {
  readonly #config: ClientCredentials;
  readonly #now: () => number;
  readonly #request: TokenRequest;
  #current: { readonly token: Secret; readonly renewAt: number } | undefined;
  #inFlight: Promise<Secret> | undefined;
  readonly #latest: Secret[] = [];

  constructor(
    config: ClientCredentials,
    options: { readonly now: () => number; readonly requestToken: TokenRequest },
  ) {
    this.#config = config;
    this.#now = options.now;
    this.#request = options.requestToken;
  }

  /**
   * Returns a token that is good for a while, or for the request at hand where it ends at once: the next request then
   * asks for another one.
   */
  get(): Promise<Secret> {
    if (this.#current !== undefined && this.#now() < this.#current.renewAt) {
      return Promise.resolve(this.#current.token);
    }
    this.#inFlight ??= this.#fetch().finally(() => {
      this.#inFlight = undefined;
    });
    return this.#inFlight;
  }

  /** Forgets the token if it is the one that was refused; another request may have replaced it already. */
  drop(refused: unknown): void {
    if (this.#current?.token === refused) this.#current = undefined;
  }

  async #fetch(): Promise<Secret> {
    const started = this.#now();
    const url = new URL(this.#config.token_url);
    const answer = parseToken(await this.#request(url, tokenForm(this.#config)), url);
    const life = answer.expiresIn === undefined ? Infinity : answer.expiresIn * 1000;
    const renewAt = started + life - Math.min(MAX_SKEW, life / 10);
    const token = new Secret(answer.token, "access_token");
    this.#current = { token, renewAt };
    this.#latest.push(token);
    if (this.#latest.length > REMEMBERED) this.#latest.shift()?.forget();
    return token;
  }
}

function tokenForm(config: ClientCredentials): { headers: Headers; body: Uint8Array } {
  const headers = new Headers({
    "accept": "application/json",
    "content-type": "application/x-www-form-urlencoded",
  });
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (config.scope !== undefined) form.set("scope", config.scope);
  if (config.client_auth === "body") {
    form.set("client_id", config.client_id);
    form.set("client_secret", config.client_secret.reveal());
  } else {
    const [id, secret] = [config.client_id, config.client_secret.reveal()].map(formEncode);
    headers.set("authorization", basic(id ?? "", secret ?? ""));
  }
  return { headers, body: new TextEncoder().encode(form.toString()) };
}

/** Encodes as a form does (RFC 6749, section 2.3.1 asks for it before Basic). */
function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}

function parseToken(body: unknown, url: URL): { token: string; expiresIn: number | undefined } {
  const record: Record<string, unknown> = typeof body === "object" && body !== null
    ? { ...body }
    : {};
  const { access_token: token, token_type: type, expires_in: expires } = record;
  const refuse = (state: string) =>
    new HttpError("http-auth", `Cannot get an access token from "${url.host}": ${state}`);
  if (typeof token !== "string" || token === "") throw refuse("the answer has no access_token");
  if (!TOKEN.test(token)) throw refuse("the access_token has characters that no header can carry");
  if (type !== undefined && String(type).toLowerCase() !== "bearer") {
    throw refuse(`the token type is "${String(type)}", wanted "bearer"`);
  }
  if (expires === undefined || expires === null) return { token, expiresIn: undefined };
  const expiresIn = typeof expires === "string" && expires.trim() !== ""
    ? Number(expires)
    : expires;
  if (typeof expiresIn !== "number" || !(expiresIn >= 0)) {
    throw refuse("expires_in is not a number >= 0");
  }
  return { token, expiresIn };
}
