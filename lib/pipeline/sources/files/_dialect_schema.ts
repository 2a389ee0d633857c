import { z } from "zod";
import { choice, dotPath, mapping, plain, size, whole } from "../../../config/mod.ts";
import { isPattern } from "../_rules_schema.ts";
import { ERROR_CODES, type ErrorCodeInfo } from "../../../errors/mod.ts";
import { type Dialect, ENCODINGS, type FindingVerdicts } from "../../../files/mod.ts";
import { DELIMITER_FORM, isDelimiter } from "../../../grammar/mod.ts";

/** One ASCII character that is no line end. */
function character(wanted: string) {
  return plain(wanted).refine((text) => /^[\t\x20-\x7e]$/.test(text), {
    error: wanted,
    params: { kind: "form" },
  });
}

/** Keys that say how the files of a source are written. */
export function dialectSchema() {
  return mapping({
    delimiter: plain(DELIMITER_FORM).refine(isDelimiter, {
      error: DELIMITER_FORM,
      params: { kind: "form" },
    }).exactOptional()
      .meta({ fallback: "by the name: a tab for .tsv and .tab, else a comma" })
      .describe(
        "Character between fields; followed by a space, spaces before a field are left out.",
      ),
    quote: plain("one character, or none").refine((text) => /^([\x21-\x7e]|none)$/.test(text), {
      error: "one character, or none",
      params: { kind: "form" },
    }).exactOptional().meta({ fallback: '`"`' })
      .describe("Character around fields; `none` if quotes are text like any other."),
    escape: character("one character").exactOptional()
      .describe("Character that makes a quote within quotes text, as a second quote does."),
    header: z.union([whole(1), choice(["none"])], { error: "a line number from 1, or none" })
      .exactOptional().meta({ fallback: "1" })
      .describe(
        "Line of the header; `none` if there is none: then `expect.columns` names the columns.",
      ),
    comment: character("one character").exactOptional()
      .describe("Character at the start of lines that are passed over."),
    footer: plain('a pattern such as "^Total"').refine(isPattern, {
      error: "a regular expression",
      params: { kind: "form" },
    }).exactOptional().describe("Pattern of the rows at the end that are not data."),
    encoding: choice(ENCODINGS).exactOptional().meta({ fallback: "utf-8" })
      .describe("How characters are written; `utf-16` follows its byte order mark."),
    records: dotPath().exactOptional().meta({ fallback: "the document is the list" })
      .describe("Path of the list of records in a JSON document."),
    max_row_size: size().exactOptional().meta({ fallback: "1MiB, of JSON 32MiB" })
      .describe("Longest row."),
  }).refine(
    (keys) => areOthers([keys.delimiter?.charAt(0), keys.quote, keys.escape, keys.comment]),
    {
      error: "delimiter, quote, escape and comment that differ",
      params: { kind: "form" },
    },
  );
}

/** If one is not set, another may not take its default's place either, but for the delimiter, which goes by the name. */
function areOthers([delimiter, quote = '"', ...rest]: readonly (string | undefined)[]): boolean {
  const set = [delimiter, quote, ...rest].filter((character) => character !== undefined);
  return new Set(set).size === set.length;
}

/** The keys as they are written. */
type DialectKeys = z.output<ReturnType<typeof dialectSchema>>;

/** Returns the dialect that the keys say. */
export function dialectOf({ max_row_size, ...dialect }: DialectKeys): Dialect {
  return { ...dialect, ...(max_row_size === undefined ? {} : { maxRowBytes: max_row_size }) };
}

/** Keys that change the verdicts on findings, one for each that has a choice. */
export function verdictsSchema() {
  const findings = Object.entries<ErrorCodeInfo>(ERROR_CODES).flatMap(([code, info]) => {
    const { severity, may, meaning } = info;
    if (severity === undefined || may === undefined) return [];
    const verdict = choice([severity, ...may]).exactOptional();
    return [[code, verdict.meta({ fallback: severity }).describe(meaning)] as const];
  });
  return mapping(Object.fromEntries(findings)).transform((verdicts) => verdicts as FindingVerdicts);
}
