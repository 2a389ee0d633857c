/** Bytes of a name, on every file system in use. */
const LONGEST_NAME = 255;

/** Says what a path must be like that no file system can have; `undefined` if one can. */
export function oddName(path: string): string | undefined {
  if (path.includes("\0")) return "a path without NUL";
  const bytes = (name: string) => new TextEncoder().encode(name).length;
  return path.split(/[\\/]/).some((name) => bytes(name) > LONGEST_NAME)
    ? `names of at most ${LONGEST_NAME} bytes`
    : undefined;
}
