// deno-lint-ignore-file no-unused-vars
/** Named values. */
export type Fields = Readonly<Record<string, unknown>>;

/** What every line says. */
export interface About {
  /** ISO-8601, UTC. */
  readonly time: string;
  readonly level: "debug" | "info" | "warning" | "error";
  /** Run, source, page: where it happened. */
  readonly context: Fields;
}

/** Returns a log line, as JSON. */
export function formatEvent(event: string, fields: Fields, about: About): string {
  // TODO(you): which fields are fixed? what does JSON.stringify lose, and what makes it throw?
  throw new Error(
    "Not written yet: formatEvent() in this file; begin with JSON.stringify of the fixed fields",
  );
}
