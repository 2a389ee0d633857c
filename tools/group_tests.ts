/**
 * Writes a file for each group of test files, which imports them. For each file that it is given the runtime loads lib
 * anew, which took a third of the tests' time when they were given one by one.
 *
 * @module
 */

/** Where the groups are written; git ignores it. */
const FOLDER = ".test_groups";

/** Files of a group; they run one after the other, and groups in parallel. */
const MOST = 12;

/** The same of a folder whose tests take longest: none should be the last to end. */
const MOST_LONG = 6;

/** Folders whose tests take longest, which therefore begin first. */
const LONG = ["pipeline", "cli"];

/** Folders whose tests mostly wait for processes of their own: each file is a group. */
const ALONE = ["e2e", "phases", "crash", "simulation"];

/**
 * Divides test files into groups: those of one folder load the same modules.
 *
 * @param files Paths from the project's root, with slashes.
 * @returns The groups in the order in which they should begin.
 */
export function groupTests(files: readonly string[]): string[][] {
  const areaOf = (path: string) => path.split("/")[1] ?? "";
  const sorted = files.toSorted();
  const alone = ALONE.flatMap((area) => sorted.filter((path) => areaOf(path) === area));
  const areas = Map.groupBy(sorted.filter((path) => !alone.includes(path)), areaOf);
  const others = [...areas].filter(([area]) => !LONG.includes(area)).map(([, files]) => files);
  return [
    ...LONG.flatMap((area) => chunks(areas.get(area) ?? [], MOST_LONG)),
    ...alone.map((path) => [path]),
    ...others.sort((a, b) => b.length - a.length).flatMap((files) => chunks(files, MOST)),
  ];
}

/** As few and as equal ones as possible. */
function chunks(files: readonly string[], most: number): string[][] {
  const count = Math.ceil(files.length / most);
  const start = (index: number) => Math.round(index * files.length / count);
  return Array.from({ length: count }, (_, index) => files.slice(start(index), start(index + 1)));
}

function testFiles(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? testFiles(path) : name.endsWith("_test.ts") ? [path] : [];
  });
}

if (import.meta.main) {
  Deno.mkdirSync(FOLDER, { recursive: true });
  for (const { name } of [...Deno.readDirSync(FOLDER)]) Deno.removeSync(`${FOLDER}/${name}`);
  for (const [index, files] of groupTests(testFiles("tests")).entries()) {
    const name = files[0]?.split("/").slice(1).join("-").replace(/(?:_test)?\.ts$/, "");
    const text = files.map((path) => `import "../${path}";\n`).join("");
    Deno.writeTextFileSync(`${FOLDER}/${String(index + 1).padStart(2, "0")}-${name}.ts`, text);
  }
}
