import { z } from "zod";
import { choice, mapping, plain, report, whole } from "../../../config/mod.ts";
import { WINDOW_BOUNDS } from "../../../api/mod.ts";
import {
  parseDuration,
  parseTimeValue,
  WINDOW_FORMS,
  type WindowForm,
} from "../../../grammar/mod.ts";

const BOUNDARY = "a date such as 2018-01-31, or a whole number with the form number";
const STEP = 'a duration above zero such as "7d" or "1h", or a whole number with the form number';

/** How a stream is divided into spans that stay under the API's cap on results. */
export function windowSchema() {
  return mapping({
    start_param: plain("the name of a parameter")
      .describe("Parameter that takes a window's start."),
    end_param: plain("the name of a parameter").describe("Parameter that takes a window's end."),
    format: choice(WINDOW_FORMS).default("iso").describe("Form in which both take it."),
    start: boundary().describe(
      "Start of the first window; a watermark for `start_param` replaces it. Without `bounds`, times are asked for from one step " +
        "of `format` before it, so that the API may bring records of that step as well; whole numbers from 2 on are not, and " +
        "if the API might leave the first out, the stream is partial (`boundary-unclear`).",
    ),
    end: boundary().exactOptional()
      .meta({
        fallback: "now",
        description:
          "End of the last window. Records exactly on it come if the API counts them; whole numbers with `bounds` do not.",
      }),
    step: z.union([z.string(), z.number()], { error: STEP })
      .meta({ form: "duration or count" })
      .describe("Length of a window; a window with too many results is halved."),
    bounds: choice(WINDOW_BOUNDS).exactOptional().meta({
      fallback: "found: windows overlap",
      description:
        "Which boundaries of a window the API counts as part of it: `[` and `]` are, `(` and `)` are not; a record on a " +
        "boundary is kept once. Without it windows overlap, by one step or by the unit to which the API rounds, for which it is " +
        "asked about one record.",
    }),
    max_results: whole(1).describe("Results that the API gives to one query at most."),
  }, {
    renamed: {
      param_from: "start_param",
      param_to: "end_param",
      form: "format",
      from: "start",
      to: "end",
      size: "step",
    },
  }).transform((window, issues) => {
    const step = stepOf(window.step, window.format);
    if (step === undefined) report(issues, STEP, ["step"]);
    for (const key of ["start", "end"] as const) {
      const value = window[key];
      if (value === undefined || isBoundary(value, window.format)) continue;
      report(issues, value === "exclusive" || value === "inclusive" ? OLD_END : BOUNDARY, [key]);
    }
    if (isBefore(window.end, window.start)) report(issues, "a date or number after start", ["end"]);
    if (window.format === "number" && window.end === undefined) report(issues, BOUNDARY, ["end"]);
    return { ...window, step: step ?? 0 };
  });
}

function isBefore(end: string | number | undefined, start: string | number): boolean {
  const place = (border: string | number) =>
    typeof border === "number" ? border : parseTimeValue(border, "iso");
  const [from, until] = [place(start), end === undefined ? undefined : place(end)];
  return from !== undefined && until !== undefined && typeof from === typeof until && until <= from;
}

/** `end` once said what `bounds` says now. */
const OLD_END = 'the end of the last window; "exclusive" is now bounds: "[)", "inclusive" is "[]"';

function boundary() {
  return z.union([z.string(), z.number()], { error: BOUNDARY }).meta({ form: "date or number" });
}

function stepOf(step: string | number, format: WindowForm): number | undefined {
  if (format === "number") {
    return typeof step === "number" && Number.isInteger(step) && step > 0 ? step : undefined;
  }
  try {
    const ms = typeof step === "string" ? parseDuration(step) : 0;
    return ms > 0 && (format !== "epoch_s" || ms % 1000 === 0) ? ms : undefined;
  } catch {
    return undefined; // reported as the step that was wanted
  }
}

function isBoundary(value: string | number, format: WindowForm): boolean {
  if (format === "number") return Number.isInteger(value);
  return typeof value === "string" && parseTimeValue(value, "iso") !== undefined;
}
