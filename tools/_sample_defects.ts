import type { SampleTable } from "./_sample_table.ts";

/** Puts the columns into another order, header and rows alike: valid CSV that a reader by position loads wrongly. */
export function reorder(table: SampleTable, order: readonly number[]): SampleTable {
  const move = (line: string) => {
    const fields = line.split(",");
    return order.map((index) => fields[index]).join(",");
  };
  return { header: move(table.header), rows: table.rows.map(move) };
}

/** Changes the row of each named day; a day without a row is a mistake in the tool. */
export function changeDays(
  table: SampleTable,
  changes: Readonly<Record<string, (row: string) => string>>,
): SampleTable {
  const left = new Set(Object.keys(changes));
  const rows = table.rows.map((row) => {
    const day = row.slice(0, 10);
    left.delete(day);
    return changes[day]?.(row) ?? row;
  });
  if (left.size > 0) throw new Error(`Cannot damage rows: no row for ${[...left].join(", ")}`);
  return { header: table.header, rows };
}

/** Cuts a row short, as a full disk does. */
export function cutRow(row: string): string {
  return row.split(",").slice(0, 3).join(",");
}

/** Writes the decimal point of the precipitation as a comma, without quotes: one column too many. */
export function decimalComma(row: string): string {
  return row.replace(/^([^,]*,\d+)\./, "$1,");
}

/** Adds a remark after the last column. */
export function addRemark(row: string): string {
  return `${row},gauge cleaned`;
}

/** Puts quotes around every field, as some exporters always do; the values stay. */
export function quoteAll(table: SampleTable): SampleTable {
  const quote = (line: string) => line.split(",").map((field) => `"${field}"`).join(",");
  return { header: quote(table.header), rows: table.rows.map(quote) };
}

/** The two places of Delaware whose quoted name holds more than a comma. */
const SPECIAL_PLACES: Readonly<Record<string, string>> = {
  // A line end inside the quotes, as from a form with an address field of two lines.
  "19703": "Claymont\nDE",
  // Quotes inside the quotes, doubled as RFC 4180 asks.
  "19901": `Dover ""The Capital City"", DE`,
};

/** Writes the place as `"Dover, DE"`: an embedded comma in each row, a line end and quotes in one row each. */
export function quotePlaces(table: SampleTable): SampleTable {
  const rows = table.rows.map((row) => {
    const [zip = "", latitude, longitude, city, state, county] = row.split(",");
    const place = SPECIAL_PLACES[zip] ?? `${city}, ${state}`;
    return [zip, latitude, longitude, `"${place}"`, state, county].join(",");
  });
  return { header: table.header, rows };
}

/** Places of Puerto Rico as they are spelt there; the source file lost the accents. */
const SPANISH_NAMES: Readonly<Record<string, string>> = {
  "Anasco": "Añasco",
  "Angeles": "Ángeles",
  "Bayamon": "Bayamón",
  "Boqueron": "Boquerón",
  "Canovanas": "Canóvanas",
  "Castaner": "Castañer",
  "Catano": "Cataño",
  "Comerio": "Comerío",
  "Guanica": "Guánica",
  "Juana Diaz": "Juana Díaz",
  "Las Marias": "Las Marías",
  "Loiza": "Loíza",
  "Manati": "Manatí",
  "Mayaguez": "Mayagüez",
  "Penuelas": "Peñuelas",
  "Rincon": "Rincón",
  "Rio Blanco": "Río Blanco",
  "Rio Grande": "Río Grande",
  "San German": "San Germán",
  "San Sebastian": "San Sebastián",
};

/** Gives the places and municipalities of Puerto Rico their accents back. */
export function restoreAccents(table: SampleTable): SampleTable {
  const rows = table.rows.map((row) =>
    row.split(",").map((field) => SPANISH_NAMES[field] ?? field).join(",")
  );
  return { header: table.header, rows };
}

/** Encodes text as ISO 8859-1. */
export function encodeLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
