import { z } from "zod";
import { choice, mapping, plain, whole } from "./_fields.ts";
import { parseDuration } from "./parse_duration.ts";

const FORMS = ["iso", "epoch_s", "epoch_ms", "number"] as const;

const BORDER = "a date such as 2018-01-31, or a whole number with the form number";
const SIZE = 'a duration above zero such as "7d" or "1h", or a whole number with the form number';

/** How a stream is divided into spans that stay under the API's cap on results. */
export function windowSchema() {
  return mapping({
    param_from: plain("the name of a parameter").describe("Parameter that takes a window's start."),
    param_to: plain("the name of a parameter").describe("Parameter that takes a window's end."),
    form: choice(FORMS).default("iso").describe("Form in which both take it."),
    from: border().describe("Start of the first window; a watermark for `param_from` replaces it."),
    to: border().exactOptional()
      .meta({
        fallback: "now",
        description: "End of the last window, which does not belong to it.",
      }),
    size: z.union([z.string(), z.number()], { error: SIZE })
      .meta({ form: "duration or count" })
      .describe("Length of a window; a window with too many results is halved."),
    max_results: whole(1).describe("Results that the API gives to one query at most."),
    end: choice(["exclusive", "inclusive"]).default("exclusive")
      .describe(
        "Whether the API counts a window's end as part of it; what stands on a border is still kept once.",
      ),
  }).transform((window, issues) => {
    const size = sizeOf(window.size, window.form);
    if (size === undefined) report(issues, "size", SIZE);
    for (const key of ["from", "to"] as const) {
      const value = window[key];
      if (value !== undefined && !isBorder(value, window.form)) report(issues, key, BORDER);
    }
    if (window.form === "number" && window.to === undefined) report(issues, "to", BORDER);
    return { ...window, size: size ?? 0 };
  });
}

function border() {
  return z.union([z.string(), z.number()], { error: BORDER }).meta({ form: "date or number" });
}

function sizeOf(size: string | number, form: (typeof FORMS)[number]): number | undefined {
  if (form === "number") {
    return typeof size === "number" && Number.isInteger(size) && size > 0 ? size : undefined;
  }
  try {
    const ms = typeof size === "string" ? parseDuration(size) : 0;
    return ms > 0 && (form !== "epoch_s" || ms % 1000 === 0) ? ms : undefined;
  } catch {
    return undefined; // reported as the size that was wanted
  }
}

function isBorder(value: string | number, form: (typeof FORMS)[number]): boolean {
  if (form === "number") return Number.isInteger(value);
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function report(issues: z.core.$RefinementCtx, key: string, wanted: string): void {
  issues.addIssue({ code: "custom", path: [key], message: wanted, params: { kind: "form" } });
}
