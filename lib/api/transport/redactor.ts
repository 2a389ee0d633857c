import { BROUGHT, Secret } from "../../secrets/mod.ts";
import { redactRegistered } from "../../logging/mod.ts";
import { type Body, sampleOf, sizeOf } from "../body/read_body.ts";
import { redactUrl } from "./redact_url.ts";

/** A secret value shorter than this is not searched for where a match has consequences. */
const SURE_LENGTH = 8;

/** No secret is longer than this in any of its encodings: servers refuse such headers. */
const LONGEST_SECRET = 8192;
const EXCERPT_BYTES = 4 * LONGEST_SECRET;

/** Removes secrets from URLs and from text that came from elsewhere (error messages, bodies). */
export class Redactor {
  readonly #names: readonly string[];

  /** @param names Query parameters of this client that carry a secret. */
  constructor(names: readonly string[] = []) {
    this.#names = names;
  }

  /** Returns the URL without secrets. */
  url(url: string | URL): string {
    return redactRegistered(redactUrl(url, this.#names));
  }

  /** Returns the text without secret values and with every URL in it redacted. */
  text(text: string): string {
    return redactRegistered(
      text.replace(/https?:\/\/[^\s"'<>()]+/g, (url) => redactUrl(url, this.#names)),
    );
  }

  /** Returns the first characters of a body without secrets, on one line. */
  excerpt(body: Body, length: number): string {
    const text = new TextDecoder().decode(sampleOf(body, EXCERPT_BYTES));
    const clean = this.text(text);
    // Where the sample ends, the first part of a secret may stand unrecognized.
    const sure = sizeOf(body) <= EXCERPT_BYTES ? clean : clean.slice(0, -LONGEST_SECRET);
    return sure.replaceAll(/\s+/g, " ").trim().slice(0, length).toWellFormed();
  }

  /** Says whether the text holds a secret value of ours, as it is or percent-encoded. */
  holdsSecret(text: string): boolean {
    return Secret.named().entries()
      .filter(([value, name]) => value.length >= SURE_LENGTH && name !== BROUGHT)
      .some(([value]) => text.includes(value) || text.includes(encodeURIComponent(value)));
  }
}
