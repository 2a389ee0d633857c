/** Where bodies go that are too large for memory. */
export interface SpoolOptions {
  /** A folder for temporary files; it is made where it is missing. */
  readonly folder: string;
  /** Bytes from which on a body goes there. @default 16_777_216 (16 MiB) */
  readonly threshold?: number;
  /** Bytes that are looked at at once when it is read; more only for a longer record. @default 65_536 */
  readonly window?: number;
}
