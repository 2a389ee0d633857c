/** One record of a page. */
export interface PageRecord {
  /** Its bytes as sent; only raw line breaks between its tokens are gone. A view into the page's body where possible. */
  readonly bytes: Uint8Array;
  /** Its value by `JSON.parse`; numbers beyond the range of a double are exact only in `bytes`. `undefined` for a record that is not valid. */
  readonly value: unknown;
  /** Where it starts in the body, after decompression. */
  readonly byteOffset: number;
  /** Why it has no value. */
  readonly fault?: string;
  /** Whether that is its size; `bytes` is only its beginning then. */
  readonly isTooLarge?: boolean;
}
