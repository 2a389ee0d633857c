import type { FileEntry } from "./file_entry.ts";

/** What its workbook says about a sheet. */
export interface Sheet {
  /** Texts that cells name by number. @default none */
  readonly strings?: FileEntry | undefined;
  /** How cells are shown, which alone tells a date from a number. @default none */
  readonly styles?: FileEntry | undefined;
  /** Whether dates are counted from 1904 on, not from 1900. */
  readonly is1904: boolean;
}

const ATTRIBUTE = /([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" },
};

/** Whether a name says that a file is a workbook of sheets. */
export function isWorkbook(path: string): boolean {
  return /\.xlsx$/i.test(path);
}

/**
 * Returns the sheets of rows in a workbook (ECMA-376), hidden ones too, as CSV files below it: `in/a.xlsx/Orders.csv`.
 *
 * @param members The files in it.
 * @param textOf Unpacks one.
 * @returns Why not, if there is none.
 */
export function sheetsIn(
  workbook: FileEntry,
  members: readonly FileEntry[],
  textOf: (member: FileEntry) => string,
): FileEntry[] | string {
  const prefix = `${workbook.path}/`;
  const find = (name: string) => members.find(({ path }) => path === prefix + name);
  const relationsIn = (name: string, folder: string) => {
    const found = find(name);
    return relations(found === undefined ? "" : textOf(found), folder);
  };
  const root = relationsIn("_rels/.rels", "");
  const main = [...root.values()].find(({ type }) => type === "officeDocument")?.target ?? "";
  const list = find(main);
  if (list === undefined) return "it has no list of its sheets";
  const text = textOf(list);
  const folder = main.slice(0, main.lastIndexOf("/") + 1);
  const related = relationsIn(`${folder}_rels/${main.slice(folder.length)}.rels`, folder);
  const part = (wanted: string) =>
    find([...related.values()].find(({ type }) => type === wanted)?.target ?? "");
  const [properties] = tags(text, "workbookPr");
  const sheet = {
    strings: part("sharedStrings"),
    styles: part("styles"),
    is1904: /^(?:1|true)$/.test(properties?.["date1904"] ?? ""),
  };
  const sheets: FileEntry[] = [];
  for (const { name = "", ...attributes } of tags(text, "sheet")) {
    const id = Object.entries(attributes).find(([key]) => /:id$/.test(key))?.[1] ?? "";
    const { type, target = "" } = related.get(id) ?? {};
    if (type !== "worksheet") continue; // A chart has no rows.
    const found = find(target);
    if (found?.packed === undefined) return `its sheet "${name}" is not in it`;
    // Spreadsheet programs allow none of these, other writers may.
    const path = `${prefix}${name.replaceAll(/[/\\\p{Cc}]/gu, "_")}.csv`;
    sheets.push({ ...found, path, packed: { ...found.packed, sheet } });
  }
  if (new Set(sheets.map(({ path }) => path)).size < sheets.length) {
    return "two of its sheets have one name";
  }
  return sheets.length > 0 ? sheets : "there is no sheet in it";
}

/** Reads what a part of a workbook refers to, by id. */
function relations(
  text: string,
  folder: string,
): Map<string, { readonly type: string; readonly target: string }> {
  return new Map(
    tags(text, "Relationship").map(({ Id = "", Type = "", Target = "" }) => [
      Id,
      {
        type: Type.slice(Type.lastIndexOf("/") + 1),
        target: Target.startsWith("/") ? Target.slice(1) : folder + Target.replace(/^\.\//, ""),
      },
    ]),
  );
}

function tags(text: string, name: string): Record<string, string>[] {
  const tag = new RegExp(`<(?:\\w+:)?${name}\\s((?:[^"'<>]|"[^"]*"|'[^']*')*)>`, "g");
  return [...text.matchAll(tag)].map(([, attributes = ""]) =>
    Object.fromEntries(
      [...attributes.matchAll(ATTRIBUTE)].map(([, key = "", a, b]) => [key, plain(a ?? b ?? "")]),
    )
  );
}

function plain(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
