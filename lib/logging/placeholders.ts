import { createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto";
import { BROUGHT, Secret } from "../secrets/mod.ts";
import { redactRegistered } from "./redact_registered.ts";

/** The ways of writing a secret that are stored as a placeholder; each can be filled in again exactly. */
const ENCODINGS = {
  raw: (value: string) => value,
  uri: encodeURIComponent,
  form: (value: string) => new URLSearchParams({ v: value }).toString().slice(2),
} as const;

/** Shorter values are found in too many innocent texts. */
const LEAST_LENGTH = 4;

const PLACEHOLDER = /\$\{secret:(raw|uri|form):([^}]*)\}/g;
const SEALED = "${sealed:";
/** Bytes of the parts that every sealed text has: how it begins, and how it is known to be whole. */
const SHORTEST_SEAL = 28;

interface Hiding {
  readonly pattern: RegExp;
  readonly names: ReadonlyMap<string, string>;
}

let cache: { readonly values: ReadonlySet<string>; readonly hiding: Hiding | undefined } = {
  values: new Set(),
  hiding: undefined,
};

/**
 * Replaces each secret in a text by a placeholder that {@linkcode fillSecrets} replaces by the value again.
 *
 * What holds a secret in a form that no placeholder stands for, such as in base64, is encrypted as a whole with the
 * secrets as the key. A text without secrets comes back as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Secret } from "../secrets/mod.ts";
 *
 * new Secret("s3cr3t&", "SHOP_TOKEN");
 * const hidden = hideSecrets("/items?page=2&key=s3cr3t%26");
 * assertEquals(hidden, "/items?page=2&key=${secret:uri:SHOP_TOKEN}");
 * assertEquals(fillSecrets(hidden), "/items?page=2&key=s3cr3t%26");
 * ```
 */
export function hideSecrets(text: string): string {
  const hiding = currentHiding();
  // What looks like a placeholder must not be filled in later, whether there are secrets or not.
  if (looksHidden(text)) return sealText(text);
  if (hiding === undefined || redactRegistered(text) === text) return text;
  const hidden = text.replace(hiding.pattern, (value) => hiding.names.get(value) ?? value);
  return redactRegistered(hidden) === hidden ? hidden : sealText(text);
}

/**
 * Fills the placeholders of {@linkcode hideSecrets} in again, with the values that the secrets have now.
 *
 * @throws {Error} If a placeholder names no secret, or the secrets are not those with which it was encrypted.
 */
export function fillSecrets(text: string): string {
  if (text.startsWith(SEALED)) return unseal(text);
  if (!text.includes("${secret:")) return text;
  return text.replace(PLACEHOLDER, (_, encoding: keyof typeof ENCODINGS, name: string) => {
    const value = valueOf(name);
    if (value === undefined) throw new Error(`the secret "${name}" has no value now`);
    return ENCODINGS[encoding](value);
  });
}

/** Changes every text in a value of JSON; one without texts comes back itself. */
export function mapTexts<Value>(value: Value, change: (text: string) => string): Value;
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]),
  );
}

/**
 * Takes the secrets out of a text that nobody fills in again, and leaves a placeholder where that is possible.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Secret } from "../secrets/mod.ts";
 *
 * new Secret("0penSesame", "CAVE_KEY");
 * assertEquals(maskSecrets("key 0penSesame"), "key ${secret:raw:CAVE_KEY}");
 * ```
 */
export function maskSecrets(text: string): string {
  const hiding = currentHiding();
  if (hiding === undefined) return text;
  return redactRegistered(
    text.replace(hiding.pattern, (value) => hiding.names.get(value) ?? value),
  );
}

/** What a text ends with may be the first part of a secret in base64, hex or escapes. */
const LAST_WORD = /[\w+/=%\\-]{8,}$/;

/**
 * Does the same to the beginning of a longer text: a secret that is cut at its end goes as well, and so does a last word
 * that may hold one in another writing.
 */
export function maskBeginning(text: string): string {
  const hiding = currentHiding();
  if (hiding === undefined) return text;
  for (const written of hiding.names.keys()) {
    for (let length = Math.min(written.length, text.length); length >= LEAST_LENGTH; length--) {
      if (!text.endsWith(written.slice(0, length))) continue;
      return `${maskSecrets(text.slice(0, -length))}***`;
    }
  }
  return maskSecrets(text).replace(LAST_WORD, "***");
}

function looksHidden(text: string): boolean {
  return text.includes("${secret:") || text.startsWith(SEALED);
}

function currentHiding(): Hiding | undefined {
  const values = Secret.registered();
  if (values !== cache.values) cache = { values, hiding: hidingOf(values) };
  return cache.hiding;
}

function hidingOf(values: ReadonlySet<string>): Hiding | undefined {
  const names = new Map<string, string>();
  const named = Secret.named();
  for (const value of [...values].sort((a, b) => b.length - a.length)) {
    const name = named.get(value);
    if (name === undefined || /[{}$]/.test(name) || value.length < LEAST_LENGTH) continue;
    // A name that holds another secret, or the same name twice, would not lead back to this one.
    if (valueOf(name) !== value || redactRegistered(name) !== name) continue;
    for (const [encoding, encode] of Object.entries(ENCODINGS)) {
      const written = encode(value);
      if (!names.has(written)) names.set(written, `\${secret:${encoding}:${name}}`);
    }
  }
  if (values.size === 0) return undefined;
  const written = [...names.keys()].sort((a, b) => b.length - a.length).map(RegExp.escape);
  // An expression that matches nothing, where no secret can have a placeholder.
  return { pattern: new RegExp(written.length === 0 ? "(?!)" : written.join("|"), "g"), names };
}

/** The latest secret of a name: access tokens follow one another under the same one. */
function valueOf(name: string): string | undefined {
  let found: string | undefined;
  for (const [value, own] of Secret.named()) if (own === name) found = value;
  return found;
}

/** The values that a run starts with; those that a server brings come and go, and could not be had again. */
function sealingKey(): Uint8Array {
  const brought = ["access_token", BROUGHT];
  const named = [...Secret.named()].filter(([, name]) => !brought.includes(name));
  const text = JSON.stringify(named.map(([value, name]) => [name, value]).sort());
  return createHash("sha256").update(text).digest();
}

/** Encrypts a text as a whole with the secrets as the key; {@linkcode fillSecrets} gives it back. */
export function sealText(text: string): string {
  const key = sealingKey();
  // From the text itself: the same position must look the same, or no loop would be noticed.
  const iv = createHmac("sha256", key).update(text).digest().subarray(0, 12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const bytes = [iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
  return `${SEALED}${Uint8Array.from(bytes.flatMap((part) => [...part])).toBase64()}}`;
}

function unseal(text: string): string {
  try {
    const bytes = Uint8Array.fromBase64(text.slice(SEALED.length, -1));
    if (bytes.length < SHORTEST_SEAL) throw new RangeError(`it has ${bytes.length} bytes`);
    const decipher = createDecipheriv("aes-256-gcm", sealingKey(), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    const start = decipher.update(bytes.subarray(12, -16));
    return new TextDecoder().decode(Uint8Array.from([...start, ...decipher.final()]));
  } catch (cause) {
    throw new Error("it was encrypted with other values of the secrets", { cause });
  }
}
