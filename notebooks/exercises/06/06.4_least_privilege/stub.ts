// deno-lint-ignore-file no-unused-vars
/** Where data comes from. */
export type Source =
  | { readonly type: "api"; readonly url: string; readonly token?: string }
  | { readonly type: "files"; readonly path: string };

/** What a pipeline is. */
export interface Config {
  readonly lake: string;
  readonly audit: string;
  readonly sources: readonly Source[];
}

/** Returns the flags for `deno run`. */
export function permissions(config: Config): string[] {
  // TODO(you): what does each source need, and what does a flag without values mean?
  throw new Error("Not written yet: permissions() in this file; begin with a folder of files");
}
