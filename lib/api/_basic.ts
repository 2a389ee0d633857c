/** Builds the value of a Basic `Authorization` header (RFC 7617) in UTF-8. */
export function basic(user: string, password: string): string {
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}
