import { z } from "zod";
import { choice, dotPath, duration, mapping, plain, report } from "../../../config/mod.ts";
import { isTimeZone, parseTimeValue, TIME_FORMS, type TimeForm } from "../../../grammar/mod.ts";

const START = "a value of the form `format` says, such as 2018-01-31 for iso";
const ZONE = 'the name of a time zone, such as "Europe/Berlin"';

/** Forms that name a moment. */
const MOMENTS: ReadonlySet<TimeForm> = new Set(["iso", "epoch_s", "epoch_ms"]);

/** How a stream is read from where the last run ended. */
export function incrementalSchema() {
  return mapping({
    field: dotPath().describe("Field of a record that only grows: when it changed, or its number."),
    format: choice(TIME_FORMS).default("iso").describe("Form of the field in the records."),
    timezone: plain(ZONE).exactOptional().meta({
      fallback: "UTC",
      description: "IANA time zone of values of the field that name none; for the form iso.",
    }),
    start_param: plain("the name of a parameter").describe(
      'Parameter that takes the watermark less the lag and one step (1 ms, 1 s or 1), so that it may mean "after" or ' +
        '"from"; text has no step, so there it must mean "from".',
    ),
    param_format: choice(TIME_FORMS).exactOptional()
      .meta({ fallback: "as `format`", description: "Form in which the parameters take it." }),
    start: z.union([z.string(), z.number()], { error: START }).exactOptional().meta({
      form: "date, number or text",
      description:
        "Value in the form `format` from which to read while there is no watermark; an older record is kept all the same.",
    }),
    end_param: plain("the name of a parameter").exactOptional().describe(
      "Parameter that takes the end of the range asked for: when the run began, by its own clock.",
    ),
    lag: duration(0).prefault("0s")
      .describe("How far before the watermark to read again, for records that arrive late."),
  }, { renamed: { param: "start_param", from: "format", to: "param_format" } })
    .transform((written) => ({ ...written, param_format: written.param_format ?? written.format }))
    .superRefine((watermark, issues) => {
      const { format, timezone, start, lag } = watermark;
      const wrong = (key: string, wanted: string) => report(issues, wanted, [key]);
      if (timezone !== undefined && format !== "iso") {
        wrong("timezone", "none, but with the form iso");
      } else if (timezone !== undefined && !isTimeZone(timezone)) wrong("timezone", ZONE);
      else if (start !== undefined && !isStart(start, watermark)) wrong("start", START);
      if (lag > 0 && !MOMENTS.has(format)) {
        wrong("lag", "none, but with the forms iso, epoch_s and epoch_ms");
      }
      if (watermark.end_param === undefined) return;
      if (MOMENTS.has(format) && MOMENTS.has(watermark.param_format)) return;
      wrong("end_param", "none, but with the forms iso, epoch_s and epoch_ms");
    });
}

function isStart(
  start: string | number,
  { format, timezone }: { readonly format: TimeForm; readonly timezone?: string | undefined },
): boolean {
  // A bare number would be read as a year.
  if (format === "iso" && !/^\d{4}-\d\d-\d\d/.test(String(start))) return false;
  return parseTimeValue(start, format, { timezone }) !== undefined;
}
