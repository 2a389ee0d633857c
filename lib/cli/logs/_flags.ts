import { nearest, UsageError } from "../../errors/mod.ts";
import { isTimeZone } from "../../grammar/mod.ts";
import { storageError } from "../../io/mod.ts";
import { DATE_ORDERS, type DateOrder } from "../../log_parser/date_order.ts";
import { LOG_LEVELS } from "../../log_parser/log_levels.ts";
import { checkFile } from "../inputs.ts";
import { load } from "../load.ts";
import { pathFrom } from "../words.ts";
import type { ParseLogFileOptions } from "./parse_log_file.ts";

/** A format of the user's own is read here, so that what is wrong with it is said before any log is. */
export async function checkFormat(
  format: string | undefined,
  formats: string | undefined,
  cwd: string,
): Promise<void> {
  if (formats === undefined && (format === undefined || format === "auto")) return;
  const { checkLogFormat, LOG_FORMATS } = await load("log_parser/mod.ts");
  const own: string[] = [];
  if (formats !== undefined) {
    const path = pathFrom(cwd, formats);
    checkFile(formats, path);
    own.push(checkLogFormat(readFormat(path), formats));
  }
  if (format === undefined || Object.hasOwn(LOG_FORMATS, format) || own.includes(format)) return;
  const known = [...Object.keys(LOG_FORMATS), ...own];
  const near = nearest(format, known);
  const wanted = near === undefined
    ? `expected one of ${known.join(", ")}`
    : `did you mean "${near}"?`;
  throw new UsageError("usage", `Cannot use flag "--format": found "${format}", ${wanted}`, {
    context: { flag: "--format" },
  });
}

export function dateOrderOf(order: string | undefined): DateOrder | undefined {
  const found = DATE_ORDERS.find((one) => one === order);
  if (order === undefined || found !== undefined) return found;
  throw new UsageError(
    "usage",
    `Cannot use flag "--date-order": found "${order}", expected one of ${DATE_ORDERS.join(", ")}`,
    { context: { flag: "--date-order" } },
  );
}

/** What is left out, checked before the first log is opened. */
export function filterOf(
  flags: Readonly<Record<"since" | "until" | "level", string | undefined>>,
): Pick<ParseLogFileOptions, "since" | "until" | "level"> {
  const level = LOG_LEVELS.find((one) => one === flags.level);
  if (flags.level !== undefined && level === undefined) {
    throw new UsageError(
      "usage",
      `Cannot use flag "--level": found "${flags.level}", expected one of ${LOG_LEVELS.join(", ")}`,
      { context: { flag: "--level" } },
    );
  }
  return { since: timeOf("since", flags.since), until: timeOf("until", flags.until), level };
}

/** Reads a date, which begins in UTC, or a time with its zone, as seconds since 1970. */
function timeOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(
    text,
  );
  const ms = isTime ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return ms / 1000;
  throw new UsageError(
    "usage",
    `Cannot use flag "--${flag}": found "${text}", expected a date such as 2026-05-01, ` +
      "or a time with its zone such as 2026-05-01T10:00:00Z",
    { context: { flag: `--${flag}` } },
  );
}

export function readFormat(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw storageError("read", path, error);
  }
}

/** What is wrong is said once, before the first log is opened. */
export function checkTimes(
  { timezone, year }: { readonly timezone: string | undefined; readonly year: number | undefined },
): void {
  if (timezone !== undefined && !isTimeZone(timezone)) {
    throw new UsageError(
      "usage",
      `Cannot use flag "--timezone": found "${timezone}", ` +
        "expected the name of a time zone such as Europe/Berlin, or an offset such as +02:00",
      { context: { flag: "--timezone" } },
    );
  }
  if (year === undefined || Number.isSafeInteger(year) && year >= 1970 && year <= 9999) return;
  throw new UsageError(
    "usage",
    `Cannot use flag "--year": found ${year}, expected a year from 1970 to 9999`,
    { context: { flag: "--year" } },
  );
}
