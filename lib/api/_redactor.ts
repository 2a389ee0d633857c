import { Secret } from "../config/mod.ts";
import { redactUrl } from "./redact_url.ts";

/** A secret value shorter than this is not searched for where a match has consequences. */
const SURE_LENGTH = 8;

/** Removes secrets from URLs and from text that came from elsewhere (error messages, bodies). */
export class Redactor {
  readonly #names: readonly string[];

  /** @param names Query parameters of this client that carry a secret. */
  constructor(names: readonly string[] = []) {
    this.#names = names;
  }

  /** Returns the URL without secrets. */
  url(url: string | URL): string {
    return hideValues(redactUrl(url, this.#names));
  }

  /** Returns the text without secret values and with every URL in it redacted. */
  text(text: string): string {
    return hideValues(
      text.replace(/https?:\/\/[^\s"'<>()]+/g, (url) => redactUrl(url, this.#names)),
    );
  }

  /** Says whether the text holds a secret value, as it is or percent-encoded. */
  holdsSecret(text: string): boolean {
    return Secret.registered().values().filter((value) => value.length >= SURE_LENGTH)
      .some((value) => text.includes(value) || text.includes(encodeURIComponent(value)));
  }
}

function hideValues(text: string): string {
  let clean = text;
  for (const value of Secret.registered()) {
    if (clean.includes(value)) clean = clean.replaceAll(value, "***");
    const encoded = encodeURIComponent(value);
    if (encoded !== value) clean = clean.replaceAll(encoded, "***");
  }
  return clean;
}
