/** Folders whose imports have rules. */
const ROOTS = ["lib", "phases", "tools", "tests"];

/** Place of a source file in the project. */
export interface LintPlace {
  /** The file's path from the project's root, with slashes. */
  readonly path: string;
  /** The first folder: `lib`, `phases`, `tools`, `tests`; empty for others. */
  readonly root: string;
  /** The area of a file in lib; empty for others. */
  readonly area: string;
}

/** Finds a file's place from its full or relative path. */
export function lintPlace(filename: string): LintPlace {
  const project = new URL("..", import.meta.url).pathname;
  const posix = filename.replaceAll("\\", "/").replace(/^file:\/\//, "");
  const path = posix.startsWith(project)
    ? posix.slice(project.length)
    : posix.replace(/^\.?\//, "");
  const [root = "", area = ""] = path.split("/");
  return ROOTS.includes(root)
    ? { path, root, area: root === "lib" && path.split("/").length > 2 ? area : "" }
    : { path, root: "", area: "" };
}

/** Returns the path from the project's root that a relative import means, or `undefined` for a package. */
export function importedPath(place: LintPlace, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const url = new URL(specifier, `file:///${place.path}`);
  return decodeURIComponent(url.pathname).slice(1);
}

/** Returns the folder part of a path, with its slash. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
