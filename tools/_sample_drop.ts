import { gzipSync } from "node:zlib";
import {
  addRemark,
  changeDays,
  cutRow,
  decimalComma,
  encodeLatin1,
  quoteAll,
  quotePlaces,
  reorder,
  restoreAccents,
} from "./_sample_defects.ts";
import { formatTable, keepDays, keepState, parseTable, type SampleTable } from "./_sample_table.ts";

/** The real rows that the drop folder is cut from. */
export interface DropSources {
  /** seattle-weather.csv. */
  readonly weather: SampleTable;
  readonly zipcodes: SampleTable;
}

/** One file of data/samples/drop/. */
export interface DropFile {
  /** Path below data/samples/drop/. */
  readonly path: string;
  /** What is in it and what is wrong with it, for data/README.md. */
  readonly content: string;
  /** What ingestion should say about it, for data/README.md. */
  readonly verdict: string;
  /** Makes its bytes. */
  readonly build: (sources: DropSources) => Uint8Array;
}

/** The drop folder: each of the 1,461 days is in exactly one file, the copy aside. */
export const DROP_FILES = [
  {
    path: "weather/Seattle Weather 2012 H1.csv",
    content: "good; spaces and capitals in the name",
    verdict: "published",
    build: ({ weather }) => utf8(formatTable(keepDays(weather, "2012-01-01", "2012-06-30"))),
  },
  {
    path: "weather/weather_2012_h2.tsv",
    content: "good; separated by tabs",
    verdict: "published",
    build: ({ weather }) =>
      utf8(formatTable(keepDays(weather, "2012-07-01", "2012-12-31")).replaceAll(",", "\t")),
  },
  {
    path: "weather/weather_2013_q1.csv",
    content: "starts with a UTF-8 byte order mark",
    verdict: "published, without the mark",
    build: ({ weather }) =>
      utf8("\uFEFF" + formatTable(keepDays(weather, "2013-01-01", "2013-03-31"))),
  },
  {
    path: "weather/weather_2013_q2.csv.gz",
    content: "good; gzip",
    verdict: "published",
    build: ({ weather }) => gzip(formatTable(keepDays(weather, "2013-04-01", "2013-06-30"))),
  },
  {
    path: "weather/weather_2013_q3.csv",
    content: "columns in another order, header and rows alike",
    verdict: "whole file rejected: `file-header-order`",
    build: ({ weather }) =>
      utf8(formatTable(reorder(keepDays(weather, "2013-07-01", "2013-09-30"), [0, 2, 3, 1, 5, 4]))),
  },
  {
    path: "weather/weather_2013_q4.csv",
    content: "three ragged rows: 2013-10-11 has 3 columns, 2013-11-07 and 2013-12-12 have 7",
    verdict: "published; 3 rows rejected: `row-columns`",
    build: ({ weather }) =>
      utf8(formatTable(changeDays(keepDays(weather, "2013-10-01", "2013-12-31"), {
        "2013-10-11": cutRow,
        "2013-11-07": decimalComma,
        "2013-12-12": addRemark,
      }))),
  },
  {
    path: "weather/weather_2014_h1.csv",
    content: "good; every field in quotes, lines end with CR LF",
    verdict: "published",
    build: ({ weather }) =>
      utf8(formatTable(quoteAll(keepDays(weather, "2014-01-01", "2014-06-30")), "\r\n")),
  },
  {
    path: "weather/weather_2014_h2.csv",
    content: "good",
    verdict: "published",
    build: buildSecondHalf2014,
  },
  {
    path: "weather/weather_2014_h2_copy.csv",
    content: "the same bytes as `weather_2014_h2.csv`",
    verdict: "duplicate",
    build: buildSecondHalf2014,
  },
  {
    path: "weather/weather_2015.csv",
    content: "good",
    verdict: "published",
    build: ({ weather }) => utf8(formatTable(keepDays(weather, "2015-01-01", "2015-12-31"))),
  },
  {
    path: "weather/weather_2016_h1.csv",
    content: "0 bytes: the export failed",
    verdict: "whole file rejected: `file-empty`",
    build: () => new Uint8Array(),
  },
  {
    path: "zipcodes/zipcodes_de.csv",
    content:
      "Delaware; RFC 4180 quotes around each place, with a comma inside in all rows but one, " +
      "a line end inside in 19703, quotes inside in 19901",
    verdict: "published",
    build: ({ zipcodes }) => utf8(formatTable(quotePlaces(keepState(zipcodes, "DE")))),
  },
  {
    path: "zipcodes/zipcodes_pr.csv",
    content: "Puerto Rico with its accents restored, encoded as ISO 8859-1",
    verdict: "whole file rejected: `file-encoding`",
    build: ({ zipcodes }) => encodeLatin1(formatTable(restoreAccents(keepState(zipcodes, "PR")))),
  },
  {
    path: "zipcodes/zipcodes_ri.csv",
    content: "Rhode Island; good, zip codes start with 0",
    verdict: "published",
    build: ({ zipcodes }) => utf8(formatTable(keepState(zipcodes, "RI"))),
  },
] as const satisfies readonly DropFile[];

/**
 * Builds data/samples/drop/ from the two source files.
 *
 * @returns bytes by path, relative to data/samples/
 */
export function buildDrop(sources: { weather: string; zipcodes: string }): Map<string, Uint8Array> {
  const tables = {
    weather: parseTable(sources.weather),
    zipcodes: parseTable(sources.zipcodes),
  };
  return new Map(DROP_FILES.map((file) => [`drop/${file.path}`, file.build(tables)]));
}

function buildSecondHalf2014({ weather }: DropSources): Uint8Array {
  return utf8(formatTable(keepDays(weather, "2014-07-01", "2014-12-31")));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function gzip(text: string): Uint8Array {
  const bytes = new Uint8Array(gzipSync(text, { level: 9 }));
  // The tenth byte names the operating system; 255 is "unknown", so that each one writes the same file.
  bytes[9] = 255;
  return bytes;
}
