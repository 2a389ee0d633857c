/**
 * The configuration names all that a run has to touch, and so the permissions can be computed from it, each time. A list
 * that is kept by hand is too wide after the third source, since nobody dares to take anything out.
 *
 * A flag without a list allows everything: `--allow-net` alone is the whole internet. So a list that is empty must leave its flag
 * out, which is the one line here that must not be forgotten.
 *
 * A host without a port is every port of it, also that of the database next to the API.
 *
 * Sources are read. A run that cannot write them cannot destroy what it was given, whatever its code does.
 *
 * What cannot be granted exactly is refused: a comma would split a path into two, and the second is somebody else's.
 *
 * @module
 */
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
export function permissions({ lake, audit, sources }: Config): string[] {
  const apis = sources.filter((source) => source.type === "api");
  const folders = sources.filter((source) => source.type === "files").map(({ path }) => path);
  const write = [lake, audit];
  const read = [...folders, ...write];
  const odd = read.find((path) => path.includes(","));
  if (odd !== undefined) throw new TypeError(`Cannot grant "${odd}": it has a comma`);
  return [
    "--no-prompt",
    ...flag("net", apis.map(({ url }) => hostOf(new URL(url)))),
    ...flag("read", read),
    ...flag("write", write),
    ...flag("env", apis.flatMap(({ token = "" }) => namesIn(token))),
  ];
}

function flag(name: string, values: readonly string[]): string[] {
  const each = [...new Set(values)];
  return each.length === 0 ? [] : [`--allow-${name}=${each.join(",")}`];
}

function hostOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

function namesIn(token: string): string[] {
  return Array.from(token.matchAll(/\$\{(\w+)\}/g), ([, name = ""]) => name);
}
