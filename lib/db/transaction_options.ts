/** Options of `Database.transaction`. */
export interface TransactionOptions {
  /** Rolls back instead of committing once it is aborted. @default {never} */
  readonly signal?: AbortSignal;
  /**
   * Whether the commit is on disk when it returns. Without, a power failure may take it back, never a kill, and never
   * without all that was committed after it; the next commit with a flush makes it last.
   *
   * @default {true}
   */
  readonly flush?: boolean;
}
