/** A file spoilt by one of the rules of the Pollock benchmark (Vitagliano et al., VLDB 2023), with what is good in it. */
export interface DirtyFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Rows that a reader may give: those of the clean table. */
  readonly clean: readonly Row[];
  /** How many of them the rule has left whole. */
  readonly good: number;
}

type Row = readonly string[];

/** How a table is written as text. */
interface Form {
  readonly delimiter?: string;
  readonly quote?: string;
  readonly escape?: string;
  readonly end?: string;
}

const HEADER = ["DATE", "TIME", "Qty", "PRODUCTID", "Price", "Type", "Description", "URL", "Notes"];
const ROWS = 83;

/** The table that all files are made from: one of orders, with the commas, quotes and gaps that such tables have. */
const TABLE: readonly Row[] = Array.from({ length: ROWS }, (_, at) => {
  const id = `${["MG", "RI", "CC", "YY"][at % 4]}-${8769 - 61 * at}`;
  return [
    `${String(1 + at % 28).padStart(2, "0")}/0${1 + at % 9}/2018`,
    `${String(at % 24).padStart(2, "0")}:${String(15 * (at % 4)).padStart(2, "0")}`,
    String(at % 7),
    id,
    `$${(4.05 + 0.83 * at).toFixed(2)}`,
    ["Hiking Boots", "Throw Pillow, Paddles", 'Table, Round 48"', "Women's  Fly Rod 8 Wt."][at % 4],
    ["Light and quick.", "Soft, warm, dry.", `An 8'9" rod for her.`, "Warm - by day; by night"][
      at % 4
    ],
    `https://www.example.com/product/${id}.html`,
    "",
  ] as Row;
});

/** Makes the files of all rules; `step` leaves out rows of the rules that spoil one row. */
export function* dirtyFiles(step: number): Generator<DirtyFile> {
  yield* wholeFiles();
  yield* headers();
  yield* tables();
  for (let at = 0; at < ROWS; at += step) yield* spoiltRows(at);
}

function* wholeFiles(): Generator<DirtyFile> {
  const file = (name: string, form: Form, change = (text: string): string | Uint8Array => text) => (
    { name, content: change(write([HEADER, ...TABLE], form)), clean: TABLE, good: ROWS }
  );
  yield file("source", {});
  for (const delimiter of [";", "|", "\t", " ", ", "]) {
    yield file(`file_field_delimiter_${hex(delimiter)}`, { delimiter });
  }
  for (const end of ["\n", "\r"]) yield file(`file_record_delimiter_${hex(end)}`, { end });
  yield file("file_quotation_char_0x27", { quote: "'" });
  yield file("file_escape_char_0x5C", { escape: "\\" });
  yield file("file_no_trailing_newline", {}, (text) => text.trimEnd());
  yield file("file_double_trailing_newline", {}, (text) => `${text}\r\n`);
  yield file("file_encoding_utf_16", {}, (text) => utf16(`\ufeff${text}`));
  yield file("file_encoding_utf_8_mark", {}, (text) => `\ufeff${text}`);
  const accents = TABLE.map((row) => row.map((value) => value.replace("Hiking", "Hïkíng")));
  const latin1 = Uint8Array.from(write([HEADER, ...accents]), (char) => char.charCodeAt(0));
  yield { name: "file_encoding_latin_1", content: latin1, clean: accents, good: ROWS };
}

function* headers(): Generator<DirtyFile> {
  const file = (name: string, rows: readonly Row[], clean: readonly Row[] = TABLE) => (
    { name, content: write(rows), clean, good: clean.length }
  );
  yield file("file_header_only", [HEADER], []);
  yield file("file_no_header", TABLE);
  const [one = []] = TABLE;
  yield file("file_one_data_row", [HEADER, one], [one]);
  const above = HEADER.map((_, at) => at === 1 ? "HEADER" : "");
  for (const more of [1, 2]) {
    const names = Array.from({ length: more }, () => above);
    yield file(`file_header_multirow_${more + 1}`, [...names, HEADER, ...TABLE]);
  }
  for (const [at, name] of [[0, ""], [2, ""], [8, ""], [0, "HEAD/%R"], [8, "HEADER".repeat(1e4)]]) {
    const names = HEADER.map((old, i) => i === at ? String(name) : old);
    yield file(`column_header_${at}_${String(name).slice(0, 7)}`, [names, ...TABLE]);
  }
  yield file("column_header_nonunique", [HEADER.map((old, at) => at < 2 ? "SAME" : old), ...TABLE]);
}

function* tables(): Generator<DirtyFile> {
  const wide = (text: string): Row => HEADER.map((_, at) => at === 0 ? text : "");
  for (const delimited of [true, false]) {
    for (const gap of [true, false]) {
      const how = `${delimited ? "" : "not_"}delimited${gap ? "_empty_row" : ""}`;
      const lines = (text: string) => [1, 2, 3].map(() => delimited ? wide(text) : [text]);
      const empty = gap ? [delimited ? wide("") : [""]] : [];
      const preamble = [...lines("PREAMBLE"), ...empty, HEADER, ...TABLE];
      const footnote = [HEADER, ...TABLE, ...empty, ...lines("FOOTNOTE")];
      const about = { clean: TABLE, good: ROWS };
      yield { name: `file_preamble_3_${how}`, content: write(preamble), ...about };
      yield { name: `file_footnote_3_${how}`, content: write(footnote), ...about };
    }
  }
  for (const [what, width] of [["less", 8], ["same", 9], ["more", 10]] as const) {
    const other = [HEADER, ...TABLE].map((row) => [...row, "x"].slice(0, width));
    const rows = [HEADER, ...TABLE, ...other];
    yield { name: `file_multitable_${what}`, content: write(rows), clean: TABLE, good: ROWS };
  }
}

/** One row with other delimiters, one field too many or too few, or a quote too many. */
function* spoiltRows(at: number): Generator<DirtyFile> {
  const lines = [HEADER, ...TABLE].map((row) => row.map((value) => quoted(value)));
  const file = (name: string, line: string): DirtyFile => {
    const text = lines.map((fields, i) => i === at + 1 ? line : fields.join(","));
    return { name, content: text.join("\r\n") + "\r\n", clean: TABLE, good: ROWS - 1 };
  };
  const fields = lines[at + 1] ?? [];
  // Not a comma and a space: values stay as they were sent, with the space.
  for (const delimiter of [";", " ", "\t"]) {
    const spoilt = (TABLE[at] ?? []).map((value) => quoted(value, { delimiter }));
    yield file(`row_field_delimiter_${at}_${hex(delimiter)}`, spoilt.join(delimiter));
  }
  for (const col of HEADER.keys()) {
    const more = [...fields.slice(0, col), "", ...fields.slice(col)];
    yield file(`row_more_sep_row${at}_col${col}`, more.join(","));
    const extra = fields.map((value, i) => i === col ? `"${value}` : value);
    yield file(`row_extra_quote${at}_col${col}`, extra.join(","));
    if (col === 0) continue;
    const less = [...fields.slice(0, col - 1), (fields[col - 1] ?? "") + (fields[col] ?? "")];
    yield file(`row_less_sep_row${at}_col${col}`, [...less, ...fields.slice(col + 1)].join(","));
  }
}

function write(rows: readonly Row[], form: Form = {}): string {
  const { delimiter = ",", end = "\r\n" } = form;
  return rows.map((row) => row.map((value) => quoted(value, form)).join(delimiter) + end).join("");
}

function quoted(value: string, form: Form = {}): string {
  const { delimiter = ",", quote = '"', escape = quote } = form;
  const isPlain = !value.includes(delimiter.charAt(0)) && !value.includes(quote);
  return isPlain ? value : quote + value.replaceAll(quote, escape + quote) + quote;
}

function utf16(text: string): Uint8Array {
  return new Uint8Array(Uint16Array.from(text, (char) => char.charCodeAt(0)).buffer);
}

function hex(text: string): string {
  return [...text].map((char) => `0x${char.charCodeAt(0).toString(16)}`).join("_");
}
