/** An entity tag (RFC 9110, section 8.8.3). */
export interface ETag {
  /** Whether it only promises equivalence, not equal bytes. */
  readonly weak: boolean;
  /** The opaque text between the quotes. */
  readonly value: string;
}

/**
 * Parses an `ETag` header, strictly: `"abc"` or `W/"abc"`.
 *
 * @returns The tag, or `undefined` where the value is absent or malformed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseETag('W/"v1"'), { weak: true, value: "v1" });
 * assertEquals(parseETag("v1"), undefined);
 * ```
 */
export function parseETag(value: string | null): ETag | undefined {
  const match = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/.exec(value?.trim() ?? "");
  return match === null ? undefined : { weak: match[1] !== undefined, value: match[2] ?? "" };
}
