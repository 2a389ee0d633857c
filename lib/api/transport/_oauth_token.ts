import { Secret } from "../../secrets/mod.ts";
import { HttpError } from "../../errors/mod.ts";
import type { ClientCredentials, RefreshToken, TokenRequest } from "./auth.ts";
import { logEvent } from "../../logging/mod.ts";
import { Renewed } from "./_renewed.ts";
import { basic } from "./_basic.ts";
import { isSecretName } from "./redact_url.ts";

/** Ask for the next token this long before the old one ends, in ms, or a tenth of its life if that is less. */
const MAX_SKEW = 60_000;

/** The latest tokens, which are kept out of the logs; older ones are expired, and would only slow every log line down. */
const REMEMBERED = 10;

/** What a token consists of (RFC 6749, appendix A.12). */
export const TOKEN: RegExp = /^[\x20-\x7e]+$/;

/** Tokens that are kept out of the logs. */
export class LatestSecrets {
  readonly #latest: Secret[][] = [];

  /** Adds a token, and what is known of it in other forms. */
  add(value: string, ...others: readonly string[]): Secret {
    const secret = new Secret(value, "access_token");
    const all = [secret, ...others.map((other) => new Secret(other, "access_token"))];
    this.#latest.push(all);
    if (this.#latest.length > REMEMBERED) this.#latest.shift()?.forEach((old) => old.forget());
    return secret;
  }
}

/** A shorter value, or one of letters alone, is an ordinary word. */
const SECRET = /^(?=.*\d)(?=.*[a-z]).{8,}$|^.{24,}$/is;
const MOST_DEPTH = 3;

/** What else the answer to a login gives under the name of a secret: a server may say it again where it should not. */
export function secretsIn(body: unknown, depth = 0): string[] {
  if (typeof body !== "object" || body === null || depth > MOST_DEPTH) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    typeof value !== "string"
      ? secretsIn(value, depth + 1)
      : isSecretName(name) && SECRET.test(value)
      ? [value]
      : []
  );
}

/** The access token of a client-credentials or refresh-token grant: fetched when first needed, replaced before it ends, by one request at a time. */
export class OAuthToken {
  #config: ClientCredentials | RefreshToken;
  readonly #now: () => number;
  readonly #request: TokenRequest;
  readonly #current: Renewed<Secret>;
  readonly #latest = new LatestSecrets();

  constructor(
    config: ClientCredentials | RefreshToken,
    options: { readonly now: () => number; readonly requestToken: TokenRequest },
  ) {
    this.#config = config;
    this.#now = options.now;
    this.#request = options.requestToken;
    this.#current = new Renewed(() => this.#fetch(), options.now);
  }

  /** Returns a token that is good for a while. */
  get(): Promise<Secret> {
    return this.#current.get();
  }

  /** Forgets the token if it is the one that was refused. */
  drop(refused: unknown): void {
    this.#current.drop(refused);
  }

  async #fetch(): Promise<{ readonly value: Secret; readonly renewAt: number }> {
    const started = this.#now();
    const url = new URL(this.#config.token_url);
    const { body } = await this.#request(url, tokenForm(this.#config));
    const answer = parseToken(body, url);
    const life = answer.expiresIn === undefined ? Infinity : answer.expiresIn * 1000;
    const renewAt = started + life - Math.min(MAX_SKEW, life / 10);
    this.#rotate(answer.refreshToken);
    const config = this.#config;
    const held = config.type === "oauth2_refresh_token" ? config.refresh_token.reveal() : "";
    const others = secretsIn(body).filter((other) => other !== held && other !== answer.token);
    return { value: this.#latest.add(answer.token, ...others), renewAt };
  }

  /** A server may take a refresh token back with its first use: then the next run needs the new one, and nobody but the user can keep it. */
  #rotate(next: string | undefined): void {
    const config = this.#config;
    if (config.type !== "oauth2_refresh_token" || next === undefined) return;
    if (next === config.refresh_token.reveal()) return;
    logEvent("refresh-token-rotated", { name: config.refresh_token.name });
    this.#config = { ...config, refresh_token: new Secret(next, config.refresh_token.name) };
  }
}

function tokenForm(
  config: ClientCredentials | RefreshToken,
): { headers: Headers; body: Uint8Array } {
  const headers = new Headers({
    "accept": "application/json",
    "content-type": "application/x-www-form-urlencoded",
  });
  const form = new URLSearchParams(
    config.type === "oauth2_refresh_token"
      ? { grant_type: "refresh_token", refresh_token: config.refresh_token.reveal() }
      : { grant_type: "client_credentials" },
  );
  if (config.scope !== undefined) form.set("scope", config.scope);
  const own = config.client_secret?.reveal();
  if (config.client_auth === "body" || own === undefined) {
    form.set("client_id", config.client_id);
    if (own !== undefined) form.set("client_secret", own);
  } else {
    const [id, secret] = [config.client_id, own].map(formEncode);
    headers.set("authorization", basic(id ?? "", secret ?? ""));
  }
  return { headers, body: new TextEncoder().encode(form.toString()) };
}

/** Encodes as a form does (RFC 6749, section 2.3.1 asks for it before Basic). */
function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}

/** What a token endpoint answers. */
interface TokenAnswer {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number | undefined;
  readonly refreshToken: string | undefined;
}

function parseToken(body: unknown, url: URL): TokenAnswer {
  const record: Record<string, unknown> = typeof body === "object" && body !== null
    ? { ...body }
    : {};
  const { access_token: token, token_type: type, expires_in: expires, refresh_token: again } =
    record;
  const refreshToken = typeof again === "string" && again !== "" ? again : undefined;
  const refuse = (state: string) =>
    new HttpError("http-auth", `Cannot get an access token from "${url.host}": ${state}`);
  if (typeof token !== "string" || token === "") throw refuse("the answer has no access_token");
  if (!TOKEN.test(token)) throw refuse("the access_token has characters that no header can carry");
  if (type !== undefined && String(type).toLowerCase() !== "bearer") {
    throw refuse(`the token type is "${String(type)}", wanted "bearer"`);
  }
  if (expires === undefined || expires === null) {
    return { token, refreshToken, expiresIn: undefined };
  }
  const expiresIn = typeof expires === "string" && expires.trim() !== ""
    ? Number(expires)
    : expires;
  if (typeof expiresIn !== "number" || !(expiresIn >= 0)) {
    throw refuse("expires_in is not a number >= 0");
  }
  return { token, refreshToken, expiresIn };
}
