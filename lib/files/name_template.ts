import { basename } from "node:path";
import { preparedExtension } from "./record_format.ts";
import { standardName } from "./standard_name.ts";

/** What a name can be made of, with a pattern of each. */
const PLACES: Readonly<Record<string, string>> = {
  source: "[a-z0-9]+(?:_[a-z0-9]+)*",
  date: "\\d{4}-\\d\\d-\\d\\d",
  seq: "\\d{3,}",
  hash8: "[0-9a-f]{8}",
  ext: "(?:csv|jsonl)\\.gz",
};
const LONGEST = 120;

/** What is known of a file that gets a name. */
export interface NamedFile {
  /** Path or name as it is. */
  readonly path: string;
  /** Its modification time, in ms since 1970. */
  readonly mtimeMs: number;
  /** Its number among the files that are named together, from 1. */
  readonly seq: number;
  /** Lower-case hex sha256 of its bytes. */
  readonly sha256: string;
}

/** Names of files by a template such as `{source}_{date}_{seq}_{hash8}.{ext}`. */
export class NameTemplate {
  /** Whether a name says what is in a file, which must be read for it. */
  readonly needsHash: boolean;
  readonly #text: string;
  readonly #form: RegExp;

  /**
   * Reads a template: letters, digits, `_`, `-`, `.` and the places `{source}` (its name in lower snake case), `{date}` (of
   * its last change, UTC), `{seq}` (three digits or more), `{hash8}` (of its bytes) and `{ext}`, which it ends with.
   *
   * @throws {RangeError} If it is no such template; the message says what it must be.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   *
   * const template = new NameTemplate("{source}_{date}.{ext}");
   * const file = { mtimeMs: 0, seq: 1, sha256: "" };
   * const name = template.nameOf({ ...file, path: "in/My Sales.tsv" });
   * assertEquals(name, "my_sales_1970-01-01.csv.gz");
   * assertEquals(template.nameOf({ ...file, path: name, mtimeMs: 1e12 }), name);
   * ```
   */
  constructor(text: string) {
    const places = Array.from(text.matchAll(/\{(\w+)\}/g), ([, place = ""]) => place);
    const isKnown = places.every((place) => Object.hasOwn(PLACES, place));
    // An underscore or a dot in front would hide a file from engines.
    const isSafe = /^[A-Za-z0-9][\w.-]*$/.test(text.replaceAll(/\{\w+\}/g, "x"));
    const isTwice = new Set(places).size < places.length;
    if (!isKnown || isTwice || !isSafe || !text.endsWith(".{ext}")) {
      const known = Object.keys(PLACES).map((place) => `{${place}}`).join(" ");
      throw new RangeError(
        `letters, digits, "_", "-" and "." with some of ${known}, each once, and .{ext} at its end`,
      );
    }
    if (text.length > LONGEST) throw new RangeError(`at most ${LONGEST} characters`);
    this.needsHash = places.includes("hash8");
    this.#text = text;
    const pattern = text.replaceAll(/[.-]/g, "\\$&")
      .replaceAll(/\{(\w+)\}/g, (_, place) => PLACES[place] ?? "");
    this.#form = new RegExp(`^${pattern}$`);
  }

  /** Returns the name of a file; one that has a name of this form keeps it. */
  nameOf({ path, mtimeMs, seq, sha256 }: NamedFile): string {
    const name = basename(path);
    if (this.#form.test(name) && name.length <= LONGEST + 100) return name;
    const values: Readonly<Record<string, string>> = {
      source: standardName(path),
      date: new Date(mtimeMs).toISOString().slice(0, 10),
      seq: String(seq).padStart(3, "0"),
      hash8: sha256.slice(0, 8),
      ext: preparedExtension(path).slice(1),
    };
    return this.#text.replaceAll(/\{(\w+)\}/g, (_, place) => values[place] ?? "");
  }
}
