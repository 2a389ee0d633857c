import { zipOf } from "./_zip.ts";

/** What a workbook is made of; what is left out is as in most. */
export interface WorkbookParts {
  /** XML of the rows of each sheet, by its name. */
  readonly sheets: Readonly<Record<string, string>>;
  /** XML of the shared texts. @default none */
  readonly strings?: string;
  /** Their size by the directory. @default as it is */
  readonly stringsSize?: number;
  /** XML of the styles. @default none */
  readonly styles?: string;
  /** @default false */
  readonly is1904?: boolean;
  /** Whether the sheets are files without an element. @default false */
  readonly areEmpty?: boolean;
}

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** Writes a workbook as spreadsheet programs do. */
export function xlsxOf(
  { sheets, strings = "", stringsSize, styles = "", is1904 = false, areEmpty = false }:
    WorkbookParts,
): Uint8Array {
  const names = Object.keys(sheets);
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const relations = (all: readonly string[]) => `<Relationships>${all.join("")}</Relationships>`;
  const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return zipOf([
    { name: "_rels/.rels", content: relations([relation("r1", "officeDocument", "/xl/wb.xml")]) },
    {
      name: "xl/wb.xml",
      content: `<workbook><workbookPr date1904="${is1904}"/><sheets>${
        names.map((name, at) => `<sheet name="${escaped(name)}" sheetId="1" r:id="s${at}"/>`).join(
          "",
        )
      }<sheet name="Chart" r:id="c"/></sheets></workbook>`,
    },
    {
      name: "xl/_rels/wb.xml.rels",
      content: relations([
        ...names.map((_, at) => relation(`s${at}`, "worksheet", `worksheets/sheet${at}.xml`)),
        relation("c", "chartsheet", "chartsheets/sheet1.xml"),
        relation("t", "sharedStrings", "sharedStrings.xml"),
        relation("y", "styles", "styles.xml"),
      ]),
    },
    {
      name: "xl/sharedStrings.xml",
      content: `<sst>${strings}</sst>`,
      ...(stringsSize !== undefined && { size: stringsSize }),
    },
    { name: "xl/styles.xml", content: `<styleSheet>${styles}</styleSheet>` },
    ...names.map((name, at) => ({
      name: `xl/worksheets/sheet${at}.xml`,
      content: areEmpty
        ? `<?xml version="1.0"?>`
        : `<?xml version="1.0" encoding="UTF-8"?>\n<worksheet><sheetData>${
          sheets[name]
        }</sheetData></worksheet>`,
    })),
  ]);
}
