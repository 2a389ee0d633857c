import { parse } from "@std/csv";
import { type RecordBytes, splitLines } from "./_records.ts";

const ENCODER = new TextEncoder();

/** Columns of the sample, the name that the API gives them, and whether they are numbers. */
const COLUMNS: Readonly<Record<string, { readonly name: string; readonly number?: true }>> = {
  "Airport Name": { name: "airport_name" },
  "Aircraft Make Model": { name: "aircraft_make_model" },
  "Effect Amount of damage": { name: "damage" },
  "Flight Date": { name: "flight_date" },
  "Aircraft Airline Operator": { name: "operator" },
  "Origin State": { name: "origin_state" },
  "Phase of flight": { name: "phase_of_flight" },
  "Wildlife Size": { name: "wildlife_size" },
  "Wildlife Species": { name: "wildlife_species" },
  "Time of day": { name: "time_of_day" },
  "Cost Other": { name: "cost_other", number: true },
  "Cost Repair": { name: "cost_repair", number: true },
  "Cost Total $": { name: "cost_total", number: true },
  "Speed IAS in knots": { name: "speed_knots", number: true },
};

/** Turns the sample's rows into records with an id and typed fields; an empty number is null. */
export function toStrikeRecords(csv: string): RecordBytes[] {
  const [header = [], ...rows] = csv.includes('"') ? parse(csv) : splitPlain(csv);
  const columns = header.map((title) => COLUMNS[title] ?? { name: title });
  const lines = rows.map((row, index) => {
    const record: Record<string, unknown> = { id: strikeId(index) };
    for (const [at, { name, number }] of columns.entries()) {
      const text = row[at] ?? "";
      record[name] = number ? (text === "" ? null : Number(text)) : text;
    }
    return JSON.stringify(record);
  });
  return splitLines(ENCODER.encode(lines.join("\n")));
}

/** Names the strike at a place in the sample; the FAA's file has no key of its own. */
export function strikeId(index: number): string {
  return `S${String(index + 1).padStart(6, "0")}`;
}

function splitPlain(csv: string): string[][] {
  return csv.split(/\r?\n/).filter((line) => line !== "").map((line) => line.split(","));
}
