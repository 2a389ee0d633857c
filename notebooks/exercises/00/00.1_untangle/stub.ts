// deno-lint-ignore-file no-unused-vars
/** What was read, and by whom it was said; nothing in here is checked yet. */
export interface Sources {
  /** The parsed file. */
  readonly file: Readonly<Record<string, unknown>>;
  /** Environment variables, under the settings' own keys. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Command-line flags, under the settings' own keys. */
  readonly flags: Readonly<Record<string, string | undefined>>;
}

/** Settings that can be relied on. */
export interface Settings {
  readonly url: string;
  readonly retries: number;
  /** Seconds. */
  readonly timeout: number;
  readonly dryRun: boolean;
}

/** Decides which value holds for each key, checks it, and says everything that is wrong at once. */
export function readSettings(sources: Sources): Settings {
  // TODO(you): for each key: which source says something, and is it what the key needs?
  throw new Error("Not written yet: readSettings() in this file; begin with url");
}
