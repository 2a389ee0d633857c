import { Secret } from "../../secrets/mod.ts";

/** Builds the value of a Basic `Authorization` header (RFC 7617) in UTF-8; it is a secret of its own. */
export function basic(user: string, password: string): string {
  const base64 = new TextEncoder().encode(`${user}:${password}`).toBase64();
  return `Basic ${new Secret(base64, "Authorization").reveal()}`;
}
