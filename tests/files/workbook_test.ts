import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DataError } from "../../lib/errors/mod.ts";
import { type FileEntry, listArchive, rawChunks, validateFile } from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder } from "./_support.ts";
import { type WorkbookParts, xlsxOf } from "./_xlsx.ts";

async function contentOf(entry: FileEntry | undefined): Promise<string> {
  const decoder = new TextDecoder();
  let content = "";
  if (entry === undefined) return content;
  for await (const chunk of rawChunks(entry)) content += decoder.decode(chunk, { stream: true });
  return content;
}

/** Returns the content of each sheet. */
async function sheetsOf(folder: TempFolder, parts: WorkbookParts): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of listArchive(folder.write("a.xlsx", xlsxOf(parts)))) {
    found[entry.path] = await contentOf(entry);
  }
  return found;
}

function rowOf(cells: string): string {
  return `<row r="1">${cells}</row>`;
}

Deno.test("listArchive() makes each sheet of a workbook a CSV file", ON_DISK, async () => {
  using folder = new TempFolder();
  const cell = (value: number) => rowOf(`<c r="A1"><v>${value}</v></c>`);
  const sheets = { 'Z & "q"': cell(1), "a/b": cell(2), "none": "" };
  assertEquals(await sheetsOf(folder, { sheets }), {
    'a.xlsx/Z & "q".csv': "1\n",
    "a.xlsx/a_b.csv": "2\n",
    "a.xlsx/none.csv": "",
  });
});

const STYLES = `<numFmts><numFmt numFmtId="164" formatCode="[$-407]d/\\m mmm yyyy"/>` +
  `<numFmt numFmtId="165" formatCode="0.0 &quot;days&quot;"/>` +
  `<numFmt numFmtId="166" formatCode="[hh]:mm"/><numFmt numFmtId="167" formatCode="h AM/PM"/></numFmts>` +
  `<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>` +
  `<xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/></cellXfs>`;
const STRINGS = "<si><t>plain</t></si>" +
  `<si><r><t>ri</t></r><r><rPr/><t xml:space="preserve">ch </t></r><rPh><t>no</t></rPh></si>` +
  '<si><t>a "q", &lt;b&gt;_x000D_\n&#233;</t></si><si><t><![CDATA[c&d]]></t></si>';

const CELLS = [
  ["a shared text", '<c t="s"><v>0</v></c>', "plain"],
  ["a text in pieces", '<c t="s"><v>1</v></c>', "rich "],
  ["a text to be quoted", '<c t="s"><v>2</v></c>', '"a ""q"", <b>\r\né"'],
  ["a text in CDATA", '<c t="s"><v>3</v></c>', "c&d"],
  ["a text of its own", '<c t="inlineStr"><is><t>a,b</t></is></c>', '"a,b"'],
  ["the text of a formula", '<c t="str"><f>A2</f><v>x</v></c>', "x"],
  ["a formula's number", "<c><f>1+1</f><v>2</v></c>", "2"],
  ["a boolean", '<c t="b"><v>1</v></c>', "true"],
  ["an error", '<c t="e"><v>#N/A</v></c>', "#N/A"],
  ["an ISO date", '<c t="d"><v>2024-01-31</v></c>', "2024-01-31"],
  ["a long number", "<c><v>12345678901234567890</v></c>", "12345678901234567890"],
  ["a number of 17 digits", "<c><v>12345678901234567</v></c>", "12345678901234567"],
  ["a double of 17 digits", "<c><v>1.1000000000000001</v></c>", "1.1"],
  ["a double that needs them", "<c><v>-0.30000000000000004</v></c>", "-0.30000000000000004"],
  ["more than a double", "<c><v>0.12345678901234567891</v></c>", "0.12345678901234567891"],
  ["a large double", "<c><v>1E+18</v></c>", "1E+18"],
  ["a date", '<c s="1"><v>45351</v></c>', "2024-02-29"],
  ["a date with a time", '<c s="1"><v>45351.5</v></c>', "2024-02-29T12:00:00"],
  ["midnight", '<c s="2"><v>45351</v></c>', "2024-02-29T00:00:00"],
  ["a time that is rounded", '<c s="2"><v>45351.520833333336</v></c>', "2024-02-29T12:30:00"],
  ["milliseconds", '<c s="2"><v>45351.00000001157</v></c>', "2024-02-29T00:00:00.001"],
  ["a format of one's own", '<c s="3"><v>1</v></c>', "1900-01-01"],
  ["the last day before the false one", '<c s="1"><v>59</v></c>', "1900-02-28"],
  ["the day that 1900 did not have", '<c s="1"><v>60</v></c>', "60"],
  ["the day after it", '<c s="1"><v>61</v></c>', "1900-03-01"],
  ["a date before all", '<c s="1"><v>-1</v></c>', "-1"],
  ["a date after all", '<c s="1"><v>2958466</v></c>', "2958466"],
  ["a date from 1904 on", '<c s="1"><v>0</v></c>', "1904-01-01", true],
  ["a later one", '<c s="2"><v>42495.5</v></c>', "2020-05-06T12:00:00", true],
  ["letters that are no date", '<c s="4"><v>3.5</v></c>', "3.5"],
  ["hours beyond 24", '<c s="5"><v>1.2604166666666667</v></c>', "30:15:00"],
  ["a time", '<c s="6"><v>0.75</v></c>', "18:00:00"],
] as const;

for (const is1904 of [false, true]) {
  Deno.test(
    `a sheet's cells become the text that they stand for, dates from ${is1904 ? 1904 : 1900} on`,
    ON_DISK,
    async () => {
      using folder = new TempFolder();
      const cells = CELLS.filter(([, , , from1904]) => (from1904 ?? false) === is1904);
      const s = cells.map(([, cell], at) => `<row r="${at + 1}">${cell}</row>`).join("");
      const found = await sheetsOf(folder, {
        sheets: { s },
        strings: STRINGS,
        styles: STYLES,
        is1904,
      });
      const expected = cells.map(([, , text]) => `${text}\n`).join("");
      assertEquals(found["a.xlsx/s.csv"], expected);
    },
  );
}

Deno.test(
  "a sheet's rows are in the lines of their numbers, as wide as the header",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const rows = '<x:row r="2"><x:c r="A2"><x:v>0</x:v></x:c></x:row>' +
      '<row r="4"><c r="A4"><v>1</v></c><c r="C4"><v>3</v></c><c r="D4" s="1"/></row>' +
      '<row r="5"><c r="B5"><v>2</v></c></row><row r="7"><c r="E7"><v>5</v></c></row>' +
      '<row r="8"><c r="A8" s="1"/></row><row><c><v>9</v></c><c><v>8</v></c></row><row r="11"/>';
    const [sheet] = listArchive(folder.write("a.xlsx", xlsxOf({ sheets: { s: rows } })));
    assertEquals(await contentOf(sheet), "\n0\n\n1,,3\n,2\n\n,,,,5\n\n9,8\n");
    if (sheet === undefined) return;
    const lines: unknown[] = [];
    const { rowsWritten, columns } = await validateFile(sheet, {
      dialect: { header: 4, delimiter: ";", encoding: "utf-16", quote: "'" },
      onReject: ({ place }) => lines.push(place.line),
    });
    assertEquals([rowsWritten, columns, lines], [2, ["1", "_c1", "3"], [7]]);
  },
);

Deno.test("a sheet that cannot be read whole is rejected, with the place", ON_DISK, async () => {
  using folder = new TempFolder();
  for (
    const [rows, code, said, parts] of [
      [rowOf('<c r="A1"><f>B1</f></c>'), "file-archive", "formula in cell A1"],
      [rowOf('<c r="B1"><f>A1</f><v></v></c>'), "file-archive", "formula in cell B1"],
      [rowOf('<c t="s"><v>7</v></c>'), "file-archive", "no text 7"],
      [rowOf('<c r="B1"><v>1</v></c><c r="A1"><v>1</v></c>'), "file-archive", "cell A1"],
      [rowOf('<c r="A2"><v>1</v></c>'), "file-archive", "cell A2"],
      [`${rowOf("")}${rowOf("")}`, "file-archive", "row 1 comes after row 1"],
      ['<row r="1048577"></row>', "file-archive", "row 1048577"],
      [rowOf("<c><v>1</c>"), "file-corrupt", "no XML"],
      [rowOf("<c><v>&lol;</v></c>"), "file-corrupt", "no XML"],
      ["", "file-corrupt", "it has no element", { areEmpty: true }],
      [rowOf('<c r="A1"><f>B1</f></c>'), "file-archive", "save it, or save its sheets as CSV$"],
      ["", "file-archive", "more than", { stringsSize: 2 ** 26 + 1 }],
    ] as const
  ) {
    const { strings = "", ...rest } = { strings: STRINGS, ...parts };
    const wanted = said === "more than" ? "expected at most" : said;
    await assertRejects(
      () => sheetsOf(folder, { sheets: { s: rows }, strings, ...rest }),
      DataError,
    ).then((error) => {
      assertEquals(error.code, code, said);
      assertMatch(error.message, new RegExp(wanted));
    });
  }
});
