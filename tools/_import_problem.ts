import { CLOSED_SETS } from "./closed_sets.ts";
import { folderOf, importedPath, type LintPlace } from "./_lint_place.ts";

/** The one file that may import the SQLite package. */
const SQLITE_FILE = "lib/db/_driver.ts";

/** Says what is wrong with an import by the rules of the house, or returns `undefined`. */
export function importProblem(place: LintPlace, specifier: string): string | undefined {
  if (specifier === "node:sqlite" && place.path !== SQLITE_FILE) {
    return place.root === ""
      ? undefined
      : `Only ${SQLITE_FILE} imports node:sqlite; use lib/db/mod.ts`;
  }
  const target = importedPath(place, specifier);
  if (target === undefined) return undefined;
  return internalProblem(place, target) ?? areaProblem(place, target);
}

function internalProblem(place: LintPlace, target: string): string | undefined {
  const name = target.slice(target.lastIndexOf("/") + 1);
  if (!name.startsWith("_") || folderOf(place.path).startsWith(folderOf(target))) return undefined;
  // What tests share (a power loss, a lock holder) is next to the tests that need it most.
  if (place.root === "tests" && target.startsWith("tests/")) return undefined;
  return `"${target}" is internal to ${folderOf(target)}`;
}

function areaProblem(place: LintPlace, target: string): string | undefined {
  const [root, area, ...rest] = target.split("/");
  // Tests are next to the area they test and may import its public files one by one.
  if (root !== "lib" || area === place.area || place.root === "tests") return undefined;
  return rest.at(-1) === "mod.ts" || CLOSED_SETS.includes(target)
    ? undefined
    : `lib/${area} is imported through lib/${area}/mod.ts`;
}
