import { BROUGHT, Secret } from "../../secrets/mod.ts";
import { isSecretName } from "./redact_url.ts";

/** A shorter value, or one of letters alone, is an ordinary word. */
const TOKEN = /^(?=.*\d)(?=.*[a-z]).{8,}$|^.{24,}$/i;
/** Values that are kept: those of pages long read are of no use. */
const MOST_KEPT = 8;

/** The latest values, and which of them are looked for. */
const latest = new Map<string, Secret | undefined>();

/**
 * Notes the credentials in the query of an address that a server names, in a redirect or as a next page; those of `own`
 * are the user's.
 */
export function noteBrought(address: URL, own: URL | null): void {
  if (address.search === "") return;
  for (const [name, value] of address.searchParams) {
    if (!isSecretName(name) || !TOKEN.test(value) || latest.has(value)) continue;
    if (own?.searchParams.getAll(name).includes(value) || Secret.registered().has(value)) continue;
    latest.set(value, undefined);
    if (latest.size <= MOST_KEPT) continue;
    const [oldest] = latest.keys();
    latest.get(oldest ?? "")?.forget();
    latest.delete(oldest ?? "");
  }
}

/**
 * Has the values that were noted taken out of all that is written from now on. To look for one costs milliseconds, and a
 * server may sign every page anew: it is done when one fails, as only then an answer is quoted.
 */
export function hideBrought(): void {
  for (const [value, secret] of latest) {
    if (secret === undefined) latest.set(value, new Secret(value, BROUGHT));
  }
}
