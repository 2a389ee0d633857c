import { hashText } from "./_random.ts";

/** Knows which credentials are good: one fixed token, and those that the token endpoint gave out. */
export class Tokens {
  readonly #fixed: string;
  readonly #lifetime: number;
  readonly #seed: number;
  readonly #expiry = new Map<string, number>();
  #issued = 0;

  /** @param lifetime How long a token from the token endpoint is good, in ms. */
  constructor(fixed: string, lifetime: number, seed: number) {
    this.#fixed = fixed;
    this.#lifetime = lifetime;
    this.#seed = seed;
  }

  /** Lifetime of a token that is given out, in whole seconds. */
  get seconds(): number {
    return Math.floor(this.#lifetime / 1000);
  }

  /** Gives out a token. */
  issue(now: number): string {
    const number = ++this.#issued;
    const token = `sbt_${number}_${
      hashText(`${this.#seed}:${number}:${this.#fixed}`).toString(36)
    }`;
    this.#expiry.set(token, now + this.#lifetime);
    return token;
  }

  check(token: string, now: number): "good" | "expired" | "unknown" {
    if (token === this.#fixed) return "good";
    const expiry = this.#expiry.get(token);
    if (expiry === undefined) return "unknown";
    return now < expiry ? "good" : "expired";
  }

  /** Ends the life of the token that a request carries; the fixed one lives on. */
  revoke(request: Request): void {
    const token = bearerToken(request);
    if (token !== undefined && this.#expiry.has(token)) this.#expiry.set(token, -Infinity);
  }
}

/** Returns the bearer token of a request; GitHub also takes the word `token`. */
export function bearerToken(request: Request): string | undefined {
  return /^(?:bearer|token) +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

/** Returns name and password of a request with Basic authentication. */
export function basicCredentials(
  request: Request,
): { name: string; password: string } | undefined {
  const encoded = /^basic +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (encoded === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    const [name = "", ...rest] = new TextDecoder().decode(bytes).split(":");
    return { name, password: rest.join(":") };
  } catch {
    // No Base64: the same as no credentials.
    return undefined;
  }
}
