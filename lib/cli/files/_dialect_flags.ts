import { ERROR_CODES, type ErrorCodeInfo, UsageError } from "../../errors/mod.ts";
import type { Dialect, FindingVerdicts } from "../../files/mod.ts";
import { DELIMITER_FORM, isDelimiter, wantedDotPath } from "../../grammar/mod.ts";

const ENCODINGS = ["utf-8", "utf-16", "utf-16le", "utf-16be", "latin-1", "windows-1252"] as const;

/** Flags that say how delimited files are written, and how their findings are judged. */
export const DIALECT_FLAGS = {
  delimiter: {
    type: "characters",
    value: "CHAR",
    meaning: "Character between fields; followed by a space, spaces before a field are left out",
    default: "by the file's name; files inspect proposes one",
  },
  quote: { type: "string", value: "CHAR|none", meaning: "Character around fields", default: '"' },
  escape: {
    type: "characters",
    value: "CHAR",
    meaning: "Character that makes a quote within quotes text, as a second quote does",
  },
  header: { type: "string", value: "LINE|none", meaning: "Line of the header", default: "1" },
  comment: {
    type: "characters",
    value: "CHAR",
    meaning: "Character at the start of lines to pass over",
  },
  footer: {
    type: "characters",
    value: "PATTERN",
    meaning: "Pattern of rows at the end that are not data, such as totals",
  },
  encoding: { type: "string", value: "NAME", meaning: `Encoding: ${ENCODINGS.join(", ")}` },
  records: {
    type: "string",
    value: "PATH",
    meaning: "Path of the list of records in a JSON document, such as data.items",
  },
  on: {
    type: "string",
    multiple: true,
    value: "CODE=VERDICT",
    meaning: "Another verdict on a finding, such as row-quote=accept (errors explain says which)",
  },
} as const;

/** What the flags hold. */
export interface DialectFlags {
  readonly columns?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
  readonly header?: string | undefined;
  readonly comment?: string | undefined;
  readonly footer?: string | undefined;
  readonly encoding?: string | undefined;
  readonly records?: string | undefined;
  readonly on: readonly string[];
}

/**
 * Reads the flags.
 *
 * @throws {UsageError} If one cannot be used.
 */
export function readDialect(
  flags: DialectFlags,
): { readonly dialect: Dialect; readonly verdicts: FindingVerdicts } {
  const delimiter = writtenOut(flags.delimiter);
  if (delimiter !== undefined && !isDelimiter(delimiter)) {
    throw wrong("delimiter", delimiter, DELIMITER_FORM);
  }
  const { quote, escape, header, comment, footer, records } = flags;
  for (const [name, value] of Object.entries({ escape, comment })) {
    if (value !== undefined && !/^[\t\x20-\x7e]$/.test(value)) {
      throw wrong(name, value, "one character");
    }
  }
  if (quote !== undefined && !/^([\x21-\x7e]|none)$/.test(quote)) {
    throw wrong("quote", quote, "one character, or none");
  }
  const own = [delimiter?.charAt(0), quote ?? '"', escape, comment].filter((one) => one);
  if (new Set(own).size < own.length) {
    throw wrong("delimiter", own.join(" "), "delimiter, quote, escape and comment that differ");
  }
  if (header !== undefined && !/^([1-9]\d*|none)$/.test(header)) {
    throw wrong("header", header, "a line number, or none");
  }
  const encoding = ENCODINGS.find((one) => one === flags.encoding);
  if (flags.encoding !== undefined && encoding === undefined) {
    throw wrong("encoding", flags.encoding, `one of ${ENCODINGS.join(", ")}`);
  }
  const columns = flags.columns?.split(",") ?? [];
  if (new Set(columns).size < columns.length) {
    throw wrong("columns", flags.columns ?? "", "each column once");
  }
  const wanted = records === undefined ? undefined : wantedDotPath(records);
  if (wanted !== undefined) throw wrong("records", records ?? "", wanted);
  try {
    if (footer !== undefined) new RegExp(footer, "u");
  } catch {
    throw wrong("footer", footer ?? "", "a regular expression");
  }
  return {
    dialect: {
      ...{ delimiter, quote, escape, comment, footer, encoding, records },
      header: header === undefined || header === "none" ? header : Number(header),
    },
    verdicts: Object.fromEntries(flags.on.map(readVerdict)),
  };
}

/** Reads `\t` and `\x01`, which shells do not. */
function writtenOut(delimiter: string | undefined): string | undefined {
  return delimiter?.replace(
    /^\\(?:t|x([0-9a-f]{2}))$/i,
    (_, hex?: string) => hex === undefined ? "\t" : String.fromCharCode(parseInt(hex, 16)),
  );
}

function readVerdict(text: string): readonly [string, string] {
  const [code = "", verdict = ""] = text.split("=");
  const table: Readonly<Record<string, ErrorCodeInfo>> = ERROR_CODES;
  const info = Object.hasOwn(table, code) ? table[code] : undefined;
  if (info?.severity === undefined || info.may === undefined) {
    const codes = Object.keys(table).filter((one) => table[one]?.may !== undefined);
    throw wrong("on", text, `CODE=VERDICT with one of ${codes.join(", ")}`);
  }
  const all = [info.severity, ...info.may];
  if (all.some((one) => one === verdict)) return [code, verdict];
  throw wrong("on", text, `${code}= and one of ${all.join(", ")}`);
}

function wrong(flag: string, found: string, expected: string): UsageError {
  return new UsageError(
    "usage",
    `Cannot use flag "--${flag}": found "${found}", expected ${expected}`,
    { context: { flag: `--${flag}` } },
  );
}
