import { assertEquals } from "@std/assert";
import { normalize, type Row } from "./_normalize.ts";
import type { NormalizeLogOptions } from "../../lib/log_parser/mod.ts";

async function times(
  lines: readonly string[],
  options: Partial<NormalizeLogOptions> = {},
): Promise<Row[]> {
  return (await normalize(lines.map((line) => `${line} INFO x\n`).join(""), options)).rows;
}

const WRITTEN: readonly (readonly [written: string, utc: string])[] = [
  ["2026-01-01 10:00:00 EST", "2026-01-01T15:00:00.000000Z"],
  ["2026-01-01 10:00:00 WIB", "2026-01-01T03:00:00.000000Z"],
  ["2026-01-01 10:00:00 SAST", "2026-01-01T08:00:00.000000Z"],
  ["2026-01-01 10:00:00 ACST", "2026-01-01T00:30:00.000000Z"],
  ["2026-01-01 10:00:00 CEST", "2026-01-01T08:00:00.000000Z"],
  ["2026-01-01 10:00:00 +02", "2026-01-01T08:00:00.000000Z"],
  ["2026-01-01 10:00:00 GMT-3:30", "2026-01-01T13:30:00.000000Z"],
  ["2025-07-01 10:00:00 Europe/Berlin", "2025-07-01T08:00:00.000000Z"],
  ["2025-07-01T10:00:00+02:00[Europe/Berlin]", "2025-07-01T08:00:00.000000Z"],
  ["2026-01-01T10:00Z", "2026-01-01T10:00:00.000000Z"],
  ["20260101T100000.5Z", "2026-01-01T10:00:00.500000Z"],
  ["31.12.2025 10:00:00", "2025-12-31T10:00:00.000000Z"],
  ["Thu, 01 Jan 2026 10:00:00 +0100", "2026-01-01T09:00:00.000000Z"],
  ["Thu Jan  1 10:00:00 2026", "2026-01-01T10:00:00.000000Z"],
  ["02. Jan 2026 10:00:00", "2026-01-02T10:00:00.000000Z"],
  ["3. März 2025 10:00:00", "2025-03-03T10:00:00.000000Z"],
  ["03-dic-2025 10:00:00", "2025-12-03T10:00:00.000000Z"],
  ["4 août 2025 10:00:00", "2025-08-04T10:00:00.000000Z"],
  ["31.12.25 10:00:00", "2025-12-31T10:00:00.000000Z"],
  ["1 Jan 2026 10:00:00.25", "2026-01-01T10:00:00.250000Z"],
  ["2025 Oct  9 10:00:00", "2025-10-09T10:00:00.000000Z"],
  ["2025-Oct-09 10:00:00.5", "2025-10-09T10:00:00.500000Z"],
  ["2025 Oct 29 10:00:00:558 GMT +1", "2025-10-29T09:00:00.558000Z"],
  ["Sun  9 Nov 10:00:00 GMT 2025", "2025-11-09T10:00:00.000000Z"],
  ["9 Nov 10:00:00 2025", "2025-11-09T10:00:00.000000Z"],
  ["nov/09/2025 10:00:00", "2025-11-09T10:00:00.000000Z"],
  ["2025-11-09\t10:00:00:052", "2025-11-09T10:00:00.052000Z"],
  ["@4000000037c219bf2ef02e94", "1999-08-24T04:04:05.787492Z"],
];

Deno.test("normalizeLog() reads times and zones as they are written", async () => {
  for (const [written, utc] of WRITTEN) {
    const [row] = await times([written]);
    assertEquals([written, row?.timestamp, row?.timestamp_raw, row?.severity_number], [
      written,
      utc,
      written,
      9,
    ]);
  }
});

/** Names of the IANA database in no folder, and their hours from UTC in July; those that are abbreviations, too, are these. */
const PLACES: Readonly<Record<string, number>> = {
  ...{ CET: 1, MET: 1, EET: 2, WET: 0, CST6CDT: -5, EST5EDT: -4, MST7MDT: -6, PST8PDT: -7 },
  ...{ EST: -5, HST: -10, MST: -7, GB: 1, "GB-Eire": 1, Eire: 1, NZ: 12, "NZ-CHAT": 12.75 },
  ...{ Cuba: -4, Egypt: 3, Hongkong: 8, Iceland: 0, Iran: 3.5, Israel: 3, Jamaica: -5 },
  ...{ Japan: 9, Kwajalein: 12, Libya: 2, Navajo: -6, PRC: 8, Poland: 2, Portugal: 1, ROC: 8 },
  ...{ ROK: 9, Singapore: 8, Turkey: 3, "W-SU": 3, Greenwich: 0, UCT: 0, UTC: 0, Universal: 0 },
  ...{ Zulu: 0, GMT: 0, "GMT+0": 0, "GMT-0": 0, GMT0: 0 },
  ...{ "US/Pacific": -7, "US/Eastern": -4, "US/East-Indiana": -4, "Canada/Eastern": -4 },
  ...{ "Brazil/East": -3, "Chile/EasterIsland": -6, "Mexico/BajaNorte": -7, "Etc/GMT+12": -12 },
  ...{ "America/Port-au-Prince": -4, "America/Argentina/Buenos_Aires": -3, "Asia/Calcutta": 5.5 },
};

/** How a time and a zone are written that belong together. */
const ZONED: readonly (readonly [before: string, after: string])[] = [
  ["2025-07-01 10:00:00 ", " INFO x"],
  ["2025-07-01T10:00:00.000 ", " INFO x"],
  ["[2025-07-01 10:00:00,000 ", "] [42] [INFO] x"],
  ["2025-07-01 10:00:00 (", ") INFO x"],
  ["07/13/2025 10:00:00 AM ", " INFO x"],
  ["Tue Jul  1 10:00:00 ", " 2025 INFO x"],
  ["[01-Jul-2025 10:00:00 ", "] PHP Warning:  x"],
  ["2025-07-01 10:00:00.000 ", " [42] LOG:  x"],
  ["Jul  1 10:00:00 ", " h app: x"],
  ["<13>Jul  1 10:00:00 ", " h app: x"],
  ["Jul  1 10:00:00 ", " INFO x"],
];

Deno.test("normalizeLog() reads each name of a zone that the IANA database has, wherever it is", async () => {
  const names = Object.fromEntries(
    Intl.supportedValuesOf("timeZone").map((name) => {
      const at = Temporal.PlainDateTime.from("2025-07-01T10:00").toZonedDateTime(name);
      return [name, at.offsetNanoseconds / 3.6e12] as const;
    }),
  );
  for (const [name, hours] of Object.entries({ ...names, ...PLACES })) {
    for (const [before, after] of PLACES[name] === undefined ? ZONED.slice(0, 1) : ZONED) {
      const line = before + name + after;
      const [row] = (await normalize(`${line}\n`, { year: 2025 })).rows;
      const day = before.startsWith("07/13") ? 13 : 1;
      const utc = new Date(Date.UTC(2025, 6, day, 10) - hours * 3_600_000).toISOString();
      assertEquals([line, row?.timestamp, row?.tz_source, row?.body], [
        ...[line, utc.replace("Z", "000Z"), "explicit", "x"],
      ]);
    }
  }
});

Deno.test("normalizeLog() takes no time for UTC whose zone has the form of one and is unknown", async () => {
  const names = ["Xyz/Nowhere", "America/Nowhere", "US/Nowhere", "CET-1CEST", "XST5XDT", "CET+5"];
  for (const name of names) {
    for (const [before, after] of ZONED) {
      const line = before + name + after;
      const [row] = (await normalize(`${line}\n`, { year: 2025 })).rows;
      assertEquals([line, row?.timestamp, row?.parse_status, row?.body], [
        ...[line, undefined, "partial", "x"],
      ]);
    }
  }
});

Deno.test("normalizeLog() takes no word of a text for a zone", async () => {
  const texts = ["Japan is far", "GB free: 5", "Read/Write ratio 3", "TCP/IP is up", "Poland: ok"];
  for (const text of texts) {
    const { rows } = await normalize(`2025-07-01 10:00:00 ${text}\n`);
    assertEquals([rows[0]?.timestamp, rows[0]?.tz_source], [
      ...["2025-07-01T10:00:00.000000Z", "assumed_utc"],
    ]);
  }
});

Deno.test("normalizeLog() reads a place in square brackets after a time as its zone", async () => {
  const lines = [
    "2025-07-01T10:00:00[US/Pacific] INFO x",
    "2025-07-01T10:00:00 [US/Pacific] INFO x",
    "[2025-07-01 10:00:00] [PST8PDT] INFO x",
    "2025-07-01T10:00:00-07:00[US/Pacific] INFO x",
  ];
  for (const line of lines) {
    const [row] = (await normalize(`${line}\n`)).rows;
    assertEquals([line, row?.timestamp, row?.severity_number, row?.body], [
      ...[line, "2025-07-01T17:00:00.000000Z", 9, "x"],
    ]);
  }
});

Deno.test("normalizeLog() reads hours with AM and PM, unless they contradict each other", async () => {
  const hours = ["12:05:00 AM", "12:05:00 PM", "13:05:00 PM", "13:05:00 AM", "00:05:00 PM"];
  const rows = await times(hours.map((hour) => `05/13/2025 ${hour}`));
  assertEquals(rows.map(({ timestamp }) => String(timestamp).slice(11, 16)), [
    ...["00:05", "12:05", "13:05", "", ""],
  ]);
});

Deno.test("normalizeLog() leaves out a time whose zone means several, and says so", async () => {
  const [row] = await times(["2026-01-01 10:00:00 IST"]);
  assertEquals([row?.timestamp, row?.parse_status, row?.severity_number], [
    undefined,
    "partial",
    9,
  ]);
});

Deno.test("normalizeLog() orders the numbers of a date once per file, by the file's own dates", async () => {
  const orders = async (lines: readonly string[], options = {}) =>
    (await times(lines, options)).map((
      row,
    ) => [row.date_order, String(row.timestamp).slice(0, 10)]);
  const unknown = [undefined, "undefined"];
  assertEquals(await orders(["07/08/22 10:00:00"]), [unknown]);
  assertEquals(await orders(["07/08/22 10:00:00"], { dateOrder: "mdy" }), [["mdy", "2022-07-08"]]);
  assertEquals(await orders(["03/04/2024 10:00:00", "30/04/2024 10:00:00"]), [
    ["dmy", "2024-04-03"],
    ["dmy", "2024-04-30"],
  ]);
  // Only in one order do these two not fall.
  assertEquals(await orders(["09/01/2024 10:00:00", "01/02/2024 10:00:00"]), [
    ["dmy", "2024-01-09"],
    ["dmy", "2024-02-01"],
  ]);
  const { rows } = await normalize("17/06/09 20:10:40 INFO executor.Backend: up\n");
  assertEquals([rows[0]?.date_order, rows[0]?.timestamp], ["ymd", "2017-06-09T20:10:40.000000Z"]);
});

Deno.test("normalizeLog() decides the year once per file, so that its lines keep their order", async () => {
  const lines = [
    "Nov 20 10:00:00 h a: 1",
    "Nov 28 10:00:00 h a: 2",
    "Dec  5 10:00:00 h a: 3",
    "Jan  5 10:00:00 h a: 4",
  ];
  // Of this file, two lines are later in the year than the file is; it was made in the January after.
  const years = async (mtimeMs: number, options = {}) =>
    (await normalize(lines.join("\n"), { mtimeMs, ...options })).rows.map((row) =>
      String(row.timestamp).slice(0, 4)
    );
  assertEquals(await years(Date.UTC(2026, 10, 26)), ["2025", "2025", "2025", "2026"]);
  assertEquals(await years(0, { year: 2019 }), ["2019", "2019", "2019", "2020"]);
});

/** Dates of a file that was changed on 28 November 2026, as its lines write them, and the years that they have. */
const YEARS: readonly (readonly [dates: string, years: string])[] = [
  // A gap is not a step back, however long it is.
  ["Feb  1, Nov 20", "2026 2026"],
  ["Jan  5, Sep  5, Nov  1", "2026 2026 2026"],
  ["Jan  5, Nov 28", "2026 2026"],
  ["Jan 10, Mar 30, Nov  1", "2026 2026 2026"],
  ["Mar  1, Nov  1, Jan  5", "2025 2025 2026"],
  ["Nov 20, Feb  1, Nov 20", "2025 2026 2026"],
  ["Oct  1, Jul  1", "2025 2026"],
  ["Dec 20, Jan  1, Jun  1, Dec 20, Jan  1", "2024 2025 2025 2025 2026"],
  ["Dec 31, Jan  1", "2025 2026"],
  ["Dec 28, Dec 29", "2025 2025"],
  // Lines that are late.
  ["Nov 20, Nov 18, Nov 21", "2026 2026 2026"],
  ["Nov  1, Oct 15, Nov  2", "2026 2026 2026"],
  ["Dec 31, Jan  1, Dec 31, Jan  1, Feb  1", "2025 2026 2025 2026 2026"],
  ["Dec 20, Jan  2, Dec 25, Jan  3", "2025 2026 2025 2026"],
  ["Jan  1, Dec 31, Jan  1, Jan  2", "2026 2025 2026 2026"],
  // The newest line first.
  ["Mar  5, Mar  4, Mar  3, Mar  2, Nov  1, Oct 31", "2026 2026 2026 2026 2025 2025"],
];

Deno.test("normalizeLog() takes the years of a file from its last change and the order of its lines", async () => {
  const mtimeMs = Date.UTC(2026, 10, 28, 12);
  const written = [
    (date: string) => `${date} 10:00:00 h a: x`,
    (date: string) => `<13>${date} 10:00:00 h a: x`,
    (date: string) => `${date.replace("  ", " 0")} 10:00:00 INFO x`,
    (date: string) => `I${digits(date, "")} 10:00:00.123456  1 a.go:3] x`,
    (date: string) => `${digits(date, "-")} 10:00:00.123  1  2 I Tag: x`,
  ];
  for (const [dates, years] of YEARS) {
    for (const line of written) {
      const text = dates.split(", ").map((date) => `${line(date)}\n`).join("");
      const { rows } = await normalize(text, { mtimeMs });
      const found = rows.map(({ timestamp }) => String(timestamp).slice(0, 4)).join(" ");
      assertEquals([text, found], [text, years]);
    }
  }
});

Deno.test("normalizeLog() gives the first line the configured year, and keeps it over a long gap", async () => {
  const lines = "Feb  1 10:00:00 h a: x\nNov 20 10:00:00 h a: x\nJan  2 10:00:00 h a: x\n";
  const { rows } = await normalize(lines, { year: 2024 });
  assertEquals(rows.map(({ timestamp }) => String(timestamp).slice(0, 4)), [
    ...["2024", "2024", "2025"],
  ]);
});

Deno.test("normalizeLog() takes no new year from a device that starts without its clock", async () => {
  const starts = "Nov 20 10:00:00 h a: x\nJan  1 00:00:05 h a: boot\n".repeat(3);
  const lines = `${starts}Nov 21 10:00:00 h a: x\n`;
  const { rows } = await normalize(lines, { mtimeMs: Date.UTC(2026, 10, 28) });
  const x = rows.filter(({ body }) => body === "x");
  assertEquals(x.map(({ timestamp }) => String(timestamp).slice(0, 4)), [
    ...["2026", "2026", "2026", "2026"],
  ]);
  const boot = rows.find(({ body }) => body === "boot");
  assertEquals([boot?.timestamp, boot?.parse_status], [undefined, "partial"]);
});

Deno.test("normalizeLog() gives a file with 29 February a year that has that day", async () => {
  const lines = "Dec 31 10:00:00 h a: 1\nFeb 29 10:00:00 h a: 2\nMar  1 10:00:00 h a: 3\n";
  const { rows } = await normalize(lines, { mtimeMs: Date.UTC(2026, 5, 1) });
  assertEquals(rows.map(({ timestamp }) => String(timestamp).slice(0, 10)), [
    ...["2023-12-31", "2024-02-29", "2024-03-01"],
  ]);
});

Deno.test("normalizeLog() takes no time for UTC whose zone is followed by a colon, or is none", async () => {
  const { rows } = await normalize(
    "2026-01-01T10:00:00.5+0100: 0.1: [GC]\n2026-01-01T10:00:00.5-08: a\n2026-01-01T10:00:00.5+1:2 b\n",
  );
  assertEquals(rows.map(({ timestamp }) => timestamp), [
    ...["2026-01-01T09:00:00.500000Z", "2026-01-01T18:00:00.500000Z", undefined],
  ]);
});

Deno.test("normalizeLog() refuses every guess when strict", async () => {
  const strict = { strict: true };
  const guessed = ["2024-05-01 10:00:00", "07/08/22 10:00:00Z", "Nov 20 10:00:00 UTC"];
  for (const line of guessed) assertEquals((await times([line], strict))[0]?.timestamp, undefined);
  const [told] = await times(["2024-05-01 10:00:00"], { ...strict, timezone: "UTC" });
  assertEquals([told?.timestamp, told?.tz_source], ["2024-05-01T10:00:00.000000Z", "configured"]);
});

Deno.test("normalizeLog() takes a number for a latency only with a unit, or by its format", async () => {
  const tail = async (text: string) => {
    const line =
      `203.0.113.9 - - [12/Jan/2026:06:29:59 +0100] "GET /a HTTP/1.1" 301 96 "-" "curl/8" ${text}`;
    return (await normalize(line)).rows[0]?.duration_ns;
  };
  assertEquals(await tail("812 2701"), undefined);
  assertEquals(await tail("3"), undefined);
  assertEquals(await tail("37ms"), 37_000_000);
  assertEquals(
    await tail("502 0.001 [default-web-80] [] 10.0.0.5:80 13 0.000 200 04f1"),
    1_000_000,
  );
  assertEquals(await tail('500 "web@docker" "http://10.0.0.5:80" 37ms'), 37_000_000);
});

Deno.test("normalizeLog() reads a numeric level only in a dialect that it knows", async () => {
  const level = async (json: string) =>
    (await normalize(`{"time":"2026-01-01T10:00:00Z",${json}}`)).rows[0]?.severity_number;
  assertEquals(await level('"level":1'), undefined);
  assertEquals(await level('"level":50,"pid":1'), 17);
  assertEquals(await level('"version":"1.1","short_message":"m","level":3'), 17);
  assertEquals(await level('"severityNumber":17'), 17);
  assertEquals(await level('"levelno":20'), 9);
  assertEquals(await level('"reqId":"a","app":"core","level":3'), 17);
});

Deno.test("normalizeLog() reads a shared name of a zone as the user's zone has it, and marks a guess", async () => {
  const cases: readonly [string, string | undefined, string | undefined, string | undefined][] = [
    ["2026-07-01 12:00:00 CST", undefined, "18:00", "assumed_us"],
    ["2026-07-01 12:00:00 CST", "Asia/Shanghai", "04:00", "configured"],
    ["2026-01-01 12:00:00 CST", "America/Chicago", "18:00", "configured"],
    ["2026-07-01 12:00:00 CST", "Europe/Berlin", "18:00", "assumed_us"],
    ["2026-07-01 12:00:00 IST", "Asia/Kolkata", "06:30", "configured"],
    ["2026-07-01 12:00:00 IST", "Europe/Dublin", "11:00", "configured"],
    ["2026-07-01 12:00:00 BST", "Europe/London", "11:00", "configured"],
    ["2026-01-01 12:00:00 BST", "Europe/London", undefined, undefined],
    ["2026-07-01 12:00:00 EDT", "Asia/Shanghai", "16:00", "explicit"],
  ];
  for (const [written, timezone, time, source] of cases) {
    const [row] = await times([written], { timezone });
    assertEquals([written, timezone, row?.timestamp?.toString().slice(11, 16), row?.tz_source], [
      ...[written, timezone, time, source],
    ]);
  }
  const [row] = await times(["2026-07-01 12:00:00 CST"], { strict: true });
  assertEquals([row?.timestamp, row?.parse_status], [undefined, "partial"]);
});

Deno.test("normalizeLog() marks a time that happens twice as clocks go back", async () => {
  const cases: readonly [string, string | undefined, string, string][] = [
    ["2025-10-26 01:59:59", "Europe/Berlin", "25T23:59:59", "configured"],
    ["2025-10-26 02:00:00", "Europe/Berlin", "26T00:00:00", "assumed_earlier"],
    ["Oct 26 02:59:59 h app[7]:", "Europe/Berlin", "26T00:59:59", "assumed_earlier"],
    ["2025-10-26 03:00:00", "Europe/Berlin", "26T02:00:00", "configured"],
    ["2025-10-26 02:30:00 Europe/Berlin", undefined, "26T00:30:00", "assumed_earlier"],
    ["2025-10-26 02:30:00 +01:00", "Europe/Berlin", "26T01:30:00", "explicit"],
  ];
  for (const [written, timezone, time, source] of cases) {
    const [row] = await times([written], { timezone });
    assertEquals([written, row?.timestamp?.toString().slice(8, 19), row?.tz_source], [
      ...[written, time, source],
    ]);
  }
});

Deno.test("normalizeLog() takes no year from elsewhere if one stands next to the date", async () => {
  const lines = [
    "2019 Oct 29 03:06:00 nx1 %ETHPORT-5-IF_UP: x",
    "<189>: 2019 Oct 29 03:06:00 UTC: %ETHPORT-5-IF_UP: x",
    "2019 Oct 29 03:06:00 x",
    "2019, Oct 29 03:06:00 x",
    "2019 29 Oct 03:06:00 x",
    "29 Oct 03:06:00 2019 x",
    "29 Oct 03:06:00 GMT 2019 x",
    "2019 10-29 03:06:00.123 x",
  ];
  for (const line of lines) {
    const { rows } = await normalize(`${line}\n`.repeat(30));
    const years = rows.map(({ timestamp = "2019" }) => String(timestamp).slice(0, 4));
    assertEquals([line, years.filter((year) => year !== "2019")], [line, []]);
  }
});

/** Days and hours that are padded by a space; the one below each is not. */
const PADDED: readonly (readonly [padded: string, wide: string])[] = [
  [" 1 Nov 00:04:40 ", "11 Nov 00:04:40 "],
  [" 1 Nov 2025 00:04:40 ", "11 Nov 2025 00:04:40 "],
  [" 1-Nov-2025 00:04:40 ", "11-Nov-2025 00:04:40 "],
  [" 1/11/2025 00:04:40 ", "31/10/2025 00:04:40 "],
  [" 1.11.2025 00:04:40 ", "13.11.2025 00:04:40 "],
  ["[ 1/Nov/2025 00:04:40] ", "[11/Nov/2025 00:04:40] "],
  ["INFO  1 Nov 2025 00:04:40 ", "INFO 11 Nov 2025 00:04:40 "],
  ["Sat  1 Nov 2025 00:04:40 ", "Tue 11 Nov 2025 00:04:40 "],
  ["Nov  1 2025 00:04:40 ", "Nov 11 2025 00:04:40 "],
  ["Nov  1  9:04:40 ", "Nov 11 10:04:40 "],
  ["Sat Nov  1  9:04:40 2025 ", "Tue Nov 11 10:04:40 2025 "],
  ["Nov  1, 2025  9:04:40 AM ", "Nov 11, 2025 10:04:40 AM "],
];

Deno.test("normalizeLog() reads days and hours that are padded by a space", async () => {
  for (const [padded, wide] of PADDED) {
    const { rows } = await normalize(`${wide}x\n${padded}y\n${padded}z\n`);
    const days = rows.map(({ timestamp }) => String(timestamp).slice(5, 10));
    assertEquals([padded, rows.length, ...days.slice(1)], [padded, 3, "11-01", "11-01"]);
    assertEquals(rows.at(-1)?.body, "z");
  }
});

function digits(date: string, between: string): string {
  const [month = "", day = ""] = date.split(/ +/);
  const number = "JanFebMarAprMayJunJulAugSepOctNovDec".indexOf(month) / 3 + 1;
  return `${String(number).padStart(2, "0")}${between}${day.padStart(2, "0")}`;
}
