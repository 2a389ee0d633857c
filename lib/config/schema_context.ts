/** What the schema needs from outside while it reads one file. */
export interface SchemaContext {
  /** Absolute folder at which relative paths start. */
  readonly root: string;
  /** Reads one environment variable. */
  readonly env: (name: string) => string | undefined;
}
