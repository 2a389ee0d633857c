// deno-lint-ignore-file no-unused-vars
/** A line of an access log. */
export interface Access {
  readonly client: string;
  readonly user: string;
  readonly time: string;
  readonly request: string;
  readonly status: number;
  readonly bytes: number | undefined;
  readonly referrer: string;
  readonly agent: string;
}

/** Reads a line of an access log; `undefined` for a line of any other form. */
export function parseAccess(line: string): Access | undefined {
  // TODO(you): where could your expression go on in more than one way, and what does it do if that fails?
  throw new Error("Not written yet: parseAccess() in this file; begin with the line of the task");
}
