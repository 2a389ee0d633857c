/** What the schema needs from outside while it reads one file. */
export interface SchemaContext {
  /** Absolute folder at which relative paths start. */
  readonly root: string;
  /** Reads one environment variable. */
  readonly env: (name: string) => string | undefined;
  /**
   * Folder at which relative paths started before they started at the file's own: a path that exists only there is an
   * error that says its new spelling. @default none
   */
  readonly formerRoot?: string | undefined;
}
