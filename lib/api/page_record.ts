/** One record of a page. */
export interface PageRecord {
  /** Its bytes as sent; only raw line breaks between its tokens are gone. A view into the page's body where possible. */
  readonly bytes: Uint8Array;
  /** Its value by `JSON.parse`; numbers beyond the range of a double are exact only in `bytes`. `undefined` for a line that is no JSON. */
  readonly value: unknown;
  /** Where it starts in the body, after decompression. */
  readonly byteOffset: number;
}
