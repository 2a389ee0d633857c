import { z } from "zod";
import { nearest } from "../../../errors/mod.ts";
import { choice, dotPath, duration, mapping, plain, report } from "../../../config/mod.ts";
import {
  isMoment,
  isTimeForm,
  isTimeZone,
  mayLackZone,
  parseTimeValue,
  TIME_FORMS,
  type TimeForm,
} from "../../../grammar/mod.ts";

const START = "a value of the form `format` says, such as 2018-01-31 for iso";
const ZONE = 'the name of a time zone, such as "Europe/Berlin"';

const FORM = `one of ${
  TIME_FORMS.join(", ")
}, or a pattern of year, month and day such as dd.MM.yyyy HH:mm`;

/** How a stream is read from where the last run ended. */
export function incrementalSchema() {
  return mapping({
    field: dotPath().describe("Field of a record that only grows: when it changed, or its number."),
    format: timeForm().default("iso").meta({
      fallback: "iso",
      description: `Form of the field in the records: ${TIME_FORMS.join(", ")}, or a pattern in ` +
        "the letters of Java and Spark; other values are rejected.",
    }),
    timezone: zone(),
    start_param: plain("the name of a parameter").describe(
      'Parameter that takes the watermark less the lag and one step (1 ms, 1 s or 1), so that it may mean "after" or ' +
        '"from"; text has no step, so there it must mean "from".',
    ),
    start_expression: startExpression(),
    param_format: timeForm().exactOptional()
      .meta({ fallback: "as `format`", description: "Form in which the parameters take it." }),
    start: z.union([z.string(), z.number()], { error: START }).exactOptional().meta({
      form: "date, number or text",
      description:
        "Value in the form `format` from which to read while there is no watermark; an older record counts as out of range.",
    }),
    end_param: plain("the name of a parameter").exactOptional().describe(
      "Parameter that takes the end of the range asked for: when the run began, by its own clock.",
    ),
    in: choice(["query", "header", "body"]).exactOptional().meta({
      fallback: "body if the request has one, else query",
      description: "Where the parameters go; in the body their names are paths.",
    }),
    remember: duration(0).prefault("30d").describe(
      "How long records are remembered, to tell one that comes again from a late one.",
    ),
    lag: duration(0).prefault("0s")
      .describe("How far to read again, for what comes late."),
  }, { renamed: { param: "start_param", from: "format", to: "param_format" } })
    .transform((written) => ({ ...written, param_format: written.param_format ?? written.format }))
    .superRefine((watermark, issues) => {
      const { format, timezone, start, lag } = watermark;
      const wrong = (key: string, wanted: string) => report(issues, wanted, [key]);
      if (timezone !== undefined && !mayLackZone(format)) {
        wrong("timezone", "none, but with the forms iso and date and with patterns");
      } else if (timezone !== undefined && !isTimeZone(timezone)) wrong("timezone", ZONE);
      else if (start !== undefined && !isStart(start, watermark)) wrong("start", START);
      if (lag > 0 && !isMoment(format)) wrong("lag", NOT_TIMES);
      if (watermark.end_param === undefined) return;
      if (isMoment(format) && isMoment(watermark.param_format)) return;
      wrong("end_param", NOT_TIMES);
    });
}

function zone() {
  return plain(ZONE).exactOptional().meta({
    fallback: "UTC, and read again from 14 hours earlier",
    description:
      "IANA time zone of values of the field that name none, and of parameters that cannot; for iso, date and patterns.",
  });
}

/** What the start's value takes the place of. */
export const START_PLACE = "{start}";
const EXPRESSION = 'a text with {start} in it, such as "updated gt {start}"';

function startExpression() {
  return plain(EXPRESSION).refine((text) => text.includes(START_PLACE), {
    error: EXPRESSION,
    params: { kind: "form" },
  }).exactOptional().meta({
    fallback: "the value alone",
    description: "Text that the parameter takes, with `{start}` in the place of the value.",
  });
}

const NOT_TIMES = "none with the forms number and string";

function timeForm() {
  return z.string({ error: FORM }).refine(isTimeForm, {
    error: ({ input }) => {
      const near = nearest(String(input), TIME_FORMS);
      return near === undefined ? FORM : `${FORM}; did you mean "${near}"?`;
    },
    params: { kind: "form" },
  }).transform((text) => text as TimeForm).meta({ form: "form of a time" });
}

function isStart(
  start: string | number,
  { format, timezone }: { readonly format: TimeForm; readonly timezone?: string | undefined },
): boolean {
  // A bare number would be read as a year.
  if (format === "iso" && !/^\d{4}-\d\d-\d\d/.test(String(start))) return false;
  return parseTimeValue(start, format, { timezone }) !== undefined;
}
